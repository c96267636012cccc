import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countResults } from '../results.js';

const ZERO = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

/** @param {Record<string, Record<string, object>>} reports by job and project */
const directoryWith = (reports) => {
  const directory = mkdtempSync(join(tmpdir(), 'oslofjord-results-'));
  for (const [job, projects] of Object.entries(reports)) {
    mkdirSync(join(directory, job));
    for (const [project, report] of Object.entries(projects)) {
      writeFileSync(join(directory, job, `${project}.json`), JSON.stringify({ ...ZERO, ...report }));
    }
  }
  return directory;
};

const good = (/** @type {string} */ name) => ({ name, isFailed: false });
const bad = (/** @type {string} */ name) => ({ name, isFailed: true });

test('results of all jobs are added up, two jobs of one project apart', () => {
  const directory = directoryWith({
    'unit-config': { config: { numPassedTests: 3, numPendingTests: 1 } },
    'unit-policy': { policy: { numPassedTests: 4, numFailedTests: 2 } },
    functional: { policy: { numPassedTests: 5 }, config: { numPassedTests: 1 } },
    'of another run': { config: { numPassedTests: 7 } },
  });
  const jobs = [good('unit-config'), bad('unit-policy'), good('functional'), good('lint')];
  expect(countResults(jobs, directory)).toEqual({
    passed: 13,
    failed: 2,
    skipped: 1,
    jobs: ['unit-config', 'unit-policy', 'functional'],
  });
});

test('a file that failed before its first test counts as a failure', () => {
  const directory = directoryWith({
    unit: { config: { testResults: [{ status: 'failed', assertionResults: [] }] } },
  });
  expect(countResults([bad('unit')], directory).failed).toBe(1);
});

test('a job that failed counts once where its tests do not say why', () => {
  const directory = directoryWith({
    unit: { config: { numPassedTests: 3, numFailedTests: 2 } },
    functional: { config: { numPassedTests: 1 } },
  });
  expect(countResults([bad('unit'), bad('functional'), bad('lint')], directory)).toMatchObject({
    passed: 4,
    failed: 4,
  });
});

test('without any run there is nothing to count', () => {
  expect(countResults([good('unit')], '/nowhere')).toMatchObject({ passed: 0, failed: 0 });
});
