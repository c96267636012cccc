import { loadConfiguration, type Warning } from '@oslofjord/config';
import { cacheOptions, type CacheConfiguration } from './cache-options.ts';
import { ALIASES, driverOf, type DriverName } from './driver-names.ts';

/** A setting that means something else here than in Oslo, or nothing. */
export interface ChangedMeaning {
  /** `[cache]` option. */
  readonly option: string;
  readonly message: string;
}

/** What `migrateConfig` answers. */
export interface MigratedConfig {
  /** A `[cache]` section for this package. */
  readonly text: string;
  readonly changes: readonly ChangedMeaning[];
}

type Rule = (
  cache: CacheConfiguration,
  driver: DriverName,
  isSet: (option: string) => boolean,
) => readonly ChangedMeaning[];

const when = (holds: boolean, option: string, message: string): readonly ChangedMeaning[] =>
  holds ? [{ option, message }] : [];

const isMemcached = (driver: DriverName): boolean => driver === 'memcached' || driver === 'memcached-binary';
const isNetwork = (driver: DriverName): boolean => !['null', 'memory', 'dict', 'file'].includes(driver);

/** One rule per changed meaning; see divergences.ts for the evidence. */
const RULES: readonly Rule[] = [
  ({ backendArgument }) =>
    when(
      backendArgument.some((each) => /:\s*(?:[-+]?\d|true$|false$|none$)/iu.test(each)),
      'backend_argument',
      "values stay texts: Oslo turns '0123' into 123 and 'true' into True, passwords included",
    ),
  ({ socketTimeout, backend }) =>
    when(
      backend === 'dogpile.cache.pymemcache',
      'socket_timeout',
      `${String(socketTimeout)} s now also holds for this driver; Oslo never passes it on, and a frozen server hangs the caller`,
    ),
  (_, driver, isSet) =>
    when(
      isMemcached(driver) && isSet('memcache_dead_retry'),
      'memcache_dead_retry',
      'has no effect: dead servers are probed at hashclient_retry_timeout and used again as soon as they answer',
    ),
  ({ memcachePoolFlushOnReconnect }) =>
    when(
      memcachePoolFlushOnReconnect,
      'memcache_pool_flush_on_reconnect',
      'has no effect: entries from before a server died are misses, and nobody loses others',
    ),
  (_, driver, isSet) =>
    ['memcache_pool_maxsize', 'memcache_pool_unused_timeout', 'memcache_pool_connection_get_timeout'].flatMap(
      (option) =>
        when(
          isMemcached(driver) && isSet(option),
          option,
          'has no effect: one connection per server carries all requests',
        ),
    ),
  ({ enableRetryClient }) =>
    when(
      enableRetryClient,
      'enable_retry_client',
      'has no effect: a dead server is passed over, or counts as a miss',
    ),
  (_, driver, isSet) =>
    when(
      isMemcached(driver) && isSet('hashclient_dead_timeout'),
      'hashclient_dead_timeout',
      'has no effect: see hashclient_retry_timeout',
    ),
  (_, driver, isSet) =>
    ['hashclient_retry_attempts', 'hashclient_retry_timeout'].flatMap((option) =>
      when(
        isNetwork(driver) && isSet(option),
        option,
        'holds without enable_retry_client too, and for every driver with servers',
      ),
    ),
  (_, driver) =>
    when(
      isNetwork(driver),
      'backend',
      'a failing server counts as a miss on every driver; Oslo raises on redis and pymemcache',
    ),
  ({ backend }) =>
    when(
      backend === 'oslo_cache.dict',
      'expiration_time',
      'is obeyed; Oslo keeps entries of this driver for ever',
    ),
  ({ backend }) =>
    when(
      backend === 'oslo_cache.etcd3gw',
      'backend_argument',
      'timeout is no time to live any more: entries live as long as the region says',
    ),
  ({ backend }) =>
    when(
      backend === 'dogpile.cache.dbm',
      'backend_argument',
      'filename names a folder, which must not be the old file',
    ),
  ({ backend }) =>
    when(
      backend === 'dogpile.cache.redis_sentinel',
      'redis_sentinels',
      'reads go to the primary; Oslo reads from a replica and may miss its own writes',
    ),
  ({ debugCacheBackend }) =>
    when(
      debugCacheBackend,
      'debug_cache_backend',
      'tells of requests on a diagnostics channel, without keys and values',
    ),
  ({ proxies }) =>
    when(proxies.length > 0, 'proxies', 'names proxies that the program registers, not Python classes'),
  ({ tlsEnabled, backend }) =>
    when(
      tlsEnabled && /bmemcached|memcached$|pylibmc|etcd/u.test(backend),
      'tls_enabled',
      'is supported here, where Oslo refuses it',
    ),
  ({ memcacheSaslEnabled }) =>
    when(
      memcacheSaslEnabled,
      'memcache_sasl_enabled',
      'uses the binary protocol, which memcached deprecates; prefer TLS with client certificates',
    ),
  ({ configPrefix }) => when(configPrefix !== 'cache.oslo', 'config_prefix', 'has no effect'),
];

