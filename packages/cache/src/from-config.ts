import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { CacheConfiguration } from './cache-options.ts';
import type { EntryCodec } from './codecs/codec.ts';
import type { Driver, Proxy } from './driver.ts';
import { driverOf, type Alias } from './driver-names.ts';
import { dict } from './drivers/dict.ts';
import { memory } from './drivers/memory.ts';
import { nothingCached } from './drivers/null.ts';
import { ConfigurationError, type CacheIssue } from './errors.ts';
import { sha1Mangler } from './keys/mangle.ts';
import { osloArguments } from './oslo-arguments.ts';
import { debugging } from './proxies/debugging.ts';
import { CacheRegion } from './region.ts';

/** What a program adds to `[cache]`. */
export interface ConfigureRegionOptions {
  /** Proxies that `[cache] proxies` may name. */
  readonly proxies?: Readonly<Record<string, Proxy>>;
  /**
   * `'oslo'`: keys, values and their placement as oslo.cache has them, so that Python and Node.js share a cache; and
   * Oslo's refusals of options that its backends do not have. @default that of the region
   */
  readonly compat?: 'oslo';
  /** How entries are written. @default JSON; with compat as Python does */
  readonly codec?: EntryCodec;
}

const readPem = (path: string, option: string, issues: CacheIssue[]): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'failed' } = error as NodeJS.ErrnoException;
    issues.push({ path: `cache.${option}`, message: `'${path}' cannot be read (${code})` });
    return '';
  }
};

const tlsOf = (cache: CacheConfiguration, issues: CacheIssue[]): ConnectionOptions | undefined => {
  if (!cache.tlsEnabled) return undefined;
  const { tlsCafile, tlsCertfile, tlsKeyfile, tlsAllowedCiphers } = cache;
  const cert = tlsCertfile === undefined ? undefined : readPem(tlsCertfile, 'tls_certfile', issues);
  // As Python's ssl has it, a certificate's file may hold its key.
  const key = tlsKeyfile === undefined ? cert : readPem(tlsKeyfile, 'tls_keyfile', issues);
  return {
    ...(tlsCafile === undefined ? {} : { ca: readPem(tlsCafile, 'tls_cafile', issues) }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(tlsAllowedCiphers === undefined ? {} : { ciphers: tlsAllowedCiphers }),
  };
};

/** `backend_argument` as pairs; what has no colon is an issue. */
const argumentsOf = (cache: CacheConfiguration, issues: CacheIssue[]): ReadonlyMap<string, string> => {
  const pairs = new Map<string, string>();
  for (const [index, written] of cache.backendArgument.entries()) {
    const at = written.indexOf(':');
    if (at > 0) pairs.set(written.slice(0, at).trim(), written.slice(at + 1).trim());
    else {
      // The option is secret, so only its place is told.
      issues.push({
        path: 'cache.backend_argument',
        message: `number ${String(index + 1)} is not name:value`,
      });
    }
  }
  return pairs;
};

const credentialsOf = (
  cache: CacheConfiguration,
  args: ReadonlyMap<string, string>,
): { readonly username?: string; readonly password?: string } => {
  const username = cache.username ?? args.get('username');
  const password = cache.password ?? args.get('password');
  return { ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) };
};

/** What all network drivers are given. */
interface Parts {
  readonly cache: CacheConfiguration;
  readonly alias: Alias;
  readonly args: ReadonlyMap<string, string>;
  readonly tls: ConnectionOptions | undefined;
  readonly codec: EntryCodec | undefined;
  readonly isOslo: boolean;
}

const milliseconds = (seconds: number): `${number}ms` => `${Math.max(1, Math.round(seconds * 1000))}ms`;

const commonOf = ({ cache, tls, codec }: Parts): object => ({
  timeout: milliseconds(cache.socketTimeout),
  deadAfter: cache.hashclientRetryAttempts,
  probeInterval: milliseconds(Math.max(0.1, cache.hashclientRetryTimeout)),
  ...(tls === undefined ? {} : { tls }),
  ...(codec === undefined ? {} : { codec }),
  ...(cache.enableSocketKeepalive ? { keepAlive: milliseconds(cache.socketKeepaliveIdle) } : {}),
});

