import { optionGroup, type ResolvedOptions } from '@oslofjord/config';

/** Drivers that can be chosen by name: ours, and Oslo's and dogpile's names for them. */
const BACKENDS = [
  ...['null', 'memory', 'dict', 'file', 'memcached', 'memcached-binary'],
  ...['redis', 'redis-sentinel', 'redis-cluster', 'etcd'],
  ...['oslo_cache.memcache_pool', 'oslo_cache.dict', 'oslo_cache.etcd3gw'],
  ...[
    'dogpile.cache.pymemcache',
    'dogpile.cache.memcached',
    'dogpile.cache.pylibmc',
    'dogpile.cache.bmemcached',
  ],
  ...[
    'dogpile.cache.dbm',
    'dogpile.cache.redis',
    'dogpile.cache.redis_sentinel',
    'dogpile.cache.redis_cluster',
  ],
  ...['dogpile.cache.valkey', 'dogpile.cache.valkey_sentinel', 'dogpile.cache.valkey_cluster'],
  ...['dogpile.cache.memory', 'dogpile.cache.memory_pickle', 'dogpile.cache.null'],
] as const;

/** The declaration of `[cache]`, written out. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
type CacheOptionTypes = {
  readonly configPrefix: { readonly type: 'string'; readonly default: string; readonly help: string };
  readonly expirationTime: Whole & { readonly default: number };
  readonly backendExpirationTime: Whole;
  readonly backend: Text & { readonly choices: readonly string[]; readonly default: string };
  readonly backendArgument: {
    readonly type: 'multiString';
    readonly default: readonly [];
    readonly secret: true;
    readonly help: string;
  };
  readonly proxies: List;
  readonly enabled: Switch & { readonly mutable: true };
  readonly debugCacheBackend: Switch;
  readonly memcacheServers: List;
  readonly memcacheDeadRetry: Whole & { readonly default: number };
  readonly memcachePoolMaxsize: Whole & { readonly default: number };
  readonly memcachePoolUnusedTimeout: Whole & { readonly default: number };
  readonly memcachePoolConnectionGetTimeout: Whole & { readonly default: number };
  readonly memcachePoolFlushOnReconnect: Switch;
  readonly memcacheSaslEnabled: Switch;
  readonly redisServer: Text & { readonly default: string };
  readonly redisDb: Whole & { readonly default: number };
  readonly redisSentinels: List;
  readonly redisSentinelServiceName: Text & { readonly default: string };
  readonly username: Text;
  readonly password: Text & { readonly secret: true };
  readonly tlsEnabled: Switch;
  readonly tlsCafile: Text;
  readonly tlsCertfile: Text;
  readonly tlsKeyfile: Text;
  readonly tlsAllowedCiphers: Text;
  readonly socketTimeout: Decimal & { readonly default: number };
  readonly enableSocketKeepalive: Switch;
  readonly socketKeepaliveIdle: Whole & { readonly default: number };
  readonly socketKeepaliveInterval: Whole & { readonly default: number };
  readonly socketKeepaliveCount: Whole & { readonly default: number };
  readonly enableRetryClient: Switch;
  readonly retryAttempts: Whole & { readonly default: number };
  readonly retryDelay: Decimal & { readonly default: number };
  readonly hashclientRetryAttempts: Whole & { readonly default: number };
  readonly hashclientRetryTimeout: Decimal & { readonly default: number };
  readonly hashclientDeadTimeout: Decimal & { readonly default: number };
};

interface Former {
  readonly deprecatedNames?: readonly { readonly name: string; readonly group?: string }[];
}
interface Text extends Former {
  readonly type: 'string';
  readonly help: string;
}
interface Whole {
  readonly type: 'integer';
  readonly min?: number;
  readonly help: string;
}
interface Decimal extends Former {
  readonly type: 'float';
  readonly help: string;
}
interface Switch {
  readonly type: 'boolean';
  readonly default: boolean;
  readonly help: string;
}
interface List {
  readonly type: 'list';
  readonly default: readonly string[];
  readonly help: string;
}

/**
 * The options of `[cache]`, with Oslo's names, defaults, bounds and former names. Numbers are seconds, as there.
 * @parity oslo.cache 99a7493 _opts.py — differs: backend-names
 */
