import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countResults } from '../results.js';
import { skippedText } from '../src/run-jobs.js';

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
    remedies: new Map(),
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

test('what would let skipped tests run is gathered from their titles', () => {
  const lacking =
    'redis is not available; install it (on Debian: apt-get install redis-server) or name a running one in OSLOFJORD_REDIS';
  /** @param {string} fullName @param {string} [status] */
  const of = (fullName, status = 'skipped') => ({ fullName, status });
  const directory = directoryWith({
    one: {
      cache: {
        numPassedTests: 1,
        numPendingTests: 4,
        testResults: [
          {
            status: 'passed',
            assertionResults: [
              of(`a (skipped: ${lacking})`),
              of(`b (skipped: ${lacking}) c (skipped: ${lacking})`, 'pending'),
              of('d [only root may install it; run: apt-get install python3-reno]'),
              of('needs Node.js 26'),
              of('ran with apt-get install nothing', 'passed'),
            ],
          },
        ],
      },
    },
  });
  const { skipped, remedies } = countResults([good('one')], directory);
  expect(skippedText(skipped, remedies)).toBe(
    [
      '4 skipped. As root on Debian they find what they need by themselves; else it takes:',
      '     1  apt-get install python3-reno',
      '     2  apt-get install redis-server, or a running one named in OSLOFJORD_REDIS',
      '     1  what their titles say, in .results',
    ].join('\n'),
  );
  expect(skippedText(2, new Map())).toBe('2 skipped. Their titles say why; they are in .results.');
});
