// The process between a test and its server: it makes the folder, starts the server, and passes on signals. Its
// standard input is a pipe from the test's process. When that closes, be it by `kill -9` of the test, it stops all
// processes of the server and removes the folder. Requests and answers are JSON lines.
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { isStopped, MARK, processesOf, signalAll } from './processes.js';

/**
 * What the guardian is told at its start.
 * @typedef {object} Charge
 * @property {string} prefix path of the folder to make, without its random end
 * @property {number} [uid] whom the server runs as
 * @property {number} [gid]
 * @property {NodeJS.Signals} stopSignal what makes the server end in order
 * @property {number} grace milliseconds between that signal and SIGKILL
 */

/**
 * A program to run as the server's user.
 * @typedef {object} Command
 * @property {string} file
 * @property {readonly string[]} args
 * @property {Record<string, string>} [environment] on top of PATH, HOME (the folder), LANG=C.UTF-8
 * @property {string} [directory] to run in; default the server's folder
 */

/**
 * @typedef {{ op: 'run' | 'start' | 'atEnd', command: Command } | { op: 'signal', signal: NodeJS.Signals } | { op: 'close' }} Request
 */

const charge = /** @type {Charge} */ (JSON.parse(process.argv[2] ?? '{}'));
const directory = mkdtempSync(charge.prefix);
chmodSync(directory, 0o700);
if (charge.uid !== undefined && charge.gid !== undefined) chownSync(directory, charge.uid, charge.gid);
const log = join(directory, 'server.log');

/** The server's main process while it lives. @type {import('node:child_process').ChildProcess | undefined} */
let server;
/** Settled once that process has ended. */
let ended = Promise.resolve();
/** Runs after the server, whatever ended it. @type {Command | undefined} */
let cleanUp;
/** Set by the first request to close. @type {Promise<void> | undefined} */
let closing;

/** @param {object} message */
const tell = (message) => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};

/**
 * Starts a program as the leader of a process group of its own.
 * @param {Command} command
 * @returns {Promise<import('node:child_process').ChildProcess>} once it runs
 */
const launch = async ({ file, args, environment, directory: place }) => {
  const output = openSync(log, 'a', 0o600);
  try {
    const child = spawn(file, args, {
      cwd: place ?? directory,
      detached: true,
      stdio: ['ignore', output, output],
      env: {
        PATH: process.env['PATH'],
        LANG: 'C.UTF-8',
        HOME: directory,
        TMPDIR: directory,
        ...environment,
        [MARK]: directory,
      },
      ...(charge.uid === undefined ? {} : { uid: charge.uid }),
      ...(charge.gid === undefined ? {} : { gid: charge.gid }),
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', () => {
        resolve(undefined);
      });
      child.once('error', reject);
    });
    return child;
  } finally {
    closeSync(output);
  }
};

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<string>} how it ended, empty for success */
const endOf = (child) =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code === 0 ? '' : signal === null ? `status ${String(code)}` : signal);
    });
  });

/** @param {Command} command @returns {Promise<number>} the pid */
const start = async (command) => {
  if (server !== undefined) throw new Error('it already runs');
  const child = await launch(command);
  server = child;
  ended = endOf(child).then((how) => {
    server = undefined;
    tell({ event: 'exit', how: how === '' ? 'status 0' : how });
  });
  return child.pid ?? 0;
};

/** Kills until nothing of the server is left. */
const sweep = async () => {
  for (let round = 0; round < 250; round += 1) {
    const rest = processesOf(directory, server?.pid);
    if (rest.length === 0) break;
    signalAll(rest, 'SIGKILL');
    await Promise.race([ended, delay(20)]);
    if (server === undefined) await delay(10);
  }
  await ended;
};

/** Stops every process, also those born meanwhile; the system takes a moment to do it. */
const freeze = async () => {
  for (let round = 0; round < 250; round += 1) {
    const running = processesOf(directory, server?.pid).filter((pid) => !isStopped(pid));
    if (running.length === 0) return;
    signalAll(running, 'SIGSTOP');
    if (running.some((pid) => pid < 0)) return; // without /proc there is no seeing it
    await delay(4);
  }
};

/** @param {NodeJS.Signals} signal */
const signal = async (signal) => {
  if (signal === 'SIGSTOP') return freeze();
  signalAll(processesOf(directory, server?.pid), signal);
  if (signal === 'SIGKILL') await sweep();
};

/** Ends the server, in order if it will, and removes the folder. */
const end = async () => {
  signalAll(processesOf(directory, server?.pid), 'SIGCONT');
  server?.kill(charge.stopSignal);
  await Promise.race([ended, delay(charge.grace, undefined, { ref: false })]);
  await sweep();
  if (cleanUp !== undefined) await launch(cleanUp).then(endOf, () => undefined);
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
};

/** @returns {Promise<void>} */
const close = () => (closing ??= end());

/** @param {Request} request @returns {Promise<unknown>} */
const perform = async (request) => {
  if (closing !== undefined && request.op !== 'close') throw new Error('the guardian is closing');
  switch (request.op) {
    case 'run':
      return endOf(await launch(request.command));
    case 'start':
      return start(request.command);
    case 'atEnd':
      cleanUp = request.command;
      return undefined;
    case 'signal':
      return signal(request.signal);
    case 'close':
      return close();
  }
};

const leave = () => {
  void close().finally(() => process.exit(0));
};

process.stdout.on('error', () => {
  // the reader is gone; the end of standard input says so too
});
for (const name of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) process.on(name, leave);
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { id, ...request } = /** @type {Request & { id: number }} */ (JSON.parse(line));
  perform(/** @type {Request} */ (request)).then(
    (value) => {
      tell({ id, value });
    },
    (/** @type {unknown} */ error) => {
      tell({ id, error: error instanceof Error ? error.message : String(error) });
    },
  );
});
lines.on('close', leave);
tell({ event: 'ready', directory });
