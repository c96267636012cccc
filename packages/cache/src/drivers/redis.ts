import type { ConnectionOptions } from 'node:tls';
import { parseDuration, type Count, type Duration } from '@oslofjord/config';
import type { EntryCodec } from '../codecs/codec.ts';
import { jsonCodec } from '../codecs/json.ts';
import type { Driver } from '../driver.ts';
import { ConfigurationError } from '../errors.ts';
import { GuardedDriver } from './guard.ts';
import { clientOf, type RedisAddress, type RedisClient, type RedisTarget } from './redis/client.ts';
import { RedisConnection } from './redis/connection.ts';
import { RedisDriver } from './redis/driver.ts';

export type { RedisAddress, RedisClient } from './redis/client.ts';

/** Options that all three ways to Redis have. */
export interface RedisBaseOptions {
  readonly username?: string;
  readonly password?: string;
  /** TLS as `node:tls` has it; `true`: as the system trusts. Sentinels are reached by it as well. */
  readonly tls?: ConnectionOptions | boolean;
  /** For connecting, and for each answer. @default '1s' */
  readonly timeout?: Duration;
  /** Failures in a row after which the server is left alone. @default 2 */
  readonly deadAfter?: Count;
  /** How often a server that is left alone is probed. @default '250ms' */
  readonly probeInterval?: Duration;
  /** Sends TCP keep-alive probes after this time of silence. @default off */
  readonly keepAlive?: Duration;
  /** Before every name on the server. @default '' */
  readonly prefix?: string;
  /** How entries are written. @default JSON */
  readonly codec?: EntryCodec;
}

/** Options of one Redis or Valkey server. */
export interface RedisOptions extends RedisBaseOptions {
  /** `host:port`, `[address]:port`, `unix:/path` or a `redis://` or `rediss://` URL. @default 'localhost:6379' */
  readonly server?: string;
  /** @default 0 */
  readonly db?: Count;
  /** A client that exists already (ioredis or iovalkey); it is used as it is, and not closed. */
  readonly client?: RedisClient;
}

/** Options of servers behind sentinels. */
export interface RedisSentinelOptions extends RedisBaseOptions {
  /** `host:port` each. @default ['localhost:26379'] */
  readonly sentinels?: readonly string[];
  /** @default 'mymaster' */
  readonly masterName?: string;
  readonly db?: Count;
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
}

/** Options of a cluster. */
export interface RedisClusterOptions extends RedisBaseOptions {
  /** Some of its nodes as `host:port`; the others are found. */
  readonly nodes: readonly string[];
}

const addressOf = (written: string, defaultPort: number, path: string): RedisAddress => {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:\s/]+))(?::(\d+))?$/u.exec(written.trim()) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) {
    throw new ConfigurationError([
      { path, message: `'${written}' is no server; write host:port or [address]:port` },
    ]);
  }
  return { host, port: Number(port ?? defaultPort) };
};

const DEFAULT_PORT = 6379;
const DEFAULT_SENTINEL_PORT = 26_379;

const tlsOf = (tls: ConnectionOptions | boolean | undefined): ConnectionOptions | undefined =>
  tls === true ? {} : tls === false ? undefined : tls;

const commonOf = (
  options: RedisBaseOptions,
): Omit<RedisTarget, 'kind' | 'addresses' | 'masterName' | 'db'> => ({
  username: options.username,
  password: options.password,
  tls: tlsOf(options.tls),
  timeout: parseDuration(options.timeout ?? '1s'),
  keepAlive: options.keepAlive === undefined ? undefined : parseDuration(options.keepAlive),
});

/** What a URL or address says. A URL's credentials yield to those of the options. */
const targetOf = ({
  server = `localhost:${String(DEFAULT_PORT)}`,
  db = 0,
  ...options
}: RedisOptions): RedisTarget => {
  const common = { ...commonOf(options), kind: 'single', masterName: '' } as const;
  const path = /^(?:unix:)?(\/.+)$/u.exec(server)?.[1];
  if (path !== undefined) return { ...common, db, addresses: [], path };
  if (!/^(?:redis|rediss|valkey|valkeys):\/\//u.test(server)) {
    return { ...common, db, addresses: [addressOf(server, DEFAULT_PORT, 'server')] };
  }
  const url = new URL(server);
  const isEncrypted = url.protocol === 'rediss:' || url.protocol === 'valkeys:';
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  return {
    ...common,
    username: common.username ?? (url.username === '' ? undefined : decodeURIComponent(url.username)),
    password: common.password ?? (url.password === '' ? undefined : decodeURIComponent(url.password)),
    tls: common.tls ?? (isEncrypted ? {} : undefined),
    db: url.pathname.length > 1 ? Number(url.pathname.slice(1)) : db,
    addresses: [{ host, port: url.port === '' ? DEFAULT_PORT : Number(url.port) }],
  };
};

const driverOf = (
  name: string,
  target: RedisTarget,
  options: RedisBaseOptions,
  given?: RedisClient,
): Driver => {
  const [first] = target.addresses;
  const place = target.path ?? (first === undefined ? name : `${first.host}:${String(first.port)}`);
  const connection = new RedisConnection(given ?? clientOf(target), {
    name: place,
    timeout: target.timeout,
    isOwned: given === undefined,
    merges: target.kind !== 'cluster',
  });
  const driver = new RedisDriver({
    name,
    connection,
    codec: options.codec ?? jsonCodec,
    prefix: options.prefix ?? '',
    connect:
      given !== undefined || target.kind === 'cluster'
        ? undefined
        : (): RedisClient => clientOf({ ...target }),
  });
  return new GuardedDriver(driver, {
    deadAfter: options.deadAfter ?? 2,
    probeInterval: parseDuration(options.probeInterval ?? '250ms'),
  });
};

/**
 * Makes a driver for one Redis or Valkey server. Needs the package `ioredis`.
 * @throws ConfigurationError for a server that cannot be read
 */
export const redis = (options: RedisOptions = {}): Driver =>
  driverOf('redis', targetOf(options), options, options.client);

/** Makes a driver for the primary that sentinels name, which is followed when it changes. Reads go to it as well. */
export const redisSentinel = (options: RedisSentinelOptions = {}): Driver => {
  const {
    sentinels = [`localhost:${String(DEFAULT_SENTINEL_PORT)}`],
    masterName = 'mymaster',
    db = 0,
  } = options;
  const target: RedisTarget = {
    ...commonOf(options),
    kind: 'sentinel',
    addresses: sentinels.map((each) => addressOf(each, DEFAULT_SENTINEL_PORT, 'sentinels')),
    masterName,
    db,
    sentinelUsername: options.sentinelUsername,
    sentinelPassword: options.sentinelPassword,
  };
  return driverOf('redis-sentinel', target, options);
};

/** Makes a driver for a Redis Cluster. */
export const redisCluster = (options: RedisClusterOptions): Driver => {
  const target: RedisTarget = {
    ...commonOf(options),
    kind: 'cluster',
    addresses: options.nodes.map((each) => addressOf(each, DEFAULT_PORT, 'nodes')),
    masterName: '',
    db: 0,
  };
  return driverOf('redis-cluster', target, options);
};
