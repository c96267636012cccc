import type { CacheConfiguration } from './cache-options.ts';
import { ConfigurationError } from './errors.ts';

/** What Oslo hands to a dogpile backend. Objects of Python appear as the name of their class. */
export type OsloArguments = Record<string, unknown>;

const REDIS: readonly string[] = ['dogpile.cache.redis', 'dogpile.cache.redis_sentinel'];
const EXPIRING_MEMCACHED: readonly string[] = [
  'dogpile.cache.pymemcache',
  'dogpile.cache.memcached',
  'dogpile.cache.pylibmc',
  'oslo_cache.memcache_pool',
];
const TLS_MEMCACHED: readonly string[] = [
  'dogpile.cache.bmemcache',
  'dogpile.cache.pymemcache',
  'oslo_cache.memcache_pool',
];
const SPLIT_URL: readonly string[] = ['dogpile.cache.memcached', 'oslo_cache.memcache_pool'];

const refuse = (path: string, message: string): never => {
  throw new ConfigurationError([{ path: `cache.${path}`, message }]);
};

/** A host and port as Oslo reads them; `[::1]:6379` and a bare address of version 6 included. */
export const hostAndPort = (
  text: string,
  defaultPort: number | undefined,
): { readonly host: string; readonly port: number | undefined } => {
  const bracketed = /^\[(.*?)\](?::(\d+))?$/u.exec(text);
  if (bracketed !== null) {
    return {
      host: bracketed[1] ?? '',
      port: bracketed[2] === undefined ? defaultPort : Number(bracketed[2]),
    };
  }
  const parts = text.split(':');
  if (parts.length !== 2) return { host: text, port: defaultPort };
  return { host: parts[0] ?? '', port: parts[1] === undefined ? defaultPort : Number(parts[1]) };
};

/** The host and port of a sentinel; both must be there. */
const sentinelOf = (text: string): readonly [string, number] => {
  const { host, port } = hostAndPort(text, undefined);
  if (host === '' || port === undefined || !Number.isInteger(port)) {
    return refuse('redis_sentinels', 'Malformed sentinel server format');
  }
  return [host, port];
};

const addServers = (set: (name: string, value: unknown) => void, cache: CacheConfiguration): void => {
  set('username', cache.username ?? null);
  set('password', cache.password ?? null);
  set('socket_timeout', cache.socketTimeout);
  if (!REDIS.includes(cache.backend)) {
    set('dead_retry', cache.memcacheDeadRetry);
    set('pool_maxsize', cache.memcachePoolMaxsize);
    set('pool_unused_timeout', cache.memcachePoolUnusedTimeout);
    set('pool_connection_get_timeout', cache.memcachePoolConnectionGetTimeout);
    set('pool_flush_on_reconnect', cache.memcachePoolFlushOnReconnect);
    set('sasl_enabled', cache.memcacheSaslEnabled);
    return;
  }
  set('db', cache.redisDb);
  if (cache.backend === 'dogpile.cache.redis_sentinel') {
    set('service_name', cache.redisSentinelServiceName);
    if (cache.redisSentinels.length > 0) set('sentinels', cache.redisSentinels.map(sentinelOf));
    return;
  }
  const { host, port } = hostAndPort(cache.redisServer, 6379);
  set('host', host);
  set('port', port ?? null);
};

const addExpiration = (set: (name: string, value: unknown) => void, cache: CacheConfiguration): void => {
  const { backend, backendExpirationTime: lifetime, expirationTime } = cache;
  if (lifetime === undefined) return;
  if (expirationTime > lifetime) {
    refuse('backend_expiration_time', 'backend_expiration_time should not be smaller than expiration_time.');
  }
  if (EXPIRING_MEMCACHED.includes(backend)) set('memcached_expire_time', lifetime);
  else if (REDIS.includes(backend)) set('redis_expiration_time', lifetime);
  else {
    const template = 'Enabling backend expiration is not supported bythe %s driver';
    refuse('backend_expiration_time', `('${template}', '${backend}')`);
  }
};

const addTls = (set: (name: string, value: unknown) => void, cache: CacheConfiguration): void => {
  const { backend } = cache;
  if (!cache.tlsEnabled) return;
  if (TLS_MEMCACHED.includes(backend)) {
    set('tls_context', "'SSLContext'");
  } else if (REDIS.includes(backend)) {
    set('connection_kwargs', "'dict'");
    if (backend === 'dogpile.cache.redis_sentinel') set('sentinel_kwargs', "'dict'");
  } else {
    refuse(
      'tls_enabled',
      `TLS setting via [cache] tls_enabled is not supported by the ${backend} backend. Set [cache] tls_enabled=False or use a different backend.`,
    );
  }
};

const addConnections = (set: (name: string, value: unknown) => void, cache: CacheConfiguration): void => {
  const { backend } = cache;
  if (cache.enableSocketKeepalive) {
    if (backend === 'dogpile.cache.pymemcache') {
      set('socket_keepalive', "'KeepaliveOpts'");
    } else if (REDIS.includes(backend)) {
      set('socket_keepalive', true);
      set('socket_keepalive_options', "'dict'");
    } else {
      refuse('enable_socket_keepalive', `Socket keepalive is not supported by the ${backend} backend`);
    }
  }
  if (!cache.enableRetryClient) return;
  if (backend !== 'dogpile.cache.pymemcache') {
    refuse(
      'enable_retry_client',
      "Retry client is only supported by the 'dogpile.cache.pymemcache' backend.",
    );
  }
  set('enable_retry_client', true);
  set('retry_attempts', cache.retryAttempts);
  set('retry_delay', cache.retryDelay);
  set('hashclient_retry_attempts', cache.hashclientRetryAttempts);
  set('hashclient_retry_timeout', cache.hashclientRetryTimeout);
  set('hashclient_dead_timeout', cache.hashclientDeadTimeout);
};

/**
 * The settings that Oslo makes of `[cache]` for dogpile, and its refusals: options that the chosen backend does not
 * have, checked against the backend that is written even where caching is off.
 * @throws ConfigurationError with Oslo's message, the first problem only
 * @parity oslo.cache 99a7493 core.py _build_cache_config — same
 */
export const osloArguments = (cache: CacheConfiguration): OsloArguments => {
  const prefix = cache.configPrefix;
  const settings = Object.create(null) as OsloArguments;
  const set = (name: string, value: unknown): void => {
    settings[`${prefix}.arguments.${name}`] = value;
  };
  settings[`${prefix}.backend`] = cache.enabled ? cache.backend : 'dogpile.cache.null';
  settings[`${prefix}.expiration_time`] = cache.expirationTime;
  for (const written of cache.backendArgument) {
    const at = written.indexOf(':');
    if (at < 0) continue;
    const name = written.slice(0, at);
    const value = written.slice(at + 1);
    set(name, name === 'url' && SPLIT_URL.includes(cache.backend) ? value.split(',') : value);
  }
  const url = `${prefix}.arguments.url`;
  if (!REDIS.includes(cache.backend) && !(url in settings)) settings[url] = [...cache.memcacheServers];
  addServers(set, cache);
  addExpiration(set, cache);
  addTls(set, cache);
  addConnections(set, cache);
  return settings;
};