const memcachedFrom = async (parts: Parts): Promise<Driver> => {
  const { cache, alias, args, isOslo } = parts;
  const { username, password } = credentialsOf(cache, args);
  const url = args.get('url');
  const options = {
    ...(isOslo ? { codec: (await import('./codecs/pickle.ts')).pickledValueCodec } : {}),
    ...commonOf(parts),
    servers: url === undefined ? cache.memcacheServers : url.split(','),
    placement: alias.placement ?? 'rendezvous',
    ...(username === undefined || password === undefined ? {} : { credentials: { username, password } }),
  } as const;
  if (alias.driver === 'memcached-binary') {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated for new uses, supported for old servers
    return (await import('./drivers/memcached-binary.ts')).memcachedBinary(options);
  }
  return (await import('./drivers/memcached.ts')).memcached(options);
};

const redisFrom = async (parts: Parts): Promise<Driver> => {
  const { cache, alias, args, isOslo } = parts;
  const drivers = await import('./drivers/redis.ts');
  const options = {
    ...(isOslo ? { codec: (await import('./codecs/pickle.ts')).pickledPayloadCodec } : {}),
    ...commonOf(parts),
    ...credentialsOf(cache, args),
  };
  if (alias.driver === 'redis-sentinel') {
    const { redisSentinels: sentinels, redisSentinelServiceName: masterName, redisDb: db } = cache;
    return drivers.redisSentinel({ ...options, sentinels, masterName, db });
  }
  if (alias.driver === 'redis-cluster') {
    const nodes = args.get('nodes') ?? args.get('url')?.replace(/^\w+:\/\//u, '') ?? cache.redisServer;
    return drivers.redisCluster({ ...options, nodes: nodes.split(',') });
  }
  return drivers.redis({ ...options, server: args.get('url') ?? cache.redisServer, db: cache.redisDb });
};

const etcdFrom = async (parts: Parts): Promise<Driver> => {
  const { cache, args, isOslo } = parts;
  const { etcd } = await import('./drivers/etcd.ts');
  return etcd({
    ...(isOslo ? { codec: (await import('./codecs/pickle.ts')).jsonListCodec } : {}),
    ...commonOf(parts),
    ...credentialsOf(cache, args),
    server: args.get('url') ?? `${args.get('host') ?? 'localhost'}:${args.get('port') ?? '2379'}`,
  });
};

const fileFrom = async ({ args, codec }: Parts): Promise<Driver> => {
  const directory = args.get('directory') ?? args.get('filename');
  if (directory === undefined) {
    throw new ConfigurationError([
      { path: 'cache.backend_argument', message: 'lacks directory:PATH, which the file driver needs' },
    ]);
  }
  const { file } = await import('./drivers/file.ts');
  return file({ directory, ...(codec === undefined ? {} : { codec }) });
};

/** Seconds of an argument; undefined for what is no number. */
const numberOf = (text: string | undefined): number | undefined =>
  text === undefined || !Number.isFinite(Number(text)) ? undefined : Number(text);

const makeDriver = async (parts: Parts): Promise<Driver> => {
  const { cache, alias, args, isOslo } = parts;
  switch (alias.driver) {
    case 'null':
      return nothingCached();
    case 'memory':
      return memory({
        isolation: alias.copies === true ? 'clone' : 'share',
        maxEntries: numberOf(args.get('max_entries')) ?? (isOslo ? Infinity : 10_000),
      });
    case 'dict':
      // Oslo's documentation promises expiration_time to this driver, and its code does not pass it on.
      return dict({
        expirationTime: numberOf(args.get('expiration_time')) ?? (isOslo ? 0 : cache.expirationTime),
      });
    case 'file':
      return fileFrom(parts);
    case 'etcd':
      return etcdFrom(parts);
    case 'memcached':
    case 'memcached-binary':
      return memcachedFrom(parts);
    default:
      return redisFrom(parts);
  }
};

const issuesOf = (cache: CacheConfiguration, alias: Alias): CacheIssue[] => {
  const issues: CacheIssue[] = [];
  const { backendExpirationTime: lifetime, expirationTime } = cache;
  if (lifetime !== undefined && lifetime < expirationTime) {
    issues.push({
      path: 'cache.backend_expiration_time',
      message: `${String(lifetime)} is below expiration_time, ${String(expirationTime)}: entries would be gone before they expire`,
    });
  }
  const hasCredentials = cache.username !== undefined && cache.password !== undefined;
  if (cache.memcacheSaslEnabled && alias.driver === 'memcached-binary' && !hasCredentials) {
    const hasArguments = cache.backendArgument.some((written) => written.startsWith('username:'));
    if (!hasArguments)
      issues.push({
        path: 'cache.username',
        message: 'is needed, and password too, for memcache_sasl_enabled',
      });
  }
  return issues;
};

/**
 * Makes the driver that `[cache]` describes; with `enabled` off, the one that keeps nothing.
 * @throws ConfigurationError with every problem
 */
export const driverFromConfig = async (
  cache: CacheConfiguration,
  options: Pick<ConfigureRegionOptions, 'compat' | 'codec'> = {},
): Promise<Driver> => {
  const isOslo = options.compat === 'oslo';
  if (isOslo) osloArguments(cache);
  if (!cache.enabled) return nothingCached();
  const alias = driverOf(cache);
  const issues = issuesOf(cache, alias);
  const args = argumentsOf(cache, isOslo ? [] : issues);
  const tls = tlsOf(cache, issues);
  if (issues.length > 0) throw new ConfigurationError(issues);
  return makeDriver({ cache, alias, args, tls, codec: options.codec, isOslo });
};

/** The proxies of `[cache] proxies`, innermost first. */
const proxiesOf = (cache: CacheConfiguration, known: Readonly<Record<string, Proxy>>): readonly Proxy[] => {
  const unknown = cache.proxies.filter((name) => !Object.hasOwn(known, name));
  if (unknown.length > 0) {
    throw new ConfigurationError(
      unknown.map((name) => ({
        path: 'cache.proxies',
        message: `'${name}' is no proxy of this program, which has ${Object.keys(known).join(', ') || 'none'}`,
      })),
    );
  }
  return cache.proxies.flatMap((name) => known[name] ?? []);
};

/**
 * Configures a region by the resolved options of `[cache]`. A region that has a driver is left as it is.
 * @parity oslo.cache 99a7493 core.py configure_cache_region — same with `compat: 'oslo'`
 * @throws ConfigurationError
 */
export const configureCacheRegion = async (
  cache: CacheConfiguration,
  region: CacheRegion,
  options: ConfigureRegionOptions = {},
): Promise<CacheRegion> => {
  if (!(region instanceof CacheRegion)) {
    throw new ConfigurationError([
      { path: 'region', message: 'is no CacheRegion; make it with createRegion' },
    ]);
  }
  if (region.isConfigured) return region;
  const compat = options.compat ?? region.options.compat;
  const driver = await driverFromConfig(cache, { ...options, ...(compat === undefined ? {} : { compat }) });
  const proxies = proxiesOf(cache, options.proxies ?? {});
  const { backendExpirationTime: lifetime } = cache;
  region.configure(driver, {
    expirationTime: cache.expirationTime,
    ...(compat === undefined ? {} : { compat }),
    ...(compat === 'oslo' && region.options.keyMangler === undefined ? { keyMangler: sha1Mangler } : {}),
    ...(lifetime === undefined ? {} : { backendExpirationTime: lifetime }),
  });
  if (cache.debugCacheBackend) region.wrap(debugging());
  for (const proxy of proxies) region.wrap(proxy);
  return region;
};
