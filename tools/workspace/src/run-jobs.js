import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { countResults, forgetResults } from '../results.js';
import { ROOT } from '../setup.js';

const ZUUL = join(ROOT, 'tools/zuul/src/cli.js');
const REPORT = join(ROOT, '.cache/report');

/** @typedef {{ job_name: string, result: string, voting: boolean }} Build */

/**
 * The names of the voting jobs that an item runs.
 * @param {readonly string[]} item words of the command line of `zuul-local` that say which
 * @returns {string[]}
 */
export const votingJobs = (item) => {
  const { status, stdout } = spawnSync(process.execPath, [ZUUL, 'list', '--json', ...item], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
  const { jobs } = /** @type {{ jobs: { name: string, voting: boolean }[] }} */ (JSON.parse(stdout));
  return jobs.filter(({ voting }) => voting).map(({ name }) => name);
};

/** @returns {Build[]} as the report of the last run has them */
const builds = () => {
  const file = join(REPORT, 'buildset.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).builds : [];
};

/** What a voting job ends with when nothing is wrong with it. */
const GOOD = ['SUCCESS', 'SKIPPED'];

/**
 * How many tests were skipped, and how to run them.
 * @param {number} skipped
 * @param {ReadonlyMap<string, number>} remedies
 */
export const skippedText = (skipped, remedies) => {
  const rows = [...remedies].sort(([a], [b]) => (a < b ? -1 : 1));
  const known = rows.reduce((sum, [, count]) => sum + count, 0);
  return [
    `${String(skipped)} skipped.${rows.length === 0 ? ' Their titles say why; they are in .results.' : ' As root on Debian they find what they need by themselves; else it takes:'}`,
    ...rows.map(([remedy, count]) => `  ${String(count).padStart(4)}  ${remedy}`),
    ...(rows.length > 0 && skipped > known
      ? [`  ${String(skipped - known).padStart(4)}  what their titles say, in .results`]
      : []),
  ].join('\n');
};

/**
 * Runs jobs with `zuul-local`, and ends with the count of their tests alone on a line.
 * @param {readonly string[]} words of its command line
 * @returns {number} exit status
 */
export const runJobs = (words) => {
  forgetResults();
  rmSync(REPORT, { recursive: true, force: true });
  const ci = `ci=${JSON.stringify(process.env['CI'] ?? '')}`;
  const { status } = spawnSync(process.execPath, [ZUUL, 'run', ...words, '--vars', ci, '--report', REPORT], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  const voting = builds().filter((build) => build.voting);
  const { passed, failed, skipped, remedies, jobs } = countResults(
    voting.map(({ job_name: name, result }) => ({ name, isFailed: !GOOD.includes(result) })),
  );
  if (jobs.length > 0) console.log(`\nTests of ${String(jobs.length)} jobs: ${jobs.join(', ')}`);
  // Whatever else went wrong counts as one failure, so that the line never says 0 of a failed run.
  const failures = status === 0 ? failed : Math.max(failed, 1);
  if (skipped > 0) console.log(`\n${skippedText(skipped, remedies)}\n`);
  console.log(`${String(passed)} passed, ${String(failures)} failed`);
  return status === 0 && failures === 0 ? 0 : 1;
};
