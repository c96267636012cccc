// The contenders of the hit in memory. Each asks for a key by the call that would create the value otherwise.
import { KEYS, valueOf } from '../workload.js';

const MINUTE = 60_000;
const ROOM = 1000;

const contenders = {
  /** A lookup and nothing else. */
  'bare await': () => {
    const values = new Map(KEYS.map((key) => [key, Promise.resolve(valueOf(key))]));
    return (key) => values.get(key);
  },
  oslofjord: async () => {
    const { createRegion } = await import('@oslofjord/cache');
    const { memory } = await import('@oslofjord/cache/drivers/memory');
    const region = createRegion({ driver: memory({ maxEntries: ROOM }), expirationTime: '1m' });
    const create = ({ key }) => valueOf(key);
    return (key) => region.getOrCreate(key, create);
  },
  'layered-loader': async () => {
    const { Loader } = await import('layered-loader');
    const loader = new Loader({
      inMemoryCache: { cacheType: 'lru-object', ttlInMsecs: MINUTE, maxItems: ROOM },
      dataSources: [{ name: 'source', get: async (key) => valueOf(key) }],
    });
    return (key) => loader.get(key);
  },
  'lru-cache': async () => {
    const { LRUCache } = await import('lru-cache');
    const cache = new LRUCache({ max: ROOM, ttl: MINUTE, fetchMethod: async (key) => valueOf(key) });
    return (key) => cache.fetch(key);
  },
  'async-cache-dedupe': async () => {
    const { createCache } = await import('async-cache-dedupe');
    const cache = createCache({ ttl: 60, storage: { type: 'memory', options: { size: ROOM } } });
    cache.define('user', async (key) => valueOf(key));
    return (key) => cache.user(key);
  },
  'cache-manager': async () => {
    const { createCache } = await import('cache-manager');
    const cache = createCache({ ttl: MINUTE });
    return (key) => cache.wrap(key, () => valueOf(key));
  },
  cacheable: async () => {
    const { Cacheable } = await import('cacheable');
    const cache = new Cacheable({ ttl: MINUTE });
    return (key) => cache.getOrSet(key, async () => valueOf(key));
  },
  keyv: async () => {
    const { Keyv } = await import('keyv');
    const cache = new Keyv({ ttl: MINUTE });
    for (const key of KEYS) await cache.set(key, valueOf(key));
    return (key) => cache.get(key);
  },
  bentocache: async () => {
    const { BentoCache, bentostore } = await import('bentocache');
    const { memoryDriver } = await import('bentocache/drivers/memory');
    const store = bentostore().useL1Layer(memoryDriver({ maxItems: ROOM, serialize: false }));
    const cache = new BentoCache({ default: 'memory', stores: { memory: store } });
    return (key) => cache.getOrSet({ key, factory: () => valueOf(key), ttl: MINUTE });
  },
};

/** @param {string} name @returns {Promise<(key: string) => unknown>} */
export const contender = async (name) => contenders[name]();
