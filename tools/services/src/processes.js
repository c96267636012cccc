import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * The variable by which the processes of a server are known, also those that left its process group (the backends of
 * PostgreSQL, the port mapper of Erlang). Its value is the server's folder.
 */
export const MARK = 'OSLOFJORD_SERVICE_DIRECTORY';

/** @param {() => string} read @returns {string} empty when the process is gone or not ours to look at */
const attempt = (read) => {
  try {
    return read();
  } catch {
    return '';
  }
};

/** @param {number} pid @returns {{ state: string, parent: number, group: number } | undefined} */
const statusOf = (pid) => {
  // pid (name) state parent group …; the name may hold spaces and parentheses
  const text = attempt(() => readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  const [state, parent, group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || state === '') return undefined;
  return { state, parent: Number(parent), group: Number(group) };
};

/** @param {number} pid @param {string} directory @returns {boolean} */
const isMarked = (pid, directory) => {
  const where = attempt(() => readlinkSync(`/proc/${String(pid)}/cwd`)).replace(/ \(deleted\)$/, '');
  if (where === directory || where.startsWith(`${directory}/`)) return true;
  const environment = attempt(() => readFileSync(`/proc/${String(pid)}/environ`, 'latin1'));
  return environment.split('\0').includes(`${MARK}=${directory}`);
};

/**
 * Every living process of a server: its main process, that one's group and descendants, and all that carry its mark or
 * work in its folder. Without /proc: the main process's group.
 * @param {string} directory
 * @param {number | undefined} main
 * @returns {number[]} numbers for `process.kill`, the main process first; a group is negative
 */
export const processesOf = (directory, main) => {
  const pids = attempt(() => readdirSync('/proc').join(' '))
    .split(' ')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid);
  if (pids.length === 0) return main === undefined ? [] : [-main];
  const living = new Map(
    pids.flatMap((pid) => {
      const status = statusOf(pid);
      return status === undefined || status.state === 'Z' || status.state === 'X' ? [] : [[pid, status]];
    }),
  );
  /** @type {Set<number>} */
  const family = new Set();
  for (const [pid, { group }] of living) {
    if (pid === main || (main !== undefined && group === main) || isMarked(pid, directory)) family.add(pid);
  }
  for (let grown = true; grown;) {
    grown = false;
    for (const [pid, { parent }] of living) {
      if (!family.has(parent) || family.has(pid)) continue;
      family.add(pid);
      grown = true;
    }
  }
  return [...family].sort((one, other) => Number(other === main) - Number(one === main));
};

/**
 * Whether SIGSTOP has taken effect on a process or it is gone. Never so for a group.
 * @param {number} pid as {@link processesOf} gives it
 * @returns {boolean}
 */
export const isStopped = (pid) => pid > 0 && ['T', 't', 'X', 'Z'].includes(statusOf(pid)?.state ?? 'X');

/**
 * Sends a signal to each; the dead are passed over.
 * @param {readonly number[]} pids
 * @param {NodeJS.Signals} signal
 */
export const signalAll = (pids, signal) => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // it ended in the meantime
    }
  }
};
