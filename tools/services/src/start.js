import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findBinaries } from './binaries.js';
import { ServerStartError, ServerUnavailableError, UnknownServerError } from './errors.js';
import { temporaryPlace } from './folder.js';
import { Guard } from './guard.js';
import { install, installForbidden } from './install.js';
import { freePort, isFree } from './ports.js';
import { LocalServer, variableOf } from './server.js';
import { servers } from './servers/index.js';
import { unprivilegedUser } from './user.js';

/** @import { CommonOptions, ServerContext, ServerKind } from './kind.js' */
/** @import { OptionsOf, ServerName } from './servers/index.js' */
/** @import { Server } from './server.js' */

const PORT_ATTEMPTS = 5;
const GRACE = 5_000;

/**
 * The kind of server of that name.
 * @param {string} name
 * @returns {ServerKind<any>}
 * @throws {UnknownServerError}
 */
export const kindOf = (name) => {
  if (!Object.hasOwn(servers, name)) throw new UnknownServerError(name, Object.keys(servers));
  return servers[/** @type {ServerName} */ (name)];
};

/**
 * Its programs, as far as they are installed.
 * @param {ServerKind<any>} kind
 * @param {object} options
 * @returns {{ found: Record<string, string>, missing: string[] }}
 */
export const installed = (kind, options) => findBinaries(kind.binaries(options), kind.directories);

/**
 * How a person gets this server going, for messages.
 * @param {ServerKind<any>} kind
 * @param {object} options
 * @returns {string}
 */
export const remedy = (kind, options) =>
  `install it (on Debian: apt-get install ${kind.packages(options).join(' ')}) or name a running one in ${variableOf(kind.name)}`;

/**
 * Makes sure that its programs are installed, installing them if need be and allowed.
 * @param {ServerKind<any>} kind
 * @param {object} options
 * @returns {Promise<Record<string, string>>} name of a program → path
 * @throws {ServerUnavailableError}
 */
export const provide = async (kind, options) => {
  const before = installed(kind, options);
  if (before.missing.length === 0) return before.found;
  const lacking = `no ${before.missing.join(', ')} is installed`;
  const forbidden = installForbidden();
  if (forbidden !== undefined) {
    throw new ServerUnavailableError(kind.name, `${lacking}, and ${forbidden}; ${remedy(kind, options)}`);
  }
  try {
    await install(kind.packages(options));
  } catch (cause) {
    throw new ServerUnavailableError(
      kind.name,
      `${lacking}, and ${cause instanceof Error ? cause.message : String(cause)}\n${remedy(kind, options)}`,
      { cause },
    );
  }
  const after = installed(kind, options);
  if (after.missing.length === 0) return after.found;
  throw new ServerUnavailableError(kind.name, `its packages bring no ${after.missing.join(', ')}`);
};

/**
 * @param {ServerKind<any>} kind
 * @param {CommonOptions} options
 * @param {Record<string, string>} binaries
 * @param {Guard} guard
 * @param {string} user
 * @param {{ uid?: number, gid?: number }} ids
 * @returns {Promise<ServerContext<any>>}
 */
const contextOf = async (kind, options, binaries, guard, user, { uid, gid }) => {
  const { directory } = guard;
  /** @type {Record<string, number>} */
  const ports = {};
  for (const name of kind.extraPorts ?? []) ports[name] = await freePort();
  /** @param {string} name @param {string | Buffer} content */
  const write = (name, content) => {
    const path = join(directory, name);
    writeFileSync(path, content, { mode: 0o600 });
    if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
    return path;
  };
  return {
    options,
    directory,
    host: '127.0.0.1',
    port: options.port ?? (await freePort()),
    ports,
    binaries,
    user: { name: user, ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) },
    write,
    copy: (name, source) => write(name, readFileSync(source)),
    run: async (command) => {
      const how = await guard.run(command);
      if (how !== '') throw new Error(`${basename(command.file)} ended with ${how}`);
    },
  };
};

/**
 * One attempt on one port.
 * @param {ServerKind<any>} kind
 * @param {CommonOptions} options
 * @param {Record<string, string>} binaries
 * @returns {Promise<{ server: LocalServer<any>, started: Promise<void> }>}
 */
const launch = async (kind, options, binaries) => {
  const { name: userName, ...ids } = unprivilegedUser(kind.users ?? []);
  const guard = await Guard.start({
    prefix: join(temporaryPlace(), `oslofjord-${kind.name}-`),
    ...ids,
    stopSignal: kind.stopSignal ?? 'SIGTERM',
    grace: kind.grace ?? GRACE,
  });
  try {
    const context = await contextOf(kind, options, binaries, guard, userName, ids);
    const server = new LocalServer(kind, context, guard);
    const started = (async () => {
      try {
        if (kind.cleanUp !== undefined) await guard.atEnd(kind.cleanUp(context));
        await kind.prepare?.(context);
      } catch (cause) {
        const happened = `could not be prepared: ${cause instanceof Error ? cause.message : String(cause)}`;
        throw new ServerStartError(kind.name, happened, server.log(), { cause });
      }
      await server.start(options.signal);
    })();
    return { server, started };
  } catch (error) {
    await guard.close();
    throw error;
  }
};

/**
 * @param {Promise<void>} started
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<void>} rejects with the signal's reason, though starting still goes on then
 */
const unlessAborted = async (started, signal) => {
  if (signal === undefined) return started;
  const done = new AbortController();
  const aborted = new Promise((_, reject) => {
    const abort = () => {
      reject(/** @type {Error} */ (signal.reason));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { signal: done.signal });
  });
  try {
    await Promise.race([started, aborted]);
  } finally {
    done.abort();
  }
};

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
export const startServer = async (name, options) => {
  const kind = kindOf(name);
  /** @type {CommonOptions} */
  const chosen = options ?? {};
  const binaries = await provide(kind, chosen);
  for (let attempt = 1; ; attempt += 1) {
    const { server, started } = await launch(kind, chosen, binaries);
    try {
      await unlessAborted(started, chosen.signal);
      return server;
    } catch (error) {
      await server.stop();
      if (chosen.signal?.aborted === true) throw error;
      // someone else was quicker: the port was free before and is not now, though our server is gone
      const taken = chosen.port === undefined && server.port !== 0 && !(await isFree(server.port));
      if (!taken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
};
