import type { CacheConfiguration } from './cache-options.ts';
import { deprecationChannel } from './channels.ts';
import { DriverNotFoundError } from './errors.ts';

/** The drivers that `[cache] backend` can name. */
export type DriverName =
  | 'null'
  | 'memory'
  | 'dict'
  | 'file'
  | 'memcached'
  | 'memcached-binary'
  | 'redis'
  | 'redis-sentinel'
  | 'redis-cluster'
  | 'etcd';

/** What a Python name stands for: the driver, and how its keys choose hosts where there are several. */
export interface Alias {
  readonly driver: DriverName;
  readonly placement?: 'rendezvous' | 'crc32' | 'jenkins' | 'replicated';
  /** Reads give copies, as pickling does in Python. */
  readonly copies?: true;
}

const NAMES: readonly DriverName[] = [
  ...(['null', 'memory', 'dict', 'file', 'memcached', 'memcached-binary'] as const),
  ...(['redis', 'redis-sentinel', 'redis-cluster', 'etcd'] as const),
];

/** Oslo's and dogpile's names. */
export const ALIASES: Readonly<Record<string, Alias>> = {
  'dogpile.cache.null': { driver: 'null' },
  'dogpile.cache.memory': { driver: 'memory' },
  'dogpile.cache.memory_pickle': { driver: 'memory', copies: true },
  'dogpile.cache.dbm': { driver: 'file' },
  'dogpile.cache.memcached': { driver: 'memcached', placement: 'crc32' },
  'dogpile.cache.pymemcache': { driver: 'memcached', placement: 'rendezvous' },
  'dogpile.cache.pylibmc': { driver: 'memcached', placement: 'jenkins' },
  'dogpile.cache.bmemcached': { driver: 'memcached-binary', placement: 'replicated' },
  'dogpile.cache.redis': { driver: 'redis' },
  'dogpile.cache.redis_sentinel': { driver: 'redis-sentinel' },
  'dogpile.cache.redis_cluster': { driver: 'redis-cluster' },
  'dogpile.cache.valkey': { driver: 'redis' },
  'dogpile.cache.valkey_sentinel': { driver: 'redis-sentinel' },
  'dogpile.cache.valkey_cluster': { driver: 'redis-cluster' },
  'oslo_cache.dict': { driver: 'dict' },
  'oslo_cache.etcd3gw': { driver: 'etcd' },
  'oslo_cache.memcache_pool': { driver: 'memcached', placement: 'crc32' },
};

const isName = (name: string): name is DriverName => (NAMES as readonly string[]).includes(name);

/**
 * What a name in `[cache] backend` stands for. Python's names are told on the deprecation channel with ours.
 * @throws DriverNotFoundError
 */
export const driverNamed = (name: string): Alias => {
  if (isName(name)) return { driver: name };
  const alias = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
  if (alias === undefined) throw new DriverNotFoundError(name, [...NAMES, ...Object.keys(ALIASES)]);
  // @deprecation `[cache] backend` with a Python name since 0.1.0, kept: files that Oslo reads, too, name Oslo's backends;
  // new files name ours, as docs/cache-migrating.md lists them
  if (deprecationChannel.hasSubscribers && alias.driver !== 'null') {
    deprecationChannel.publish({
      subject: name,
      message: `use '${alias.driver}' instead of the Python name '${name}'`,
    });
  }
  return alias;
};

/** What `[cache] backend` stands for with everything else that is written: SASL asks for the binary protocol. */
export const driverOf = (cache: CacheConfiguration): Alias => {
  const alias = driverNamed(cache.backend);
  return alias.driver === 'memcached' && cache.memcacheSaslEnabled
    ? { ...alias, driver: 'memcached-binary' }
    : alias;
};