const FORMER_NAMES: Readonly<Record<string, string>> = {
  memcache_username: 'username',
  redis_username: 'username',
  memcache_password: 'password',
  redis_password: 'password',
  memcache_socket_timeout: 'socket_timeout',
  redis_socket_timeout: 'socket_timeout',
  hashclient_retry_delay: 'hashclient_retry_timeout',
  dead_timeout: 'hashclient_dead_timeout',
};

const INERT: readonly string[] = [
  ...['config_prefix', 'memcache_dead_retry', 'memcache_pool_maxsize', 'memcache_pool_unused_timeout'],
  ...['memcache_pool_connection_get_timeout', 'memcache_pool_flush_on_reconnect', 'memcache_sasl_enabled'],
  ...['enable_retry_client', 'retry_attempts', 'retry_delay', 'hashclient_dead_timeout'],
];

/** The `[cache]` lines of a file as they are written, continuation lines joined; comments left out. */
const settingsOf = (text: string): readonly (readonly [option: string, value: string])[] => {
  const settings: [string, string][] = [];
  let isOurs = false;
  for (const line of text.split(/\r?\n/u)) {
    const section = /^\[(.*)\]\s*$/u.exec(line);
    if (section !== null) isOurs = section[1] === 'cache';
    if (section !== null || !isOurs || /^\s*(?:[#;]|$)/u.test(line)) continue;
    const last = settings.at(-1);
    const at = line.search(/[=:]/u);
    if (/^\s/u.test(line) && last !== undefined) last[1] += ` ${line.trim()}`;
    else if (at > 0) settings.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
  }
  return settings;
};

/**
 * Turns the `[cache]` section of an Oslo service's file into one for this package, and lists every setting that
 * changes its meaning. Values are kept as they are written.
 * @throws ConfigurationError of `@oslofjord/config` for a file that Oslo would not read either
 */
export const migrateConfig = (text: string, path = 'oslo.conf'): MigratedConfig => {
  const { values: cache, warnings }: { values: CacheConfiguration; warnings: readonly Warning[] } =
    loadConfiguration(cacheOptions, { files: [{ path, text }] });
  const alias = driverOf(cache);
  const settings = settingsOf(text).map(
    ([option, value]) => [FORMER_NAMES[option] ?? option, value] as const,
  );
  const changes = RULES.flatMap((rule) =>
    rule(cache, alias.driver, (option) => settings.some(([name]) => name === option)),
  );
  const lines = settings
    .filter(([option]) => !INERT.includes(option))
    .map(
      ([option, value]) => `${option} = ${option === 'backend' && value in ALIASES ? alias.driver : value}`,
    );
  return {
    text: `[cache]\n${lines.join('\n')}\n`,
    changes: [...changes, ...warnings.map((warning) => ({ option: '', message: warning.message }))],
  };
};
