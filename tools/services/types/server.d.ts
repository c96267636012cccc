/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { Address } from './address.js';
import type { Guard } from './guard.js';
import type { ServerContext, ServerKind } from './kind.js';
export type RunningServer = {
  name: string;
  /**
   * false: the environment names it; it cannot be killed or frozen, and stopping leaves it alone
   */
  isOurs: boolean;
  host: string;
  /**
   * 0 when it listens on a socket file only
   */
  port: number;
  /**
   * path of its Unix socket
   */
  socket: string | undefined;
  /**
   * what a client is given
   */
  url: string;
  /**
   * the same in parts, with credentials and TLS options for `node:tls`
   */
  address: Address;
  /**
   * its further ports by name
   */
  ports: Readonly<Record<string, number>>;
  /**
   * of its main process; undefined while none runs, and when it is not ours
   */
  pid: number | undefined;
  /**
   * its temporary folder; undefined when it is not ours
   */
  dataDirectory: string | undefined;
  /**
   * whom it runs as
   */
  user: string | undefined;
  /**
   * the variable that hands this server on to other processes
   */
  env: Readonly<Record<string, string>>;
  /**
   * the last lines that it wrote
   */
  log: () => string;
  /**
   * ends it and removes its folder; any number of times
   */
  stop: () => Promise<void>;
  /**
   * SIGKILL to all its processes; resolves once they are gone
   */
  kill: () => Promise<void>;
  /**
   * SIGSTOP: it keeps its connections and answers nothing
   */
  freeze: () => Promise<void>;
  /**
   * SIGCONT
   */
  resume: () => Promise<void>;
  /**
   * on the same port with the same data, killed first if it runs
   */
  restart: (signal?: AbortSignal) => Promise<void>;
};
export type Server = RunningServer & AsyncDisposable;
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
export declare const variableOf: (name: string) => string;
/**
 * A server in a guardian's care.
 * @template Options
 * @implements {Server}
 */
export declare class LocalServer<Options> implements Server {
  #private;
  name: string;
  address: Address;
  host: string;
  port: number;
  socket: string | undefined;
  url: string;
  ports: Record<string, number>;
  /** @type {string | undefined} */
  dataDirectory: string | undefined;
  /** @type {string | undefined} */
  user: string | undefined;
  env: {
    [x: string]: string;
  };
  isOurs: boolean;
  /** @type {number | undefined} */
  pid: number | undefined;
  /**
   * @param {ServerKind<Options>} kind
   * @param {ServerContext<Options>} context
   * @param {Guard} guard
   */
  constructor(kind: ServerKind<Options>, context: ServerContext<Options>, guard: Guard);
  /**
   * Starts the main process and waits until it answers.
   * @param {AbortSignal} [signal]
   * @returns {Promise<void>}
   * @throws {ServerStartError}
   */
  start(signal?: AbortSignal): Promise<void>;
  /** @returns {string} */
  log(): string;
  /** @returns {Promise<void>} */
  stop(): Promise<void>;
  /** @returns {Promise<void>} */
  kill(): Promise<void>;
  /** @returns {Promise<void>} */
  freeze(): Promise<void>;
  /** @returns {Promise<void>} */
  resume(): Promise<void>;
  /** @param {AbortSignal} [signal] @returns {Promise<void>} */
  restart(signal?: AbortSignal): Promise<void>;
  /** @returns {Promise<void>} */
  [Symbol.asyncDispose](): Promise<void>;
}
/**
 * A server that the environment names.
 * @template Options
 * @param {ServerKind<Options>} kind
 * @param {Address} address
 * @param {string} url
 * @returns {Server}
 */
export declare const foreignServer: <Options>(
  kind: ServerKind<Options>,
  address: Address,
  url: string,
) => Server;
