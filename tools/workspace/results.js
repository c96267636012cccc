// Adds up what the test runner wrote of each project's tests.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup.js';

const DIRECTORY = join(ROOT, '.results');

/** Forgets the results of earlier runs, so that only this run's are counted. */
export const forgetResults = () => {
  rmSync(DIRECTORY, { recursive: true, force: true });
};

/**
 * Counts the tests of the projects that have run, or were replayed, since the last {@link forgetResults}.
 * @param {string} [directory] that holds one JSON report a project
 * @returns {{ passed: number, failed: number, skipped: number, projects: string[] }}
 */
export const countResults = (directory = DIRECTORY) => {
  const counted = { passed: 0, failed: 0, skipped: 0, projects: /** @type {string[]} */ ([]) };
  if (!existsSync(directory)) return counted;
  for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.json')) continue;
    const report = JSON.parse(readFileSync(join(directory, file), 'utf8'));
    counted.passed += report.numPassedTests;
    counted.failed += report.numFailedTests;
    counted.skipped += report.numPendingTests + report.numTodoTests;
    // A file that failed before its first test counts as one failure; the report has it as a failed suite only.
    counted.failed += report.testResults.filter(
      (/** @type {{ status: string, assertionResults: unknown[] }} */ suite) =>
        suite.status === 'failed' && suite.assertionResults.length === 0,
    ).length;
    counted.projects.push(file.replace(/\.json$/, ''));
  }
  return counted;
};
