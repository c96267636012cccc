/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { ServerKind } from './kind.js';
import type { OptionsOf, ServerName } from './servers/index.js';
import type { Server } from './server.js';
/**
 * The kind of server of that name.
 * @param {string} name
 * @returns {ServerKind<any>}
 * @throws {UnknownServerError}
 */
export declare const kindOf: (name: string) => ServerKind<any>;
/**
 * Its programs, as far as they are installed.
 * @param {ServerKind<any>} kind
 * @param {object} options
 * @returns {{ found: Record<string, string>, missing: string[] }}
 */
export declare const installed: (
  kind: ServerKind<any>,
  options: object,
) => {
  found: Record<string, string>;
  missing: string[];
};
/**
 * How a person gets this server going, for messages.
 * @param {ServerKind<any>} kind
 * @param {object} options
 * @returns {string}
 */
export declare const remedy: (kind: ServerKind<any>, options: object) => string;
/**
 * Makes sure that its programs are installed, installing them if need be and allowed.
 * @param {ServerKind<any>} kind
 * @param {object} options
 * @returns {Promise<Record<string, string>>} name of a program → path
 * @throws {ServerUnavailableError}
 */
export declare const provide: (kind: ServerKind<any>, options: object) => Promise<Record<string, string>>;
/**
 * Starts a server of one's own on loopback, in a temporary folder, as an unprivileged user; its programs are installed
 * first when they are missing and that is permitted. Variables of the environment that name servers are not looked at.
 * @template {ServerName} Name
 * @param {Name} name
 * @param {OptionsOf<Name>} [options]
 * @returns {Promise<Server>} once it answers
 * @throws {ServerUnavailableError} not installed, and not to be installed
 * @throws {ServerStartError} with the last lines of its log
 */
export declare const startServer: <Name extends ServerName>(
  name: Name,
  options?: OptionsOf<Name>,
) => Promise<Server>;
