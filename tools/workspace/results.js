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
 * Counts the tests that have run since the last {@link forgetResults}. A job that failed although none of its tests did
 * counts as one failure.
 * @param {readonly string[]} failedJobs
 * @param {string} [directory] that holds a folder of JSON reports a job
 * @returns {{ passed: number, failed: number, skipped: number, jobs: string[] }}
 */
export const countResults = (failedJobs, directory = DIRECTORY) => {
  const counted = { passed: 0, failed: 0, skipped: 0, jobs: /** @type {string[]} */ ([]) };
  /** @type {Set<string>} */
  const explained = new Set();
  const folders = existsSync(directory) ? readdirSync(directory, { withFileTypes: true }) : [];
  for (const folder of folders.filter((entry) => entry.isDirectory())) {
    const reports = readdirSync(join(directory, folder.name)).filter((file) => file.endsWith('.json'));
    if (reports.length === 0) continue;
    counted.jobs.push(folder.name);
    for (const report of reports) {
      const { passed, failed, skipped } = countReport(join(directory, folder.name, report));
      counted.passed += passed;
      counted.failed += failed;
      counted.skipped += skipped;
      if (failed > 0) explained.add(folder.name);
    }
  }
  counted.failed += failedJobs.filter((job) => !explained.has(job)).length;
  counted.jobs.sort();
  return counted;
};