export const cacheOptions: {
  readonly name: string;
  readonly help?: string;
  readonly options: CacheOptionTypes;
} = /* @__PURE__ */ optionGroup<CacheOptionTypes>({
  name: 'cache',
  help: 'Where cached values are kept, and for how long.',
  options: {
    configPrefix: {
      type: 'string',
      default: 'cache.oslo',
      help: "Prefix of the generated settings of dogpile.cache. Accepted for Oslo's files; has no effect here.",
    },
    expirationTime: {
      type: 'integer',
      default: 600,
      min: 1,
      help: 'How long a cached value counts as fresh, in seconds, where nothing else is said.',
    },
    backendExpirationTime: {
      type: 'integer',
      min: 1,
      help: 'After how many seconds the server drops an entry; not below expiration_time nor any cache_time.',
    },
    backend: {
      type: 'string',
      choices: BACKENDS,
      default: 'dogpile.cache.null',
      help: 'The driver. Oslo names stand for the driver of ours that reads the same servers.',
    },
    backendArgument: {
      type: 'multiString',
      default: [],
      secret: true,
      help: 'An argument of the driver as name:value; may be given several times.',
    },
    proxies: {
      type: 'list',
      default: [],
      help: 'Names of proxies around the driver, as the program registered them; the last is the outermost.',
    },
    enabled: {
      type: 'boolean',
      default: false,
      mutable: true,
      help: 'Whether values are cached at all.',
    },
    debugCacheBackend: {
      type: 'boolean',
      default: false,
      help: 'Whether each request to the driver is told on a diagnostics channel, without values.',
    },
    memcacheServers: {
      type: 'list',
      default: ['localhost:11211'],
      help: 'memcached servers as host:port, [address]:port, inet6:[address]:port or unix:/path.',
    },
    memcacheDeadRetry: {
      type: 'integer',
      default: 300,
      help: 'Seconds after which a dead memcached server was asked again. Servers are probed each second instead.',
    },
    memcachePoolMaxsize: {
      type: 'integer',
      default: 10,
      help: 'The most connections to each memcached server. One multiplexed connection serves instead.',
    },
    memcachePoolUnusedTimeout: {
      type: 'integer',
      default: 60,
      help: 'Seconds after which an unused pooled connection was closed. Has no effect here.',
    },
    memcachePoolConnectionGetTimeout: {
      type: 'integer',
      default: 10,
      help: 'Seconds to wait for a pooled connection. Has no effect here: nothing waits for one.',
    },
    memcachePoolFlushOnReconnect: {
      type: 'boolean',
      default: false,
      help: 'Whether a server that returned was emptied. Entries from before are misses instead, and nothing is emptied.',
    },
    memcacheSaslEnabled: {
      type: 'boolean',
      default: false,
      help: 'Whether memcached asks for SASL; needs username and password.',
    },
    redisServer: { type: 'string', default: 'localhost:6379', help: 'The Redis server as host:port.' },
    redisDb: { type: 'integer', default: 0, min: 0, help: 'The number of the Redis database.' },
    redisSentinels: { type: 'list', default: ['localhost:26379'], help: 'Redis sentinels as host:port.' },
    redisSentinelServiceName: {
      type: 'string',
      default: 'mymaster',
      help: 'The name under which the sentinels know the primary.',
    },
    username: {
      type: 'string',
      deprecatedNames: [{ name: 'memcache_username' }, { name: 'redis_username' }],
      help: 'The user to the server.',
    },
    password: {
      type: 'string',
      secret: true,
      deprecatedNames: [{ name: 'memcache_password' }, { name: 'redis_password' }],
      help: 'The password to the server.',
    },
    tlsEnabled: { type: 'boolean', default: false, help: 'Whether connections to servers are encrypted.' },
    tlsCafile: { type: 'string', help: 'Path of the certificates that are trusted, as PEM.' },
    tlsCertfile: { type: 'string', help: 'Path of the client certificate, as PEM.' },
    tlsKeyfile: { type: 'string', help: 'Path of its private key, as PEM.' },
    tlsAllowedCiphers: { type: 'string', help: 'Ciphers in OpenSSL form.' },
    socketTimeout: {
      type: 'float',
      default: 1,
      deprecatedNames: [{ name: 'memcache_socket_timeout' }, { name: 'redis_socket_timeout' }],
      help: 'Seconds to wait for a server at each request.',
    },
    enableSocketKeepalive: {
      type: 'boolean',
      default: false,
      help: 'Whether TCP keep-alive probes are sent on connections.',
    },
    socketKeepaliveIdle: {
      type: 'integer',
      default: 1,
      min: 0,
      help: 'Seconds of silence before the first probe.',
    },
    socketKeepaliveInterval: { type: 'integer', default: 1, min: 0, help: 'Seconds between probes.' },
    socketKeepaliveCount: {
      type: 'integer',
      default: 1,
      min: 0,
      help: 'Unanswered probes before the connection is dropped.',
    },
    enableRetryClient: {
      type: 'boolean',
      default: false,
      help: 'Whether requests were retried by the pymemcache client. Dead servers are passed over instead.',
    },
    retryAttempts: { type: 'integer', default: 2, min: 1, help: 'How often a request was tried.' },
    retryDelay: { type: 'float', default: 0, help: 'Seconds between tries.' },
    hashclientRetryAttempts: {
      type: 'integer',
      default: 2,
      min: 1,
      help: 'Failures in a row after which a server is dead.',
    },
    hashclientRetryTimeout: {
      type: 'float',
      default: 1,
      deprecatedNames: [{ name: 'hashclient_retry_delay' }],
      help: 'Seconds between probes of a dead server.',
    },
    hashclientDeadTimeout: {
      type: 'float',
      default: 60,
      deprecatedNames: [{ name: 'dead_timeout' }],
      help: 'Seconds after which a dead server was asked again. hashclient_retry_timeout decides instead.',
    },
  },
});

/** The values of `[cache]`. */
export type CacheConfiguration = ResolvedOptions<CacheOptionTypes>;

/** Every option group of this package. */
export const optionGroups: readonly [typeof cacheOptions] = [cacheOptions];
