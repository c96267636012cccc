// Commands of one build. Each runs in a process group of its own, and carries a mark by which it is found again.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** The environment variable that tells to which build a process belongs. */
export const MARK = 'ZUUL_LOCAL_BUILD';
const GRACE = 2000;
/** How long output is waited for that a process in the background may still write, and how long in all. */
const LINGER = 100;
const LONGEST = 1000;

/**
 * @typedef {object} Command
 * @property {string} file
 * @property {readonly string[]} args
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {string} [stdin]
 * @property {AbortSignal} [signal] stops the command and all that it has started
 * @property {(line: string) => void} [onLine] of either stream
 */

/** @typedef {{ rc: number, stdout: string, stderr: string }} Ended */

/** @param {number} group @param {NodeJS.Signals | 0} signal @returns {boolean} whether there is such a group */
const kill = (group, signal) => {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
};

/**
 * Whether anything of a group still runs. What has ended but is not taken note of by its parent counts no more, where
 * the system tells.
 * @param {number} group
 */
const isAlive = (group) => {
  if (!kill(group, 0)) return false;
  const states = numbered().flatMap((pid) => {
    const [state, , own] = statOf(pid);
    return own === String(group) ? [state] : [];
  });
  return states.length === 0 || states.some((state) => state !== 'Z' && state !== 'X');
};

/** Numbers of all processes, as far as the system tells. @returns {string[]} */
const numbered = () => {
  try {
    return readdirSync('/proc').filter((entry) => /^\d+$/u.test(entry));
  } catch {
    return [];
  }
};

/** State, parent and group of a process. @param {string} pid @returns {string[]} */
const statOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
  } catch {
    return [];
  }
};

/** Stops a group of processes: asks, and after a while insists. @param {number} group */
const stopGroup = async (group) => {
  if (!kill(group, 'SIGTERM')) return;
  const deadline = Date.now() + GRACE;
  while (Date.now() < deadline) {
    await delay(20);
    if (!isAlive(group)) return;
  }
  kill(group, 'SIGKILL');
};

/** Splits a stream into lines. @param {((line: string) => void) | undefined} onLine */
const lines = (onLine) => {
  let rest = '';
  return {
    /** @param {string} text */
    push(text) {
      if (onLine === undefined) return;
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) onLine(line.replace(/\r$/u, ''));
    },
    end() {
      if (rest !== '') onLine?.(rest);
      rest = '';
    },
  };
};

/**
 * Runs a command to its end.
 * @param {Command} command
 * @returns {Promise<Ended>} `rc` is below 0 for a signal
 * @throws what the operating system says where it cannot be started; the reason of the signal where that stopped it
 */
export const runCommand = async ({ file, args, cwd, env, stdin, signal, onLine }) => {
  signal?.throwIfAborted();
  const child = spawn(file, args, {
    cwd,
    env,
    detached: true,
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  /** @type {Promise<void> | undefined} */
  let stopping;
  const stop = () => {
    if (child.pid !== undefined) stopping ??= stopGroup(child.pid);
  };
  signal?.addEventListener('abort', stop, { once: true });
  let lastOutput = Date.now();
  /** @param {import('node:stream').Readable | null} stream */
  const collect = (stream) => {
    const splitter = lines(onLine);
    const collected = { text: '', splitter };
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      lastOutput = Date.now();
      collected.text += text;
      splitter.push(text);
    });
    return collected;
  };
  const [out, err] = [collect(child.stdout), collect(child.stderr)];
  child.stdin?.on('error', () => undefined).end(stdin);
  try {
    const rc = await new Promise((/** @type {(rc: number) => void} */ resolve, reject) => {
      child.once('error', reject);
      let code = 0;
      child.once('exit', (status, by) => {
        code = status ?? -(constants.signals[by ?? 'SIGKILL'] ?? 1);
        const end = Date.now() + LONGEST;
        const wait = () => {
          const left = Math.min(lastOutput + LINGER, end) - Date.now();
          if (left <= 0) resolve(code);
          else setTimeout(wait, left);
        };
        lastOutput = Date.now();
        setTimeout(wait, LINGER).unref();
      });
      child.once('close', () => {
        resolve(code);
      });
    });
    await stopping;
    signal?.throwIfAborted();
    return { rc, stdout: out.text, stderr: err.text };
  } finally {
    signal?.removeEventListener('abort', stop);
    child.stdout?.destroy();
    child.stderr?.destroy();
    out.splitter.end();
    err.splitter.end();
  }
};

/** The processes that there are, for {@link stopMarked}. @returns {ReadonlySet<string>} */
export const present = () => new Set(numbered());

/**
 * @param {ReadonlySet<string>} before processes that need not be looked at
 * @returns {{ pid: number, build: string, name: string }[]} those that carry a mark, as far as the system tells
 */
const marked = (before) => {
  /** @type {{ pid: number, build: string, name: string }[]} */
  const found = [];
  for (const entry of numbered()) {
    if (Number(entry) === process.pid || before.has(entry)) continue;
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, 'latin1');
      const at = environment.indexOf(`${MARK}=`);
      if (at === -1 || (at > 0 && environment[at - 1] !== '\0')) continue;
      const [build = ''] = environment.slice(at + MARK.length + 1).split('\0');
      const name = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      if (name !== '') found.push({ pid: Number(entry), build, name });
    } catch {
      // It has ended, or is somebody else's.
    }
  }
  return found;
};

/** @param {number} pid @param {NodeJS.Signals | 0} signal */
const signalOne = (pid, signal) => {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
};

/**
 * Stops every process of some builds, in whatever group or session it is now.
 * @param {(build: string) => boolean} isMeant
 * @param {ReadonlySet<string>} [before] what was there before the builds, and so is none of theirs
 * @returns {Promise<string[]>} the command lines of what was stopped
 */
export const stopMarked = async (isMeant, before = new Set()) => {
  const found = marked(before).filter(({ build }) => isMeant(build));
  if (found.length === 0) return [];
  for (const { pid } of found) signalOne(pid, 'SIGTERM');
  const deadline = Date.now() + GRACE;
  let left = found;
  while (left.length > 0 && Date.now() < deadline) {
    await delay(20);
    left = left.filter(({ pid }) => signalOne(pid, 0) && marked(before).some((each) => each.pid === pid));
  }
  // What asked processes have started meanwhile is stopped, too.
  for (const { pid, build } of marked(before)) if (isMeant(build)) signalOne(pid, 'SIGKILL');
  return found.map(({ name }) => name);
};
