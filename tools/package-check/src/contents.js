import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a tarball may hold, besides what its `exports` and `bin` name. */
const ALLOWED = [
  /^package\.json$/,
  /^(README|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^dist\//,
  /^src\//,
  /^systemd\//,
  /^assets\//,
];
const FORBIDDEN = [/\.test\.[jt]s$/, /\.test-d\.ts$/, /\.tsbuildinfo$/, /(^|\/)\./, /^dist\/.*(?<!\.d)\.ts$/];
const NEEDED = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];

/**
 * What is wrong with the list of files of a tarball.
 * @param {string[]} files
 * @param {import('./consumer.js').Manifest} manifest
 * @returns {string[]} one sentence a problem
 */
export const contentProblems = (files, manifest) => {
  const present = new Set(files);
  const named = [
    ...Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    ),
    ...Object.values(manifest.bin ?? {}),
  ].map((path) => path.replace(/^\.\//, ''));
  return [
    ...NEEDED.filter((file) => !present.has(file)).map((file) => `${file} is not in the tarball`),
    ...named
      .filter((file) => !present.has(file))
      .map((file) => `${file} is named in package.json but is not in the tarball`),
    ...files
      .filter((file) => FORBIDDEN.some((pattern) => pattern.test(file)))
      .map((file) => `${file} has no business in the tarball`),
    ...files
      .filter((file) => !ALLOWED.some((pattern) => pattern.test(file)))
      .map((file) => `${file} is of no kind that a package ships`),
  ];
};

/**
 * The installed files that name the folder they were built in.
 * @param {import('./consumer.js').Consumer} consumer
 * @param {string} root of the workspace
 * @returns {string[]}
 */
export const leakProblems = ({ files, installed }, root) =>
  files
    .filter((file) => readFileSync(join(installed, file), 'utf8').includes(root))
    .map((file) => `${file} names a folder of the machine that built it`);
