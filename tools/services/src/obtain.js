import { parseAddress, placeOf } from './address.js';
import { ServerUnavailableError, ServerUnreachableError } from './errors.js';
import { installForbidden } from './install.js';
import { foreignServer, variableOf } from './server.js';
import { installed, kindOf, provide, remedy, startServer } from './start.js';

/** @import { CommonOptions, ServerKind } from './kind.js' */
/** @import { OptionsOf, ServerName } from './servers/index.js' */
/** @import { Server } from './server.js' */

/** Options that say how to wait, not what the server is to be. */
const ABOUT_WAITING = ['deadline', 'signal', 'own'];

/**
 * What the environment says about the server, unless the options ask for one that only we can start: with arguments,
 * certificates, a port.
 * @param {string} name
 * @param {CommonOptions} options
 * @returns {string | undefined}
 */
const namedByEnvironment = (name, options) => {
  const asked = Object.keys(options).filter((key) => !ABOUT_WAITING.includes(key));
  if (options.own === true || asked.length > 0) return undefined;
  const value = process.env[variableOf(name)] ?? '';
  return value === '' ? undefined : value;
};

/**
 * @param {ServerKind<any>} kind
 * @param {string} value
 * @param {object} options
 * @returns {Promise<Server>}
 */
const reach = async (kind, value, options) => {
  const variable = variableOf(kind.name);
  let where = 'an address of the wrong form';
  try {
    const address = parseAddress(value, kind.defaultPort);
    where = placeOf(address);
    await kind.ready(address, options);
    return foreignServer(kind, address, value.includes('://') ? value : kind.url(address, options));
  } catch (cause) {
    throw new ServerUnreachableError(kind.name, variable, where, cause);
  }
};

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
export const withServer = async (name, options) => {
  const kind = kindOf(name);
  const value = namedByEnvironment(name, options ?? {});
  return value === undefined ? startServer(name, options) : reach(kind, value, options ?? {});
};

/** Whether a test that would be skipped must fail instead. @returns {boolean} */
const mustNotSkip = () => ['true', '1'].includes(process.env['CI'] ?? '');

/**
 * {@link skipReason} for a kind of server.
 * @param {ServerKind<any>} kind
 * @param {CommonOptions} options
 * @returns {Promise<string | undefined>}
 */
export const skipReasonOf = async (kind, options) => {
  if (namedByEnvironment(kind.name, options) !== undefined) return undefined;
  try {
    await provide(kind, options);
    return undefined;
  } catch (error) {
    if (!(error instanceof ServerUnavailableError) || mustNotSkip()) throw error;
    return error.message;
  }
};

/**
 * Why a test without this server is skipped, or undefined when the server can be had. Installs it when need be and
 * permitted; starts nothing.
 * @template {ServerName} Name
 * @param {Name} name
 * @param {OptionsOf<Name>} [options]
 * @returns {Promise<string | undefined>}
 * @throws {ServerUnavailableError} instead of a reason, when CI=true
 */
export const skipReason = (name, options) => skipReasonOf(kindOf(name), options ?? {});

/**
 * Like {@link withServer}, but a server that cannot be had is an answer, with the reason for which to skip.
 * @template {ServerName} Name
 * @param {Name} name
 * @param {OptionsOf<Name>} [options]
 * @returns {Promise<{ server: Server, skipped: undefined } | { server: undefined, skipped: string }>}
 * @throws {ServerUnavailableError} instead of a reason, when CI=true
 */
export const serverOrSkip = async (name, options) => {
  const skipped = await skipReason(name, options);
  return skipped === undefined
    ? { server: await withServer(name, options), skipped }
    : { server: undefined, skipped };
};

/**
 * Where a server would come from, in a few words, without installing or starting anything.
 * @param {string} name
 * @returns {string}
 */
export const sourceOf = (name) => {
  const kind = kindOf(name);
  const value = namedByEnvironment(name, {});
  if (value !== undefined) return `named by ${variableOf(name)}`;
  if (installed(kind, {}).missing.length === 0) return 'installed';
  const forbidden = installForbidden();
  return forbidden === undefined ? `to be installed: ${kind.packages({}).join(' ')}` : remedy(kind, {});
};
