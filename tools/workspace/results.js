// Adds up what the test runner wrote of each job's tests: .results/JOB/PROJECT.json.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup.js';

const DIRECTORY = join(ROOT, '.results');

/** Forgets the results of earlier runs, so that only this run's are counted. */
export const forgetResults = () => {
  rmSync(DIRECTORY, { recursive: true, force: true });
};

/** @param {string} file a report of the test runner */
const countReport = (file) => {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  // A file that failed before its first test counts as one failure; the report has it as a failed suite only.
  const broken = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ suite) =>
      suite.status === 'failed' && suite.assertionResults.length === 0,
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
  };
};

/**
 * Counts the tests of some jobs. A job that failed although none of its tests did counts as one failure.
 * @param {readonly { name: string, isFailed: boolean }[]} jobs that have run
 * @param {string} [directory] that holds a folder of JSON reports a job
 * @returns {{ passed: number, failed: number, skipped: number, jobs: string[] }}
 */
export const countResults = (jobs, directory = DIRECTORY) => {
  const counted = { passed: 0, failed: 0, skipped: 0, jobs: /** @type {string[]} */ ([]) };
  for (const { name, isFailed } of jobs) {
    const folder = join(directory, name);
    const reports = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
    if (reports.length > 0) counted.jobs.push(name);
    let ownFailures = 0;
    for (const report of reports) {
      const { passed, failed, skipped } = countReport(join(folder, report));
      counted.passed += passed;
      counted.skipped += skipped;
      ownFailures += failed;
    }
    counted.failed += isFailed ? Math.max(ownFailures, 1) : ownFailures;
  }
  return counted;
};
