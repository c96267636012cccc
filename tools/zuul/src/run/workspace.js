// Where builds work and log: a folder each, which says whose it is, so that what a killed runner left is cleared away.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stopMarked } from './processes.js';

/** When a process started, as far as the system tells: its number alone may have been given to another since. @param {number} pid */
const startOf = (pid) => {
  try {
    return (
      readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .split(') ')
        .at(-1)
        ?.split(' ')[19] ?? ''
    );
  } catch {
    return '';
  }
};

/** @param {string} folder @returns {boolean} whether the runner that made it is no more */
const isAbandoned = (folder) => {
  try {
    const [pid, start] = readFileSync(join(folder, 'runner'), 'utf8').split(' ');
    process.kill(Number(pid), 0);
    return start !== startOf(Number(pid));
  } catch (error) {
    // No such process. A folder that does not say whose it is, is just being made.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
};

/** @typedef {{ root: string, work: string, logs: string }} Workspace */

/** The workspaces of one run. */
export class Workspaces {
  #folder;
  /** @type {string[]} */
  #made = [];

  /** @param {string} checkout */
  constructor(checkout) {
    this.#folder = join(checkout, '.cache', 'zuul', 'builds');
  }

  /** Clears away what runners have left that are no more: their processes, too. */
  async clear() {
    mkdirSync(this.#folder, { recursive: true });
    const left = readdirSync(this.#folder).filter((name) => isAbandoned(join(this.#folder, name)));
    if (left.length === 0) return;
    await stopMarked((build) => build.split('/').some((each) => left.includes(each)));
    for (const name of left) rmSync(join(this.#folder, name), { recursive: true, force: true });
  }

  /** @param {string} build @returns {Workspace} */
  make(build) {
    const root = join(this.#folder, build);
    const workspace = { root, work: join(root, 'work'), logs: join(root, 'work', 'logs') };
    mkdirSync(workspace.logs, { recursive: true });
    writeFileSync(join(root, 'runner'), `${String(process.pid)} ${startOf(process.pid)}`);
    this.#made.push(root);
    return workspace;
  }

  /** The folders of this run. @returns {readonly string[]} */
  kept() {
    for (const root of this.#made) rmSync(join(root, 'runner'), { force: true });
    return this.#made;
  }

  /** Removes what this run has made. */
  remove() {
    for (const root of this.#made) rmSync(root, { recursive: true, force: true, maxRetries: 3 });
    this.#made = [];
  }
}
