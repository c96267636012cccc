/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
/** @import { Address } from './address.js' */
/** @import { Command } from './guardian.js' */
/** @import { User } from './user.js' */
import type { Address } from './address.js';
import type { Command } from './guardian.js';
import type { User } from './user.js';
export type CommonOptions = {
  /**
   * more arguments for the server's command line
   */
  args?: readonly string[];
  /**
   * a port of 127.0.0.1; default a free one above 20000
   */
  port?: number;
  /**
   * milliseconds until it must be ready; default that of the kind of server
   */
  deadline?: number;
  /**
   * gives up waiting; what was started is stopped
   */
  signal?: AbortSignal;
  /**
   * a server of one's own, to kill or freeze, even if the environment names one
   */
  own?: boolean;
};
export type ServerContext<Options> = {
  options: Options & CommonOptions;
  /**
   * the server's folder; its user owns it
   */
  directory: string;
  /**
   * always 127.0.0.1
   */
  host: string;
  port: number;
  /**
   * further free ports, by the names in `extraPorts`
   */
  ports: Record<string, number>;
  /**
   * name → path
   */
  binaries: Record<string, string>;
  /**
   * whom it runs as
   */
  user: User;
  /**
   * makes a file in the folder, private to the server's user; answers its path
   */
  write: (name: string, content: string) => string;
  /**
   * the same, with the content of another file
   */
  copy: (name: string, source: string) => string;
  /**
   * a program to its end as the server's user; rejects unless it succeeds
   */
  run: (command: Command) => Promise<void>;
};
export type ServerKind<Options> = {
  name: string;
  /**
   * a few words for people
   */
  description: string;
  /**
   * for an address without one in the environment
   */
  defaultPort: number;
  /**
   * Debian's
   */
  packages: (options: Options) => readonly string[];
  /**
   * programs that must be there
   */
  binaries: (options: Options) => readonly string[];
  /**
   * where to look before PATH; may hold one `*`
   */
  directories?: readonly string[];
  /**
   * whom root runs it as, in order of preference; then nobody
   */
  users?: readonly string[];
  /**
   * names of further ports that it needs
   */
  extraPorts?: readonly string[];
  /**
   * milliseconds from start until ready; default 20,000
   */
  deadline?: number;
  /**
   * default SIGTERM
   */
  stopSignal?: NodeJS.Signals;
  /**
   * milliseconds from that signal to SIGKILL; default 5,000
   */
  grace?: number;
  /**
   * once, before the first start: files, a database
   */
  prepare?: (context: ServerContext<Options>) => void | Promise<void>;
  /**
   * before every start
   */
  command: (context: ServerContext<Options>) => Command;
  /**
   * once after the last end, for what the system keeps of a
   * killed server; its result does not matter
   */
  cleanUp?: (context: ServerContext<Options>) => Command;
  address: (context: ServerContext<Options>) => Address;
  /**
   * one attempt at a real exchange; rejects when not ready
   */
  ready: (address: Address, options: Options) => Promise<unknown>;
  /**
   * what a client is given
   */
  url: (address: Address, options: Options) => string;
};
/**
 * What every server understands.
 * @typedef {object} CommonOptions
 * @property {readonly string[]} [args] more arguments for the server's command line
 * @property {number} [port] a port of 127.0.0.1; default a free one above 20000
 * @property {number} [deadline] milliseconds until it must be ready; default that of the kind of server
 * @property {AbortSignal} [signal] gives up waiting; what was started is stopped
 * @property {boolean} [own] a server of one's own, to kill or freeze, even if the environment names one
 */
/**
 * What the parts of a kind of server are given to work with.
 * @template Options
 * @typedef {object} ServerContext
 * @property {Options & CommonOptions} options
 * @property {string} directory the server's folder; its user owns it
 * @property {string} host always 127.0.0.1
 * @property {number} port
 * @property {Record<string, number>} ports further free ports, by the names in `extraPorts`
 * @property {Record<string, string>} binaries name → path
 * @property {User} user whom it runs as
 * @property {(name: string, content: string) => string} write makes a file in the folder, private to the server's user; answers its path
 * @property {(name: string, source: string) => string} copy the same, with the content of another file
 * @property {(command: Command) => Promise<void>} run a program to its end as the server's user; rejects unless it succeeds
 */
/**
 * A kind of server: which packages bring it, which programs it is, how it is prepared and started, how one knows that
 * it is ready, and its address.
 * @template Options
 * @typedef {object} ServerKind
 * @property {string} name
 * @property {string} description a few words for people
 * @property {number} defaultPort for an address without one in the environment
 * @property {(options: Options) => readonly string[]} packages Debian's
 * @property {(options: Options) => readonly string[]} binaries programs that must be there
 * @property {readonly string[]} [directories] where to look before PATH; may hold one `*`
 * @property {readonly string[]} [users] whom root runs it as, in order of preference; then nobody
 * @property {readonly string[]} [extraPorts] names of further ports that it needs
 * @property {number} [deadline] milliseconds from start until ready; default 20,000
 * @property {NodeJS.Signals} [stopSignal] default SIGTERM
 * @property {number} [grace] milliseconds from that signal to SIGKILL; default 5,000
 * @property {(context: ServerContext<Options>) => void | Promise<void>} [prepare] once, before the first start: files, a database
 * @property {(context: ServerContext<Options>) => Command} command before every start
 * @property {(context: ServerContext<Options>) => Command} [cleanUp] once after the last end, for what the system keeps of a
 *   killed server; its result does not matter
 * @property {(context: ServerContext<Options>) => Address} address
 * @property {(address: Address, options: Options) => Promise<unknown>} ready one attempt at a real exchange; rejects when not ready
 * @property {(address: Address, options: Options) => string} url what a client is given
 */
export {};
