// `node tools/workspace/run-tests.js JOB PROJECT… [--tests GLOB…] [--without GLOB…] [--node MAJOR]`: what a job of
// zuul.d/ runs. The results of each project go to .results/JOB/, so that no job overwrites those of another.
import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { ROOT, setUp } from './setup.js';

const usage =
  'Use run-tests.js JOB PROJECT… [--tests GLOB…] [--without GLOB…] [--node MAJOR], with folders as projects';

/** @type {Record<string, string[]>} */
const lists = { '': [], '--tests': [], '--without': [], '--node': [] };
let list = '';
for (const word of process.argv.slice(2)) {
  if (word in lists) list = word;
  else if (word.startsWith('-')) throw new Error(`${word} is no option. ${usage}`);
  else lists[list]?.push(word);
}
const {
  '': [job, ...patterns] = [],
  '--tests': tests = [],
  '--without': without = [],
  '--node': [wanted] = [],
} = lists;
if (job === undefined || patterns.length === 0) {
  console.error(usage);
  process.exit(2);
}
setUp();
const { fetchNode, NODE_VERSIONS } = await import('./src/node-versions.js');
const { projectsWithTests, selectTests, testFilesOf } = await import('./src/test-files.js');

/** @returns {string} the executable of the wanted major version: this one, where it is that */
const nodeFor = () => {
  if (wanted === undefined || process.version.startsWith(`v${wanted}.`)) return process.execPath;
  if (!(wanted in NODE_VERSIONS)) {
    throw new Error(`There is no Node ${wanted} here; there are ${Object.keys(NODE_VERSIONS).join(', ')}`);
  }
  return join(
    fetchNode(ROOT, /** @type {import('./src/node-versions.js').NodeMajor} */ (Number(wanted))),
    'node',
  );
};

const node = nodeFor();
const isPart = tests.length > 0 || without.length > 0;
const projects = projectsWithTests(ROOT, patterns);
let isFound = false;
for (const project of projects) {
  const files = isPart ? selectTests(testFilesOf(ROOT, project), { tests, without }) : [];
  if (isPart && files.length === 0) continue;
  isFound = true;
  const directory = join(ROOT, project);
  const { status, signal } = spawnSync(
    node,
    [
      relative(directory, join(ROOT, 'node_modules/vitest/vitest.mjs')),
      'run',
      ...files.map((file) => join(directory, file)),
      `--outputFile.json=${join(ROOT, '.results', job, `${project.replaceAll('/', '-')}.json`)}`,
    ],
    {
      cwd: directory,
      stdio: 'inherit',
      env: { ...process.env, PATH: `${join(node, '..')}:${process.env['PATH'] ?? ''}` },
    },
  );
  if (signal !== null) process.exitCode = 1;
  else if (status !== 0) process.exitCode = status ?? 1;
}
if (!isFound) {
  console.error(
    `No test of ${patterns.join(', ')} is called ${[...tests, ...without.map((each) => `not ${each}`)].join(', ')}`,
  );
  process.exitCode = 1;
}
