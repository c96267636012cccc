// Adds up what the test runner wrote of each job's tests: .results/JOB/PROJECT.json.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup.js';

/** What the test runner calls tests that did not run. */
const IDLE = ['skipped', 'pending', 'todo'];
const DIRECTORY = join(ROOT, '.results');

/** Forgets the results of earlier runs, so that only this run's are counted. */
export const forgetResults = () => {
  rmSync(DIRECTORY, { recursive: true, force: true });
};

/** @typedef {{ status: string, fullName: string }} Assertion */
/** @typedef {{ status: string, assertionResults: readonly Assertion[] }} Suite */

/** What the title of a skipped test says would let it run: packages, and variables that name a server. @param {string} title */
const remedyOf = (title) => {
  const install = /apt-get install [\w.+-]+(?: [\w.+-]+)*/u.exec(title)?.[0];
  const variable = /OSLOFJORD_\w+/u.exec(title)?.[0];
  return [install, variable === undefined ? undefined : `a running one named in ${variable}`]
    .filter((part) => part !== undefined)
    .join(', or ');
};

/** @param {string} file a report of the test runner */
const countReport = (file) => {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  // A file that failed before its first test counts as one failure; the report has it as a failed suite only.
  const suites = /** @type {readonly Suite[]} */ (report.testResults);
  const broken = suites.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const titles = suites.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => IDLE.includes(status)).map(({ fullName }) => fullName),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
    remedies: titles.map(remedyOf).filter((remedy) => remedy !== ''),
  };
};

/**
 * Counts the tests of some jobs. A job that failed although none of its tests did counts as one failure.
 * @param {readonly { name: string, isFailed: boolean }[]} jobs that have run
 * @param {string} [directory] that holds a folder of JSON reports a job
 * @returns {{ passed: number, failed: number, skipped: number, remedies: Map<string, number>, jobs: string[] }} `remedies`:
 *   what would let skipped tests run, and how many of them
 */
export const countResults = (jobs, directory = DIRECTORY) => {
  const counted = {
    ...{ passed: 0, failed: 0, skipped: 0, jobs: /** @type {string[]} */ ([]) },
    remedies: /** @type {Map<string, number>} */ (new Map()),
  };
  for (const { name, isFailed } of jobs) {
    const folder = join(directory, name);
    const reports = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
    if (reports.length > 0) counted.jobs.push(name);
    let ownFailures = 0;
    for (const report of reports) {
      const { passed, failed, skipped, remedies } = countReport(join(folder, report));
      counted.passed += passed;
      counted.skipped += skipped;
      for (const each of remedies) counted.remedies.set(each, (counted.remedies.get(each) ?? 0) + 1);
      ownFailures += failed;
    }
    counted.failed += isFailed ? Math.max(ownFailures, 1) : ownFailures;
  }
  return counted;
};
