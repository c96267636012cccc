import { certificates, serverOrSkip } from '@oslofjord/services';

const worker = (name, ...words) => [process.execPath, `cache/workers/${name}.js`, ...words];
const PER_WALL_SECOND = 'per second';

const OURS = '@oslofjord/cache';
const BARE = 'a lookup and a bare await';
const MEMORY_PEERS = {
  'layered-loader 14.2.2': ['layered-loader', 2],
  'lru-cache 11.5.3, fetch': ['lru-cache', 2],
  'async-cache-dedupe 3.4.0': ['async-cache-dedupe', 2],
  'cache-manager 7.2.9, wrap': ['cache-manager', 2],
  'cacheable 2.5.0, getOrSet': ['cacheable', 2],
  'keyv 5.6.0, get': ['keyv', 2],
  'bentocache 1.6.1, getOrSet': ['bentocache', 30],
};

const memoryHit = {
  title: 'An awaited hit in memory',
  method:
    'A hundred small records that are all there, asked for by turns through the call that would create them. A bare await looks a settled promise up in a Map.',
  contenders: [
    { name: OURS, command: worker('memory', 'oslofjord') },
    { name: BARE, command: worker('memory', 'bare await') },
    ...Object.entries(MEMORY_PEERS).map(([name, [word]]) => ({ name, command: worker('memory', word) })),
  ],
  rows: [
    { name: 'a hit in memory against a bare await', ours: OURS, peer: BARE, target: 0.5 },
    ...Object.entries(MEMORY_PEERS).map(([name, [word, target]]) => ({
      name: `a hit in memory against ${word}`,
      ours: OURS,
      peer: name,
      target,
    })),
  ],
};

const allocated = ['--expose-gc', '--max-semi-space-size=512', '--min-semi-space-size=512'];
const allocation = {
  title: 'What a hit in memory allocates',
  method: 'Growth of the heap over 100,000 awaited hits while nothing is collected; median of 5.',
  unit: 'bytes per hit',
  isCold: true,
  contenders: [
    { name: BARE, command: [process.execPath, ...allocated, 'cache/workers/allocation.js', 'bare await'] },
    { name: OURS, command: [process.execPath, ...allocated, 'cache/workers/allocation.js', 'oslofjord'] },
  ],
  rows: [
    {
      name: 'bytes a bare await allocates beyond those of a hit',
      ours: BARE,
      peer: OURS,
      target: -2,
      isDifference: true,
    },
  ],
};

const hitRatio = {
  title: 'Which entries are worth keeping',
  method: '1,000 entries, 300,000 reads of 20,000 keys by Zipf’s law with exponent 0.9.',
  unit: '% of reads that hit',
  isCold: true,
  contenders: [
    { name: OURS, command: worker('hit-ratio', 'oslofjord') },
    { name: 'lru-cache 11.5.3', command: worker('hit-ratio', 'lru-cache') },
  ],
  rows: [
    {
      name: 'points of hit ratio above LRU',
      ours: OURS,
      peer: 'lru-cache 11.5.3',
      target: 8,
      isDifference: true,
    },
  ],
};

const CLIENTS = { 'memjs 1.3.2': 'memjs', 'memcached 2.2.2': 'memcached', 'memcache 1.7.0': 'memcache' };
const memcachedServer = (await serverOrSkip('memcached', { own: true })).server;
const files = await certificates();
const tlsServer = (await serverOrSkip('memcached', { tls: { certificates: files } })).server;

const memcachedBench = (operation, title, target, ours = 'client') => ({
  title,
  method: `100 loops in one process with one client, a real memcached; ${operation === 'cached' ? 'values are objects, by JSON for everybody' : 'values are bytes or texts of 90 characters'}.`,
  contenders: [
    { name: OURS, command: worker('memcached', ours, operation, memcachedServer.port) },
    ...Object.entries(CLIENTS).map(([name, word]) => ({
      name,
      command: worker('memcached', word, operation, memcachedServer.port),
    })),
  ],
  rows: Object.entries(CLIENTS).map(([name, word]) => ({
    name: `${title}, against ${word}`,
    ours: OURS,
    peer: name,
    target,
  })),
});

const overTls = {
  title: 'memcached over TLS, 100 reads in flight',
  method: 'The same client on a server with TLS and on one without; time on the wall.',
  unit: PER_WALL_SECOND,
  contenders: [
    { name: 'plain', command: worker('memcached', 'client', 'get', memcachedServer?.port, '', 'elapsed') },
    {
      name: 'TLS',
      command: worker('memcached', 'client', 'get', tlsServer?.port, files.directory, 'elapsed'),
    },
  ],
  rows: [{ name: 'memcached over TLS against plain', ours: 'TLS', peer: 'plain', target: 0.9 }],
};

const redisServer = (await serverOrSkip('redis', { own: true })).server;
const IOREDIS = 'ioredis 6.0.0, get and JSON.parse';
const redisReads = (inFlight, target) => ({
  title: `Redis, ${inFlight === 1 ? 'one read at a time' : `${String(inFlight)} reads at once`}`,
  method: 'One process with one connection, values as JSON; time on the wall.',
  unit: PER_WALL_SECOND,
  contenders: [
    { name: OURS, command: worker('redis', 'oslofjord', String(inFlight), redisServer.url) },
    { name: IOREDIS, command: worker('redis', 'ioredis', String(inFlight), redisServer.url) },
  ],
  rows: [{ name: `${String(inFlight)} at once against plain ioredis`, ours: OURS, peer: IOREDIS, target }],
});

export const bench = [
  memoryHit,
  allocation,
  hitRatio,
  ...(memcachedServer === undefined
    ? []
    : [
        memcachedBench('get', 'memcached, 100 reads in flight', 5),
        memcachedBench('set', 'memcached, 100 writes in flight', 4),
        memcachedBench('many', 'memcached, 100 keys in one call', 2),
        memcachedBench('cached', 'a region on memcached, 100 reads in flight', 2, 'region'),
      ]),
  ...(memcachedServer === undefined || tlsServer === undefined ? [] : [overTls]),
  ...(redisServer === undefined ? [] : [redisReads(1, 0.95), redisReads(10, 2), redisReads(100, 2.5)]),
];
