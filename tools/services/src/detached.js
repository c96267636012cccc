// Servers that outlive the command that started them: a keeper process per server holds its guardian, and a file per
// server in the state folder says where it is.
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** @import { Server } from './server.js' */

/**
 * A server started with `--detach`.
 * @typedef {object} Detached
 * @property {string} name
 * @property {number} keeper pid of the process that `down` ends
 * @property {number} pid of the server
 * @property {string} url
 * @property {string} directory
 * @property {Record<string, string>} env
 */

const CLI = fileURLToPath(new URL('cli.js', import.meta.url));
const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));
const STOP_TIMEOUT = 15_000;

/** Where the state files lie: `.cache/services` of this checkout, or OSLOFJORD_SERVICES_STATE. @returns {string} */
const stateFolder = () => process.env['OSLOFJORD_SERVICES_STATE'] ?? join(WORKSPACE, '.cache', 'services');

/** @param {string} name @returns {string} */
const stateFile = (name) => join(stateFolder(), `${name}.json`);

/** @param {string} path @returns {string} empty when there is none */
const textOf = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** @param {Detached} state @returns {boolean} whether the keeper lives, and its pid is not someone else's by now */
const isKept = ({ name, keeper }) => {
  try {
    process.kill(keeper, 0);
  } catch {
    return false;
  }
  if (!existsSync('/proc/self')) return true;
  const words = textOf(`/proc/${String(keeper)}/cmdline`).split('\0'); // empty for one that ended and is not yet reaped
  return words.includes(CLI) && words.includes(name);
};

/**
 * The servers that run detached, by name. Files of those that ended are removed.
 * @returns {Detached[]}
 */
export const detached = () => {
  mkdirSync(stateFolder(), { recursive: true });
  return readdirSync(stateFolder())
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => {
      const path = join(stateFolder(), file);
      const state = /** @type {Detached} */ (JSON.parse(textOf(path) || '{"keeper":0,"name":""}'));
      if (state.keeper > 0 && isKept(state)) return [state];
      rmSync(path, { force: true });
      return [];
    });
};

/**
 * Called in the keeper: writes the state file.
 * @param {Server} server
 */
export const record = (server) => {
  /** @type {Detached} */
  const state = {
    name: server.name,
    keeper: process.pid,
    pid: server.pid ?? 0,
    url: server.url,
    directory: server.dataDirectory ?? '',
    env: { ...server.env },
  };
  mkdirSync(stateFolder(), { recursive: true });
  const draft = `${stateFile(server.name)}.${String(process.pid)}`;
  writeFileSync(draft, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(draft, stateFile(server.name));
};

/** Called in the keeper when the server has ended. @param {string} name */
export const forget = (name) => {
  rmSync(stateFile(name), { force: true });
};

/**
 * Starts a keeper and waits until its server is up.
 * @param {string} name
 * @returns {Promise<Detached>}
 * @throws with the keeper's output
 */
export const detach = async (name) => {
  mkdirSync(stateFolder(), { recursive: true });
  const log = join(stateFolder(), `${name}.log`);
  const output = openSync(log, 'w', 0o600);
  const keeper = spawn(process.execPath, [CLI, 'keep', name], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  keeper.unref();
  for (;;) {
    const state = detached().find((candidate) => candidate.name === name);
    if (state !== undefined && state.keeper === keeper.pid) return state;
    if (keeper.exitCode !== null || keeper.signalCode !== null) throw new Error(textOf(log).trim());
    await delay(50);
  }
};

/**
 * Stops a detached server by its keeper's pid.
 * @param {Detached} state
 * @returns {Promise<void>} once it has ended and its folder is gone
 */
export const takeDown = async (state) => {
  process.kill(state.keeper, 'SIGTERM');
  const until = performance.now() + STOP_TIMEOUT;
  while (isKept(state)) {
    if (performance.now() > until)
      throw new Error(`${state.name} (keeper ${String(state.keeper)}) does not end`);
    await delay(50);
  }
  forget(state.name);
};
