// The two ends of a measurement. A contender is a process of its own: it first prints `{"answers": "…"}`, then for each
// line with a number of milliseconds works that long and prints `{"count", "cpuMicroseconds"}`.
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/**
 * @typedef {object} Contender
 * @property {string} name shown in the table
 * @property {string[]} command that starts its process
 */

/**
 * Serves one contender from inside its process.
 * @param {{ answers: string, work: (index: number) => unknown, size: number, step?: number }} task `work` does one unit;
 *   indexes run round `size`; `step` units are done between two looks at the clock, 1,024 unless they are slow
 */
export const contend = async ({ answers, work, size, step = 1024 }) => {
  console.log(JSON.stringify({ answers }));
  let index = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const milliseconds = Number(line);
    let count = 0;
    const before = process.cpuUsage();
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      for (let unit = 0; unit < step; unit += 1) {
        work(index);
        index = index + 1 === size ? 0 : index + 1;
      }
      count += step;
    }
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify({ count, cpuMicroseconds: user + system }));
  }
};

/**
 * Starts a contender.
 * @param {Contender} contender
 * @param {string} directory it runs in
 */
export const start = async ({ name, command }, directory) => {
  const [executable = '', ...words] = command;
  const process_ = spawn(executable, words, { cwd: directory, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${name} ended before it answered`);
    return JSON.parse(value);
  };
  const { answers } = await read();
  return {
    name,
    answers: String(answers),
    /** @type {number[]} units of work per second of processor time, one a round */
    rates: [],
    /** @param {number} milliseconds */
    async slice(milliseconds) {
      process_.stdin.write(`${String(milliseconds)}\n`);
      const { count, cpuMicroseconds } = await read();
      return (count / cpuMicroseconds) * 1e6;
    },
    stop: () => {
      process_.kill();
    },
  };
};

/**
 * Runs a contender that does its work once: it prints one line, `{"answers", "cpuMicroseconds"}`, or `"figure"` where
 * something else than time is measured, and ends.
 * @param {Contender} contender
 * @param {string} directory it runs in
 */
export const runOnce = async ({ name, command }, directory) => {
  const [executable = '', ...words] = command;
  const { stdout } = await promisify(execFile)(executable, words, { cwd: directory, maxBuffer: 2 ** 26 });
  const { answers, cpuMicroseconds, figure } = JSON.parse(stdout.trim().split('\n').pop() ?? '');
  return { name, answers: String(answers), rate: figure ?? 1e6 / cpuMicroseconds };
};
