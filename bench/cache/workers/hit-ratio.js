// Hits of one store of 1,000 entries: hit-ratio.js STORE. Keys follow Zipf's law with exponent 0.9 over 20,000 keys.
const ROOM = 1000;
const KEYS = 20_000;
const READS = 300_000;
const EXPONENT = 0.9;

const stores = {
  oslofjord: async () => {
    const { createRegion } = await import('@oslofjord/cache');
    const { memory } = await import('@oslofjord/cache/drivers/memory');
    const region = createRegion({ driver: memory({ maxEntries: ROOM }) });
    return async (key, create) => region.getOrCreate(key, create);
  },
  'lru-cache': async () => {
    const { LRUCache } = await import('lru-cache');
    const cache = new LRUCache({ max: ROOM, fetchMethod: (key, _, { context }) => context() });
    return (key, create) => cache.fetch(key, { context: create });
  },
};

const cumulated = new Float64Array(KEYS);
let sum = 0;
for (let rank = 0; rank < KEYS; rank += 1) {
  sum += (rank + 1) ** -EXPONENT;
  cumulated[rank] = sum;
}
// A linear congruential generator, so that everybody is asked the same.
let state = 12_345n;
const random = () => {
  state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
  return Number(state >> 11n) / 2 ** 53;
};
const next = () => {
  const wanted = random() * sum;
  let [low, high] = [0, KEYS - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulated[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
};

const ask = await stores[process.argv[2]]();
let created = 0;
let total = 0;
for (let read = 0; read < READS; read += 1) {
  const key = next();
  total += await ask(`key ${String(key)}`, () => {
    created += 1;
    return key;
  });
}
console.log(JSON.stringify({ answers: total, figure: (1 - created / READS) * 100 }));
