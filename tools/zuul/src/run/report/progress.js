// What is seen while jobs run: on a terminal a line for each that runs, elsewhere a line when one starts or ends.
import { stripVTControlCharacters } from 'node:util';
import { durationOf, lasting } from './summary.js';

/** @import { JobOutcome, Listener } from '../scheduler.js' */

/** @typedef {Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean, columns?: number }} Output */

/** Lines of a failed job's log that are always shown. */
const TAIL = 40;
const INTERVAL = 200;

const COLOURS = /** @type {Readonly<Record<string, number>>} */ ({
  SUCCESS: 32,
  SKIPPED: 90,
  CANCELED: 90,
  RETRY: 33,
});

/**
 * @typedef {object} Running
 * @property {number} start
 * @property {string} task
 * @property {string[]} tail of its log
 * @property {boolean} isPaused
 */

/** Tells how far the jobs are. Ends with {@link Progress.end}. */
export class Progress {
  #output;
  #isVerbose;
  #isLive;
  #hasColours;
  /** @type {Map<string, Running>} */
  #running = new Map();
  #total;
  #done = 0;
  #drawn = 0;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /**
   * @param {Output} output
   * @param {{ isVerbose: boolean, total: number, env: NodeJS.ProcessEnv }} options `isVerbose`: all output of all jobs, as it comes
   */
  constructor(output, { isVerbose, total, env }) {
    this.#output = output;
    this.#isVerbose = isVerbose;
    this.#total = total;
    this.#isLive = output.isTTY === true && env['TERM'] !== 'dumb';
    this.#hasColours = this.#isLive && (env['NO_COLOR'] ?? '') === '';
    if (!this.#isLive) return;
    this.#timer = setInterval(() => {
      this.#draw();
    }, INTERVAL);
    this.#timer.unref();
  }

  /** @returns {Listener} */
  get listener() {
    return {
      onStart: (job) => {
        this.#running.set(job.name, { start: Date.now(), task: '', tail: [], isPaused: false });
        if (this.#isLive) this.#draw();
        else this.#print(`${job.name}: started`);
      },
      onTask: (job, task) => {
        const running = this.#running.get(job.name);
        if (running !== undefined) running.task = task;
      },
      onLine: (job, line) => {
        const running = this.#running.get(job.name);
        running?.tail.push(line);
        if (running !== undefined && running.tail.length > TAIL) running.tail.shift();
        if (this.#isVerbose) this.#print(`${job.name} | ${line}`);
      },
      onPause: (job, isPaused) => {
        const running = this.#running.get(job.name);
        if (running !== undefined) running.isPaused = isPaused;
      },
      onEnd: (outcome) => {
        this.#onEnd(outcome);
      },
    };
  }

  /** @param {JobOutcome} outcome */
  #onEnd(outcome) {
    const { job, result, builds, reason } = outcome;
    const running = this.#running.get(job.name);
    this.#running.delete(job.name);
    this.#done += 1;
    const time = builds.length === 0 ? '' : ` in ${lasting(durationOf(outcome))}`;
    const lines = [
      `${job.name}: ${this.#coloured(result)}${time}${reason === undefined ? '' : ` ${reason}`}`,
    ];
    const isFailure = !['SUCCESS', 'SKIPPED', 'CANCELED'].includes(result);
    if (isFailure && !this.#isVerbose) {
      lines.push(...(running?.tail ?? []).map((line) => `    ${line}`), '');
    }
    this.#print(lines.join('\n'));
  }

  /** @param {string} result */
  #coloured(result) {
    return this.#hasColours ? `\u001b[${String(COLOURS[result] ?? 31)}m${result}\u001b[0m` : result;
  }

  /** Prints above the live lines. @param {string} text */
  #print(text) {
    this.#erase();
    this.#output.write(`${text}\n`);
    if (this.#isLive) this.#draw();
  }

  #erase() {
    if (this.#drawn > 0) this.#output.write(`\u001b[${String(this.#drawn)}A\u001b[J`);
    this.#drawn = 0;
  }

  #draw() {
    this.#erase();
    if (this.#running.size === 0) return;
    const width = (this.#output.columns ?? 80) - 1;
    const now = Date.now();
    const lines = [
      `${String(this.#done)} of ${String(this.#total)} jobs done`,
      ...[...this.#running].map(
        ([name, { start, task, isPaused }]) =>
          `  ${name} ${lasting(now - start)} ${isPaused ? 'paused' : task}`,
      ),
    ].map((line) => [...stripVTControlCharacters(line).replaceAll(/\s+$/gu, '')].slice(0, width).join(''));
    this.#output.write(`${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  end() {
    clearInterval(this.#timer);
    this.#erase();
  }
}
