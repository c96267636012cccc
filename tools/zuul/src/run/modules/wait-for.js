// wait_for: until a port answers or a path is there, or no longer.
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ModuleError, numberOf, pathOf, textOf } from './context.js';

/** @import { Context, Mapping, Result } from './context.js' */

/** @param {string} host @param {number} port @param {number} milliseconds @returns {Promise<boolean>} */
const answers = (host, port, milliseconds) =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: milliseconds });
    /** @param {boolean} isOpen */
    const done = (isOpen) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => {
      done(true);
    });
    for (const event of ['error', 'timeout']) {
      socket.once(event, () => {
        done(false);
      });
    }
  });

/** @param {Mapping} args @param {Context} context @returns {Promise<Result>} */
export const waitFor = async (args, context) => {
  const { signal } = context;
  const host = textOf(args, 'host') ?? '127.0.0.1';
  const port = args['port'] === undefined || args['port'] === null ? undefined : numberOf(args, 'port', 0);
  const path =
    args['path'] === undefined || args['path'] === null ? undefined : pathOf(args, 'path', context);
  const state = textOf(args, 'state') ?? 'started';
  const [timeout, first, pause] = [
    numberOf(args, 'timeout', 300),
    numberOf(args, 'delay', 0),
    numberOf(args, 'sleep', 1),
  ];
  const connectTimeout = numberOf(args, 'connect_timeout', 5);
  if (port !== undefined && path !== undefined)
    throw new ModuleError('port and path parameter can not both be passed to wait_for', { elapsed: 0 });
  const isWanted = state === 'started' || state === 'present';
  if (!isWanted && !['stopped', 'absent', 'drained'].includes(state))
    throw new ModuleError(`the state "${state}" of "wait_for" is not in the subset`);
  const start = Date.now();
  const elapsed = () => Math.floor((Date.now() - start) / 1000);
  const result = () => ({
    changed: false,
    elapsed: elapsed(),
    state,
    port: port ?? null,
    path: path ?? null,
  });
  if (first > 0) await delay(first * 1000, undefined, { signal });
  if (port === undefined && path === undefined) {
    await delay(timeout * 1000, undefined, { signal });
    return result();
  }
  const isThere = () =>
    path === undefined ? answers(host, port ?? 0, connectTimeout * 1000) : existsSync(path);
  const deadline = start + timeout * 1000;
  while (Date.now() < deadline) {
    if ((await isThere()) === isWanted) return result();
    await delay(Math.min(pause * 1000, Math.max(deadline - Date.now(), 0)), undefined, { signal });
  }
  const what = path ?? `${host}:${String(port)}`;
  const message = isWanted
    ? `Timeout when waiting for ${path === undefined ? what : `file ${path}`}`
    : `Timeout when waiting for ${what} to ${path === undefined ? 'stop' : 'be absent'}.`;
  throw new ModuleError(textOf(args, 'msg') ?? message, { elapsed: elapsed() });
};
