import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, ServerNotOursError, ServerStartError } from './errors.js';

/** @import { Address } from './address.js' */
/** @import { Guard } from './guard.js' */
/** @import { ServerContext, ServerKind } from './kind.js' */

const DEADLINE = 20_000;
const LOG_BYTES = 16_384;
const LOG_LINES = 20;

/**
 * What one does with a server that runs.
 * @typedef {object} RunningServer
 * @property {string} name
 * @property {boolean} isOurs false: the environment names it; it cannot be killed or frozen, and stopping leaves it alone
 * @property {string} host
 * @property {number} port 0 when it listens on a socket file only
 * @property {string | undefined} socket path of its Unix socket
 * @property {string} url what a client is given
 * @property {Address} address the same in parts, with credentials and TLS options for `node:tls`
 * @property {Readonly<Record<string, number>>} ports its further ports by name
 * @property {number | undefined} pid of its main process; undefined while none runs, and when it is not ours
 * @property {string | undefined} dataDirectory its temporary folder; undefined when it is not ours
 * @property {string | undefined} user whom it runs as
 * @property {Readonly<Record<string, string>>} env the variable that hands this server on to other processes
 * @property {() => string} log the last lines that it wrote
 * @property {() => Promise<void>} stop ends it and removes its folder; any number of times
 * @property {() => Promise<void>} kill SIGKILL to all its processes; resolves once they are gone
 * @property {() => Promise<void>} freeze SIGSTOP: it keeps its connections and answers nothing
 * @property {() => Promise<void>} resume SIGCONT
 * @property {(signal?: AbortSignal) => Promise<void>} restart on the same port with the same data, killed first if it runs
 */

/** A server that runs; disposing of it stops it. @typedef {RunningServer & AsyncDisposable} Server */

/** The variable that names a server of this kind. @param {string} name @returns {string} */
export const variableOf = (name) => `OSLOFJORD_${name.toUpperCase().replaceAll('-', '_')}`;

/** @param {string} path @returns {string} the last lines of a file, empty if there is none */
const tailOf = (path) => {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const start = Math.max(0, size - LOG_BYTES);
      const bytes = Buffer.alloc(size - start);
      readSync(file, bytes, 0, bytes.length, start);
      return bytes.toString().trim().split('\n').slice(-LOG_LINES).join('\n');
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
};

/**
 * A server in a guardian's care.
 * @template Options
 * @implements {Server}
 */
export class LocalServer {
  isOurs = true;
  /** @type {number | undefined} */
  pid;
  #kind;
  #context;
  #guard;
  /** How the main process ended, while none runs. */
  #end = 'not started';
  #onEnd = () => {};
  #isStopped = false;
  #lastLog = '';

  /**
   * @param {ServerKind<Options>} kind
   * @param {ServerContext<Options>} context
   * @param {Guard} guard
   */
  constructor(kind, context, guard) {
    this.#kind = kind;
    this.#context = context;
    this.#guard = guard;
    this.name = kind.name;
    this.address = kind.address(context);
    this.host = this.address.host;
    this.port = this.address.port;
    this.socket = this.address.socket;
    this.url = kind.url(this.address, context.options);
    this.ports = context.ports;
    /** @type {string | undefined} */
    this.dataDirectory = context.directory;
    /** @type {string | undefined} */
    this.user = context.user.name;
    this.env = { [variableOf(kind.name)]: this.url };
    guard.onExit = (how) => {
      this.pid = undefined;
      this.#end = how;
      this.#onEnd();
    };
  }

  /**
   * Starts the main process and waits until it answers.
   * @param {AbortSignal} [signal]
   * @returns {Promise<void>}
   * @throws {ServerStartError}
   */
  async start(signal) {
    const died = new AbortController();
    this.#onEnd = () => {
      died.abort();
    };
    const pid = await this.#guard.start(this.#kind.command(this.#context));
    // It may have ended before this process heard that it had started.
    this.pid = died.signal.aborted ? undefined : pid;
    const deadline = this.#context.options.deadline ?? this.#kind.deadline ?? DEADLINE;
    const until = performance.now() + deadline;
    for (let pause = 10; ; pause = Math.min(pause * 1.5, 200)) {
      signal?.throwIfAborted();
      if (this.pid === undefined) throw this.#failure(`died at start (${this.#end})`);
      try {
        await this.#kind.ready(this.address, this.#context.options);
        if (this.#isRunning()) return;
      } catch (error) {
        if (this.#isRunning() && performance.now() > until) {
          throw this.#failure(`was not ready within ${String(deadline)} ms (${messageOf(error)})`, error);
        }
      }
      await delay(pause, undefined, { signal: died.signal }).catch(() => undefined);
    }
  }

  /** @returns {string} */
  log() {
    return this.#isStopped ? this.#lastLog : tailOf(join(this.#context.directory, 'server.log'));
  }

  /** @returns {Promise<void>} */
  async stop() {
    if (!this.#isStopped) this.#lastLog = this.log();
    this.#isStopped = true;
    await this.#guard.close();
  }

  /** @returns {Promise<void>} */
  async kill() {
    this.#assertOurs('kill');
    await this.#guard.signal('SIGKILL');
  }

  /** @returns {Promise<void>} */
  async freeze() {
    this.#assertOurs('freeze');
    await this.#guard.signal('SIGSTOP');
  }

  /** @returns {Promise<void>} */
  async resume() {
    this.#assertOurs('resume');
    await this.#guard.signal('SIGCONT');
  }

  /** @param {AbortSignal} [signal] @returns {Promise<void>} */
  async restart(signal) {
    this.#assertOurs('restart');
    await this.#guard.signal('SIGKILL');
    await this.start(signal);
  }

  /** @returns {Promise<void>} */
  async [Symbol.asyncDispose]() {
    await this.stop();
  }

  #isRunning() {
    return this.pid !== undefined;
  }

  /** @param {string} verb */
  #assertOurs(verb) {
    if (this.#isStopped) throw new ServerNotOursError(this.name, verb, 'it was stopped');
  }

  /** @param {string} happened @param {unknown} [cause] */
  #failure(happened, cause) {
    return new ServerStartError(this.name, happened, this.log(), { cause });
  }
}

/**
 * A server that the environment names.
 * @template Options
 * @param {ServerKind<Options>} kind
 * @param {Address} address
 * @param {string} url
 * @returns {Server}
 */
export const foreignServer = (kind, address, url) => {
  /** @param {string} verb @returns {() => Promise<void>} */
  const refuse = (verb) => () =>
    Promise.reject(
      new ServerNotOursError(kind.name, verb, `${variableOf(kind.name)} names it, we did not start it`),
    );
  const leave = () => Promise.resolve();
  return {
    name: kind.name,
    isOurs: false,
    host: address.host,
    port: address.port,
    socket: address.socket,
    url,
    address,
    ports: {},
    pid: undefined,
    dataDirectory: undefined,
    user: undefined,
    env: { [variableOf(kind.name)]: url },
    log: () => '',
    stop: leave,
    kill: refuse('kill'),
    freeze: refuse('freeze'),
    resume: refuse('resume'),
    restart: refuse('restart'),
    [Symbol.asyncDispose]: leave,
  };
};
