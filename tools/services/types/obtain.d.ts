/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { CommonOptions, ServerKind } from './kind.js';
import type { OptionsOf, ServerName } from './servers/index.js';
import type { Server } from './server.js';
/**
 * A real server for a test, in this order: the one that `OSLOFJORD_<NAME>` names, which must answer; an installed one,
 * started; one installed from Debian's packages when root, unless `OSLOFJORD_NO_INSTALL` forbids it. With options that
 * configure the server, or `own: true`, the environment's is passed over.
 *
 *     await using redis = await withServer('redis');
 *     const client = createClient({ url: redis.url });
 *
 * @template {ServerName} Name
 * @param {Name} name
 * @param {OptionsOf<Name>} [options]
 * @returns {Promise<Server>}
 * @throws {ServerUnreachableError} the environment's does not answer
 * @throws {ServerUnavailableError} there is none, with the reason and how to get one
 */
export declare const withServer: <Name extends ServerName>(
  name: Name,
  options?: OptionsOf<Name>,
) => Promise<Server>;
/**
 * {@link skipReason} for a kind of server.
 * @param {ServerKind<any>} kind
 * @param {CommonOptions} options
 * @returns {Promise<string | undefined>}
 */
export declare const skipReasonOf: (
  kind: ServerKind<any>,
  options: CommonOptions,
) => Promise<string | undefined>;
/**
 * Why a test without this server is skipped, or undefined when the server can be had. Installs it when need be and
 * permitted; starts nothing.
 * @template {ServerName} Name
 * @param {Name} name
 * @param {OptionsOf<Name>} [options]
 * @returns {Promise<string | undefined>}
 * @throws {ServerUnavailableError} instead of a reason, when CI=true
 */
export declare const skipReason: <Name extends ServerName>(
  name: Name,
  options?: OptionsOf<Name>,
) => Promise<string | undefined>;
/**
 * Like {@link withServer}, but a server that cannot be had is an answer, with the reason for which to skip.
 * @template {ServerName} Name
 * @param {Name} name
 * @param {OptionsOf<Name>} [options]
 * @returns {Promise<{ server: Server, skipped: undefined } | { server: undefined, skipped: string }>}
 * @throws {ServerUnavailableError} instead of a reason, when CI=true
 */
export declare const serverOrSkip: <Name extends ServerName>(
  name: Name,
  options?: OptionsOf<Name>,
) => Promise<
  | {
      server: Server;
      skipped: undefined;
    }
  | {
      server: undefined;
      skipped: string;
    }
>;
/**
 * Where a server would come from, in a few words, without installing or starting anything.
 * @param {string} name
 * @returns {string}
 */
export declare const sourceOf: (name: string) => string;
