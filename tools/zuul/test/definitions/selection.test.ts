// Every test file of the repository is run by the voting jobs of the check pipeline, and by one of them on its own Node.js.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { matchesGlob } from '../../../workspace/src/glob.js';
import { ROOT } from '../../../workspace/setup.js';
import { projectsWithTests, selectTests, testFilesOf } from '../../../workspace/src/test-files.js';
import { trackedFiles } from '../../../workspace/src/tracked-files.js';
import { freeze } from '../../src/freeze.js';
import type { FrozenJob } from '../../src/frozen-job.js';
import { loadTenant } from '../../src/tenant.js';

const files = trackedFiles(ROOT);
const { layout, project } = await loadTenant(ROOT);
const itemOf = (pipeline: string) => ({ pipeline, project, ref: { branch: 'main' }, files: undefined });
const jobsOf = (pipeline: string): readonly FrozenJob[] => freeze(layout, itemOf(pipeline)).jobs;
const isVoting = ({ scalars }: FrozenJob): boolean => scalars.voting !== false;
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const isTests = ({ variables }: FrozenJob): boolean =>
  variables.vars.tests !== undefined && variables.vars.projects !== undefined;
const testsOf = ({ variables: { vars } }: FrozenJob, folder: string): readonly string[] =>
  projectsWithTests(ROOT, texts(vars.projects)).includes(folder)
    ? selectTests(testFilesOf(ROOT, folder, files), {
        tests: texts(vars.tests),
        without: texts(vars.without),
      })
    : [];

const folders = ['packages', 'tools', 'examples']
  .flatMap((kind) => readdirSync(join(ROOT, kind)).map((name) => `${kind}/${name}`))
  .concat('docs');
const projects = projectsWithTests(ROOT, folders);
const jobs = jobsOf('check').filter((job) => isTests(job) && isVoting(job));
/** Those that repeat on a newer Node.js what others run on the oldest. */
const isRepetition = ({ variables }: FrozenJob): boolean =>
  !['', '20'].includes(String(variables.vars.node_version));
const own = jobs.filter((job) => !isRepetition(job));

describe.each(projects)('%s', (folder) => {
  test('each test file is run by one voting job', () => {
    const runners = testFilesOf(ROOT, folder, files).map((file) => ({
      file,
      jobs: own.filter((job) => testsOf(job, folder).includes(file)).map(({ name }) => name),
    }));
    expect(runners.filter((each) => each.jobs.length !== 1)).toEqual([]);
  });

  test('the test runner would find no other files than the jobs do', async () => {
    const config = files.find((file) => file.startsWith(`${folder}/vitest.config.`)) ?? '';
    const { default: written } = (await import(join(ROOT, config))) as {
      default: { test: { include: string[] } };
    };
    const globs = written.test.include.flatMap((glob) =>
      glob.includes('{ts,js}') ? ['ts', 'js'].map((ending) => glob.replace('{ts,js}', ending)) : [glob],
    );
    const found = files
      .filter((file) => file.startsWith(`${folder}/`))
      .map((file) => file.slice(folder.length + 1))
      .filter((file) => globs.some((glob) => matchesGlob(file, glob)));
    // Documents are run as a whole: their job names no patterns.
    const isWhole = own.some(
      ({ variables: { vars } }) =>
        texts(vars.projects).includes(folder) && texts(vars.tests).length + texts(vars.without).length === 0,
    );
    if (!isWhole) expect(found).toEqual(testFilesOf(ROOT, folder, files));
  });
});

test('there are projects with tests, and what the patterns of jobs name is there', () => {
  expect(projects.length).toBeGreaterThan(15);
  for (const job of jobs) {
    const found = projects.flatMap((folder) => testsOf(job, folder));
    const isWhole = texts(job.variables.vars.projects).every(
      (folder) => testFilesOf(ROOT, folder, files).length === 0,
    );
    if (!isWhole) expect(found, job.name).not.toEqual([]);
  }
});

test('the quick tests run on every newer Node.js that votes', () => {
  const versions = jobs.filter(isRepetition).map(({ variables }) => String(variables.vars.node_version));
  expect(versions).toEqual(['22', '24']);
  for (const job of jobs.filter(isRepetition)) {
    const covered = projects.filter(
      (folder) => folder.startsWith('packages/') && testsOf(job, folder).length > 0,
    );
    expect(covered).toEqual(projects.filter((folder) => folder.startsWith('packages/')));
  }
});

test('every job of every pipeline has a budget of time', () => {
  for (const pipeline of layout.pipelines.keys()) {
    for (const { name, scalars } of jobsOf(pipeline))
      expect(Number(scalars.timeout), name).toBeGreaterThan(0);
  }
});

test('what votes in check votes in gate, in the same order', () => {
  const names = (pipeline: string) =>
    jobsOf(pipeline)
      .filter(isVoting)
      .map(({ name }) => name);
  expect(names('gate')).toEqual(names('check'));
});

test('every bench is a job of every night', () => {
  const benches = readdirSync(join(ROOT, 'bench')).filter((name) => files.includes(`bench/${name}/index.js`));
  const names = jobsOf('periodic').map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(benches.map((name) => `bench-${name}`)));
});
