// One memcached client: memcached.js CLIENT OPERATION PORT, and a folder of certificates for TLS.
// get, set and many handle bytes or texts as each client has them; cached reads objects through JSON.
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { contend } from '../../harness/contend-async.js';
import { KEYS, valueOf, wireKey } from '../workload.js';

const [, , name, operation, port, certificates, isElapsed] = process.argv;
const server = `127.0.0.1:${port}`;
const TTL = 600;

const tls =
  (certificates ?? '') === ''
    ? {}
    : { tls: { ca: readFileSync(`${certificates}/ca.pem`), servername: 'localhost' } };
const options = { servers: [server], timeout: '5s', ...tls };

const clients = {
  client: async () => {
    const { memcachedClient } = await import('@oslofjord/cache/drivers/memcached');
    const client = memcachedClient(options);
    return {
      get: (key) => client.get(key),
      set: (key, value) => client.set(key, value, { ttl: TTL * 1000 }),
      many: (keys) => client.getMany(keys),
    };
  },
  region: async () => {
    const { createRegion } = await import('@oslofjord/cache');
    const { memcached } = await import('@oslofjord/cache/drivers/memcached');
    const region = createRegion({ driver: memcached(options), expirationTime: TTL });
    return {
      set: (key, value) => region.set(key, JSON.parse(value)),
      cached: (key) => region.get(key),
    };
  },
  memjs: async () => {
    const { default: memjs } = await import('memjs');
    const client = memjs.Client.create(server, { logger: { log() {} }, timeout: 5 });
    const get = async (key) => (await client.get(key)).value;
    return {
      get,
      set: (key, value) => client.set(key, value, { expires: TTL }),
      many: (keys) => Promise.all(keys.map(get)),
    };
  },
  memcached: async () => {
    const { default: Memcached } = await import('memcached');
    const client = new Memcached(server);
    const [get, set, many] = ['get', 'set', 'getMulti'].map((method) =>
      promisify(client[method]).bind(client),
    );
    return {
      get,
      set: (key, value) => set(key, value, TTL),
      many: async (keys) => {
        const found = await many(keys);
        return keys.map((key) => found[key]);
      },
    };
  },
  memcache: async () => {
    const { Memcache } = await import('memcache');
    const client = new Memcache({ nodes: [server] });
    return {
      get: (key) => client.get(key),
      set: (key, value) => client.set(key, value, TTL),
      many: async (keys) => {
        const found = await client.gets(keys);
        return keys.map((key) => found.get(key));
      },
    };
  },
};

const client = await clients[name]();
const keys = KEYS.map(wireKey).map((key) => `${key}:${name}`);
const values = KEYS.map((key) => JSON.stringify(valueOf(key)));
for (const [index, key] of keys.entries()) await client.set(key, values[index]);

const cached = client.cached ?? (async (key) => JSON.parse(await client.get(key)));
const work = {
  get: (index) => client.get(keys[index]),
  set: (index) => client.set(keys[index], values[index]),
  many: () => client.many(keys),
  cached: (index) => cached(keys[index]),
}[operation];
const answers =
  operation === 'cached'
    ? await Promise.all(keys.map((key) => cached(key)))
    : [await Promise.all(keys.map((key) => client.get(key))), await client.many(keys)].map((all) =>
        all.map(String),
      );
await contend({
  answers: JSON.stringify(answers),
  work,
  size: operation === 'many' ? 1 : keys.length,
  isElapsed: isElapsed === 'elapsed',
  batch: 4,
  inFlight: operation === 'many' ? 1 : 100,
});
process.exit();
