import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testsOf } from '../../build/markdown-examples.js';
import { matchesGlob } from './glob.js';
import { trackedFiles } from './tracked-files.js';

/**
 * The folders with tests that patterns name.
 * @param {string} root of the workspace
 * @param {readonly string[]} patterns folders from the root; the last part may be `*`
 */
export const projectsWithTests = (root, patterns) =>
  patterns.flatMap((pattern) => {
    const folders = pattern.endsWith('/*')
      ? readdirSync(join(root, pattern.slice(0, -2)))
          .sort()
          .map((name) => `${pattern.slice(0, -1)}${name}`)
      : [pattern];
    return folders.filter((folder) =>
      ['vitest.config.ts', 'vitest.config.js'].some((file) => existsSync(join(root, folder, file))),
    );
  });

/** @param {string} file */
const hasExamples = (file) => testsOf(readFileSync(file, 'utf8')).includes('__test(');

/**
 * The test files of a project: below `src` and `test`, and its README where that has examples.
 * @param {string} root of the workspace
 * @param {string} project its folder, from the root
 * @param {readonly string[]} [files] of the workspace
 * @returns {string[]} paths from the project's folder, in order
 */
export const testFilesOf = (root, project, files = trackedFiles(root)) =>
  files
    .filter((file) => file.startsWith(`${project}/`))
    .map((file) => file.slice(project.length + 1))
    .filter(
      (file) =>
        /^(?:src|test)\/.*\.test\.[tj]s$/u.test(file) ||
        (file === 'README.md' && hasExamples(join(root, project, file))),
    );

/**
 * Those of some test files that a job runs.
 * @param {readonly string[]} files
 * @param {{ tests: readonly string[], without: readonly string[] }} patterns globs; no `tests` means all
 */
export const selectTests = (files, { tests, without }) =>
  files.filter(
    (file) =>
      (tests.length === 0 || tests.some((pattern) => matchesGlob(file, pattern))) &&
      !without.some((pattern) => matchesGlob(file, pattern)),
  );
