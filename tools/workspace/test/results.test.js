import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countResults } from '../results.js';

/** @param {Record<string, object>} reports */
const directoryWith = (reports) => {
  const directory = mkdtempSync(join(tmpdir(), 'oslofjord-results-'));
  for (const [name, report] of Object.entries(reports)) {
    mkdirSync(join(directory, 'packages'), { recursive: true });
    const zero = {
      numPassedTests: 0,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [],
    };
    writeFileSync(join(directory, 'packages', `${name}.json`), JSON.stringify({ ...zero, ...report }));
  }
  return directory;
};

test('results of all projects are added up', () => {
  const directory = directoryWith({
    config: { numPassedTests: 3, numPendingTests: 1 },
    policy: { numPassedTests: 4, numFailedTests: 2 },
  });
  expect(countResults(directory)).toEqual({
    passed: 7,
    failed: 2,
    skipped: 1,
    projects: ['packages/config', 'packages/policy'],
  });
});

test('a file that failed before its first test counts as a failure', () => {
  const directory = directoryWith({ config: { testResults: [{ status: 'failed', assertionResults: [] }] } });
  expect(countResults(directory).failed).toBe(1);
});

test('without any run there is nothing to count', () => {
  expect(countResults('/nowhere')).toMatchObject({ passed: 0, failed: 0 });
});
