// Reads from Redis: redis.js CLIENT IN-FLIGHT URL. Values are JSON for everybody.
import { Redis } from 'ioredis';
import { contend } from '../../harness/contend-async.js';
import { KEYS as NAMES, valueOf, wireKey } from '../workload.js';

const KEYS = NAMES.map(wireKey);

const [, , name, inFlight, url] = process.argv;

const clients = {
  oslofjord: async () => {
    const { createRegion } = await import('@oslofjord/cache');
    const { redis } = await import('@oslofjord/cache/drivers/redis');
    const driver = redis({ server: new URL(url).host, prefix: 'bench-ours:', timeout: '5s' });
    const region = createRegion({ driver, expirationTime: 600 });
    return { get: (key) => region.get(key), set: (key, value) => region.set(key, value) };
  },
  ioredis: async () => {
    const client = new Redis(url, { keyPrefix: 'bench-peer:' });
    return {
      get: async (key) => JSON.parse(await client.get(key)),
      set: (key, value) => client.set(key, JSON.stringify(value), 'EX', 600),
    };
  },
};

const { get, set } = await clients[name]();
for (const key of KEYS) await set(key, valueOf(key));
const answers = [];
for (const key of KEYS) answers.push(await get(key));

const size = Number(inFlight);
const groups = Array.from({ length: Math.floor(KEYS.length / size) }, (_, at) =>
  KEYS.slice(at * size, (at + 1) * size),
);
await contend({
  answers: JSON.stringify(answers),
  work:
    size === 1 ? (index) => get(KEYS[index]) : (index) => Promise.all(groups[index].map((key) => get(key))),
  size: groups.length,
  isElapsed: true,
  batch: 16,
});
process.exit();
