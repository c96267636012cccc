import type { DivergenceRequest } from './strict.ts';

/** A place where the default mode deliberately answers otherwise than oslo.cache; `compat: 'oslo'` does not. */
export interface Divergence {
  readonly key: string;
  readonly reason: string;
  /** Where the originals do it: file and function of oslo.cache 99a7493 or dogpile.cache 39e3c57. */
  readonly evidence: string;
  readonly request: DivergenceRequest;
  /** What the originals answer. */
  readonly oslo: unknown;
  /** What the default mode answers. */
  readonly ours: unknown;
}

const tls = { enabled: true, tls_enabled: true };

/** Every deliberate difference, with a request that shows it. */
export const divergences: readonly Divergence[] = [
  {
    key: 'typed-keys',
    reason: 'arguments that are written alike share a key, and one call answers with the value of another',
    evidence: 'dogpile util.py function_key_generator: " ".join(map(to_str, args))',
    request: {
      op: 'share a key',
      calls: [
        ['a b', 'c'],
        ['a', 'b c'],
      ],
    },
    oslo: true,
    ours: false,
  },
  {
    key: 'typed-keys-types',
    reason: 'the number 1 and the text "1" are different arguments',
    evidence: 'dogpile util.py function_key_generator: to_str is str',
    request: { op: 'share a key', calls: [[1], ['1']] },
    oslo: true,
    ours: false,
  },
  {
    key: 'one-creator-for-several-keys',
    reason: 'callers who wait for the same keys share one creation instead of repeating it',
    evidence: 'dogpile region.py get_or_create_multi reads nothing again after it waited for mutexes',
    request: { op: 'creator calls', callers: 5, form: 'several keys' },
    oslo: 5,
    ours: 1,
  },
  {
    key: 'uncached-values-are-shared',
    reason:
      'callers who wait for a value that is not to be cached get it at once instead of one after another',
    evidence: 'dogpile lock.py Lock._enter_create: each waiter finds nothing and creates again',
    request: { op: 'creator calls', callers: 10, form: 'uncached' },
    oslo: 10,
    ours: 1,
  },
  {
    key: 'failures-are-shared',
    reason: 'one failure answers all who wait for it; otherwise 50 callers of a creator of 200 ms take 10 s',
    evidence: 'dogpile lock.py Lock._enter_create: the exception goes to one caller, the next one creates',
    request: { op: 'creator calls', callers: 50, form: 'failing' },
    oslo: 50,
    ours: 1,
  },
  {
    key: 'null-driver-shares-creations',
    reason: 'switching a cache off must not let a stampede through',
    evidence: 'dogpile backends/null.py NullLock.acquire is always True',
    request: { op: 'creator calls', callers: 5, form: 'null driver' },
    oslo: 5,
    ours: 1,
  },
  {
    key: 'delete-during-creation',
    reason: 'a value that was created from what was deleted must not come back',
    evidence: 'dogpile region.py get_or_create gen_value stores whatever happened meanwhile',
    request: { op: 'value after creation', meanwhile: 'delete' },
    oslo: 'created before',
    ours: null,
  },
  {
    key: 'invalidate-during-creation',
    reason: 'the same for an invalidation of the region',
    evidence: 'dogpile region.py _gen_metadata takes the time after the creation',
    request: { op: 'value after creation', meanwhile: 'invalidate' },
    oslo: 'created before',
    ours: null,
  },
  {
    key: 'locked-by-mangled-key',
    reason: 'key_is_locked looks for the lock where it never is, once keys are mangled',
    evidence: 'dogpile region.py key_is_locked: self._mutex(key) without the mangler',
    request: { op: 'is locked' },
    oslo: false,
    ours: true,
  },
  {
    key: 'arguments-stay-texts',
    reason: 'a password of digits reaches the server as another one',
    evidence: 'dogpile util/langhelpers.py coerce_string_conf',
    request: { op: 'argument', value: '0123' },
    oslo: 123,
    ours: '0123',
  },
  {
    key: 'backend-names',
    reason: 'drivers have names of their own; the Python names stay aliases',
    evidence: 'oslo_cache _opts.py choices of backend; core.py _build_cache_config compares the written name',
    request: { op: 'driver', conf: { ...tls, backend: 'memcached' } },
    oslo: {
      error:
        'cache.tls_enabled: TLS setting via [cache] tls_enabled is not supported by the memcached backend. Set [cache] tls_enabled=False or use a different backend.',
    },
    ours: 'memcached',
  },
  {
    key: 'tls-everywhere',
    reason: 'every driver with servers has TLS; Oslo names a backend bmemcache that does not exist',
    evidence: 'oslo_cache core.py _build_cache_config tls_enabled',
    request: { op: 'driver', conf: { ...tls, backend: 'dogpile.cache.bmemcached' } },
    oslo: {
      error:
        'cache.tls_enabled: TLS setting via [cache] tls_enabled is not supported by the dogpile.cache.bmemcached backend. Set [cache] tls_enabled=False or use a different backend.',
    },
    ours: 'memcached-binary',
  },
  {
    key: 'checks-only-what-is-used',
    reason: 'options of a cache that is switched off are not checked against it',
    evidence: 'oslo_cache core.py _build_cache_config looks at conf.cache.backend, not at the effective one',
    request: { op: 'driver', conf: { enabled: false, tls_enabled: true } },
    oslo: {
      error:
        'cache.tls_enabled: TLS setting via [cache] tls_enabled is not supported by the dogpile.cache.null backend. Set [cache] tls_enabled=False or use a different backend.',
    },
    ours: 'null',
  },
  {
    key: 'keepalive-everywhere',
    reason: 'every driver with connections can probe them',
    evidence: 'oslo_cache core.py _build_cache_config enable_socket_keepalive',
    request: {
      op: 'driver',
      conf: { enabled: true, backend: 'dogpile.cache.memcached', enable_socket_keepalive: true },
    },
    oslo: {
      error:
        'cache.enable_socket_keepalive: Socket keepalive is not supported by the dogpile.cache.memcached backend',
    },
    ours: 'memcached',
  },
  {
    key: 'backend-expiration-everywhere',
    reason: 'every driver drops entries after a time; the message of the original is an unformatted tuple',
    evidence: 'oslo_cache core.py _build_cache_config backend_expiration_time',
    request: {
      op: 'driver',
      conf: { enabled: true, backend: 'oslo_cache.etcd3gw', backend_expiration_time: 700 },
    },
    oslo: {
      error:
        "cache.backend_expiration_time: ('Enabling backend expiration is not supported bythe %s driver', 'oslo_cache.etcd3gw')",
    },
    ours: 'etcd',
  },
];
