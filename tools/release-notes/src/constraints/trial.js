// Tries the packages with the highest or the lowest versions of what they need: each is installed alone from its
// tarball and imported, and where the versions are not those of the workspace, the tests that use them run.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { importProblems } from '../../../package-check/src/importing.js';
import { entriesOf, pack } from '../../../package-check/src/consumer.js';
import { makeScratch } from '../../../workspace/src/scratch.js';
import { publishedPackages } from '../train/workspace.js';

/** @typedef {import('./compute.js').Bound} Bound */
/** @typedef {(line: string) => void} Tell */

/** @param {string} cwd @param {string[]} words */
const npm = (cwd, ...words) => {
  const flags = [
    '--no-audit',
    '--no-fund',
    '--no-save',
    '--ignore-scripts',
    '--prefer-offline',
    '--loglevel=error',
  ];
  const { status, stdout, stderr } = spawnSync('npm', [...words, ...flags], { cwd, encoding: 'utf8' });
  return status === 0 ? undefined : `npm ${words.join(' ')}: ${stderr}${stdout}`;
};

/** @param {string} folder @param {string} name @returns {string | undefined} */
const installedVersion = (folder, name) => {
  const file = join(folder, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
};

/**
 * Installs each built package alone with exactly the versions of `bound`, and imports all of it.
 * @param {string} root
 * @param {Bound} bound
 * @param {Tell} tell
 * @returns {string[]} problems
 */
export const tryInstalled = (root, bound, tell) => {
  const home = mkdtempSync(join(tmpdir(), 'oslofjord-constraints-'));
  try {
    const packages = publishedPackages(root);
    const tarballs = new Map(
      packages.map(({ name, folder }) => [name, pack(join(root, folder), home).tarball]),
    );
    return packages.flatMap(({ name, folder, dependencies }) => {
      const directory = join(home, folder);
      mkdirSync(directory, { recursive: true });
      const versions = bound.dependencies[name] ?? {};
      const siblings = Object.keys(dependencies).filter((needed) => tarballs.has(needed));
      const files = Object.fromEntries(
        [name, ...siblings].map((each) => [each, `file:${tarballs.get(each) ?? ''}`]),
      );
      const wanted = { ...files, ...versions };
      writeFileSync(
        join(directory, 'package.json'),
        JSON.stringify({ private: true, dependencies: wanted, overrides: wanted }),
      );
      const failed = npm(directory, 'install');
      if (failed !== undefined) return [`${name}: ${failed}`];
      const different = Object.entries(versions)
        .filter(([needed, version]) => installedVersion(directory, needed) !== version)
        .map(
          ([needed, version]) =>
            `${name}: ${needed} ${version} was asked for, ${installedVersion(directory, needed) ?? 'none'} is installed`,
        );
      const manifest = JSON.parse(
        readFileSync(join(directory, 'node_modules', name, 'package.json'), 'utf8'),
      );
      const entries = entriesOf(manifest);
      tell(
        `${name} alone with ${
          Object.entries(versions)
            .map(([needed, version]) => `${needed} ${version}`)
            .join(', ') || 'nothing else'
        }: ${String(entries.length)} entries`,
      );
      return [
        ...different,
        ...importProblems({ directory, entries }).map((problem) => `${name}: ${problem}`),
      ];
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
};

/**
 * Runs the tests that use what has another version in `bound` than in the workspace.
 * @param {string} root
 * @param {Bound} bound
 * @param {Tell} tell
 * @returns {string[]} problems
 */
export const tryTests = (root, bound, tell) => {
  /** @type {Record<string, Record<string, string[]>>} */
  const listed = JSON.parse(readFileSync(join(root, 'constraints/tests.json'), 'utf8'));
  const scratch = makeScratch(root);
  try {
    return publishedPackages(root).flatMap(({ name, folder }) => {
      const other = Object.entries(bound.dependencies[name] ?? {}).filter(
        ([needed, version]) => installedVersion(root, needed) !== version,
      );
      if (other.length === 0) return [];
      const untested = other.filter(([needed]) => listed[name]?.[needed] === undefined);
      if (untested.length > 0) {
        return [
          `constraints/tests.json names no test of ${name} with ${untested.map(([needed]) => needed).join(', ')}`,
        ];
      }
      const place = join(scratch.directory, '.constrained', folder);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'package.json'), '{"private":true}');
      const failed = npm(place, 'install', ...other.map(([needed, version]) => `${needed}@${version}`));
      if (failed !== undefined) return [`${name}: ${failed}`];
      for (const [needed] of other) {
        const link = join(scratch.directory, folder, 'node_modules', needed);
        mkdirSync(dirname(link), { recursive: true });
        rmSync(link, { recursive: true, force: true });
        symlinkSync(join(place, 'node_modules', needed), link);
      }
      const files = [...new Set(other.flatMap(([needed]) => listed[name]?.[needed] ?? []))];
      tell(
        `${name} with ${other.map(([needed, version]) => `${needed} ${version}`).join(', ')}: ${files.join(', ')}`,
      );
      const vitest = join(scratch.directory, 'node_modules/vitest/vitest.mjs');
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [vitest, 'run', '--reporter=dot', ...files],
        {
          cwd: join(scratch.directory, folder),
          encoding: 'utf8',
          env: { ...process.env, VITEST: undefined },
          maxBuffer: 2 ** 26,
        },
      );
      return status === 0
        ? []
        : [
            `${name} with ${other.map(([needed, version]) => `${needed} ${version}`).join(', ')}:\n${stdout}${stderr}`,
          ];
    });
  } finally {
    scratch.remove();
  }
};

/** Builds every package, so that there is something to pack. @param {string} root */
export const build = (root) => {
  const nx = join(root, 'node_modules/nx/dist/bin/nx.js');
  execFileSync(
    process.execPath,
    [nx, 'run-many', '-t', 'build', '-p', 'packages/*', '--output-style=static'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NX_ISOLATE_PLUGINS: 'false', NX_DAEMON: 'false' },
    },
  );
};
