import { resolve } from '@oslofjord/config';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, it } from 'vitest';
import { cacheOptions, type CacheConfiguration } from './cache-options.ts';
import { ConfigurationError, DriverNotFoundError, UnknownGroupError } from './errors.ts';
import { driverNamed } from './driver-names.ts';
import { configureCacheRegion, driverFromConfig } from './from-config.ts';
import { memoizer } from './memoize.ts';
import { migrateConfig } from './migrate-config.ts';
import { forwarding } from './proxies/forwarding.ts';
import { createRegion } from './region.ts';

const configured = (values: Readonly<Record<string, unknown>>): CacheConfiguration =>
  resolve(cacheOptions, { values: { enabled: true, ...values } });

it('reads [cache] with its former names', () => {
  const text = '[cache]\nmemcache_password = 0123\nhashclient_retry_delay = 2\nredis_socket_timeout = 0.5\n';
  const cache = resolve(cacheOptions, { files: [{ path: 'a.conf', text }] });
  expect(cache).toMatchObject({
    password: '0123',
    hashclientRetryTimeout: 2,
    socketTimeout: 0.5,
    expirationTime: 600,
  });
  expect(Object.keys(cacheOptions.options).length).toBe(37);
});

it.each([
  ['dogpile.cache.null', 'null'],
  ['dogpile.cache.memory_pickle', 'memory'],
  ['oslo_cache.dict', 'dict'],
  ['dogpile.cache.pymemcache', 'memcached'],
  ['oslo_cache.memcache_pool', 'memcached'],
  ['dogpile.cache.bmemcached', 'memcached-binary'],
  ['dogpile.cache.redis', 'redis'],
  ['dogpile.cache.valkey', 'redis'],
  ['dogpile.cache.redis_sentinel', 'redis-sentinel'],
  ['dogpile.cache.redis_cluster', 'redis-cluster'],
  ['oslo_cache.etcd3gw', 'etcd'],
  ['memcached', 'memcached'],
])('takes the backend %s for the driver %s', async (backend, name) => {
  await using driver = await driverFromConfig(configured({ backend }));
  expect(driver.name).toBe(name);
});

it('keeps nothing when it is not enabled', async () => {
  await using driver = await driverFromConfig(configured({ enabled: false, backend: 'dogpile.cache.redis' }));
  expect(driver.name).toBe('null');
});

it('reports every problem at once, and no secret', async () => {
  const cache = configured({
    backend: 'redis',
    backendArgument: ['password', 'secret'],
    backendExpirationTime: 5,
    tlsEnabled: true,
    tlsCafile: '/nowhere/ca.pem',
  });
  const error = await driverFromConfig(cache).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigurationError);
  const { issues, message } = error as ConfigurationError;
  expect(issues.map(({ path }) => path)).toEqual([
    'cache.backend_expiration_time',
    'cache.backend_argument',
    'cache.backend_argument',
    'cache.tls_cafile',
  ]);
  expect(message).not.toContain('secret');
  expect(() => driverNamed('dogpile.cache.mongo')).toThrow(DriverNotFoundError);
});

it('tells on the deprecation channel which driver a Python name stands for', () => {
  const told: unknown[] = [];
  const listen = (event: unknown): void => void told.push(event);
  subscribe('oslofjord:cache:deprecation', listen);
  driverNamed('dogpile.cache.pymemcache');
  driverNamed('memcached');
  unsubscribe('oslofjord:cache:deprecation', listen);
  expect(told).toEqual([
    { subject: 'dogpile.cache.pymemcache', message: expect.stringContaining("'memcached'") as unknown },
  ]);
});

it('configures a region once, the last proxy outermost', async () => {
  const order: string[] = [];
  const named = (name: string) => (driver: Parameters<typeof forwarding>[0]) =>
    forwarding(driver, {
      peek: undefined,
      getMany: async (keys) => {
        order.push(name);
        return driver.getMany(keys);
      },
    });
  const region = createRegion();
  const cache = configured({ backend: 'memory', proxies: ['a', 'b'] });
  const options = { proxies: { a: named('a'), b: named('b') } };
  await configureCacheRegion(cache, region, options);
  const { driver } = region;
  await configureCacheRegion(cache, region, options);
  expect(region.driver).toBe(driver);
  await region.get('key');
  expect(order).toEqual(['b', 'a']);
  await expect(configureCacheRegion(cache, createRegion())).rejects.toThrow("'a' is no proxy");
});

it('reads the switches of memoized functions at every call', async () => {
  const region = await configureCacheRegion(configured({ backend: 'memory' }), createRegion());
  const values: Record<string, unknown> = { cache: { enabled: true }, catalog: {} };
  const memoizeCatalog = memoizer({ values }, region, { group: 'catalog' });
  let calls = 0;
  const list = memoizeCatalog(
    (project: string) => {
      calls += 1;
      return `${project} ${String(calls)}`;
    },
    { name: 'list' },
  );
  expect([await list('p'), await list('p')]).toEqual(['p 1', 'p 1']);
  values.catalog = { caching: false };
  expect(await list('p')).toBe('p 1');
  await list.invalidate('p');
  expect([await list('p'), await list('p')]).toEqual(['p 2', 'p 3']);
  values.catalog = { cache_time: 5 };
  expect(memoizeCatalog.getExpirationTime()).toBe(5);
  delete values.catalog;
  await expect(list('p')).rejects.toThrow(UnknownGroupError);
});

it('migrates a section, keeping values as they are written and naming every changed meaning', () => {
  const text = `[DEFAULT]
debug = true
[cache]
backend = oslo_cache.memcache_pool
enabled = true
memcache_servers = a:11211,
  b:11211
memcache_dead_retry = 10
memcache_password = 0123
backend_argument = x:0123
[other]
backend = y
`;
  const { text: migrated, changes } = migrateConfig(text);
  expect(migrated).toBe(
    '[cache]\nbackend = memcached\nenabled = true\nmemcache_servers = a:11211, b:11211\npassword = 0123\nbackend_argument = x:0123\n',
  );
  expect(changes.map(({ option }) => option)).toEqual([
    'backend_argument',
    'memcache_dead_retry',
    'backend',
    '',
  ]);
});
