// What users of this package rely on beyond its types; `release-notes check` records it and finds what changed.
import { createServer } from 'node:net';

const KEYS = ['plain', 'with blank', 'ünïcode', 'a}b', 'x'.repeat(300)];
const VALUES = { text: 'ä text', number: 1.5, nothing: null, list: [1, 'two'], object: { b: 1, a: [true] } };
const MOMENT = 1_700_000_000;

/** The names and values that a memcached server is given, as `flags bytes` by name. */
const memcachedWrites = async (memcached, entries) => {
  const written = {};
  const server = createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      for (let end = received.indexOf('\r\n'); end >= 0; end = received.indexOf('\r\n')) {
        const [command, name, size, ...flags] = received.toString('latin1', 0, end).split(' ');
        const bytes = command === 'ms' ? Number(size) + 2 : 0;
        if (received.length < end + 2 + bytes) return;
        if (command === 'ms') {
          const text = received.toString('latin1', end + 2, end + bytes);
          const kept = flags.filter((flag) => /^[bF]/u.test(flag)).sort();
          written[name] = `${kept.join(' ')} ${text}`.trim();
          if (!flags.includes('q')) socket.write('HD\r\n');
        } else if (command === 'version') socket.write('VERSION 1.6.21\r\n');
        else socket.write(command === 'mn' ? 'MN\r\n' : 'EN\r\n');
        received = received.subarray(end + 2 + bytes);
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const driver = memcached({ servers: [`127.0.0.1:${String(server.address().port)}`] });
  await driver.setMany(entries);
  await driver.close();
  server.close();
  return written;
};

/** The names and values that Redis is given. */
const redisWrites = async (redis, entries) => {
  const written = {};
  const note = (command, words) => {
    const texts = words.map((word) => (Buffer.isBuffer(word) ? word.toString('latin1') : String(word)));
    for (const [index, text] of texts.entries()) {
      if (text.includes('{"') || index === texts.length - 1) continue;
      const value = texts[index + 1];
      if (value?.startsWith('{') || value?.startsWith('[')) written[text] = value;
    }
    return command === 'EVALSHA' ? Promise.reject(new Error('NOSCRIPT')) : Promise.resolve('OK');
  };
  const client = {
    status: 'ready',
    getBuffer: () => Promise.resolve(null),
    mgetBuffer: (...keys) => Promise.resolve(keys.map(() => null)),
    call: (command, ...words) => note(command.toUpperCase(), words),
    evalBuffer: (script, keys, ...words) => note('EVAL', words),
    connect: () => Promise.resolve(),
    disconnect: () => undefined,
    on: () => client,
    off: () => client,
  };
  const driver = redis({ client });
  await driver.setMany(entries);
  await driver.close();
  return written;
};

export const behaviours = [
  {
    name: 'key of a call',
    breaks: 'The key of a memoized call changes: every value stored before is a miss.',
    observe: async (load) => {
      const { typedKey, dogpileKeys, sha1Mangler, lengthConditionalMangler, pythonRepr } = await load('.');
      const calls = { text: ['a'], numbers: [1, -0, 2n], nested: [{ b: 1, a: [new Date(0)] }], none: [] };
      const keyed = dogpileKeys({ name: 'find', module: 'volumes' }, 'ns');
      return {
        ...Object.fromEntries(Object.entries(calls).map(([name, args]) => [name, typedKey('f', args)])),
        'dogpile form': keyed(['a', 1]),
        'sha1 mangler': sha1Mangler('a key'),
        'length conditional mangler': lengthConditionalMangler(10, sha1Mangler)('a key that is long'),
        'as Python writes it': pythonRepr(['a', 1.5, null, true]),
      };
    },
  },
  {
    name: 'stored bytes',
    breaks:
      'The bytes of a stored value change: services of two versions misread or miss each other’s entries.',
    observe: async (load) => {
      const { Entry, jsonCodec, signed } = await load('.');
      const { pickledPayloadCodec, pickledValueCodec } = await load('./codecs/pickle');
      const keys = [{ id: 'k1', secret: 'a secret of more than thirty-two bytes' }];
      const codecs = {
        json: jsonCodec,
        'signed json': signed(jsonCodec, keys),
        'pickled value': pickledValueCodec,
        'pickled payload': pickledPayloadCodec,
      };
      const facts = {};
      for (const [codec, { encode, flags = 0 }] of Object.entries(codecs)) {
        for (const [name, value] of Object.entries(VALUES)) {
          const entry = new Entry(value, { createdAt: MOMENT, version: 2, lifetime: 60 });
          facts[`${codec}, ${name}`] = `${String(flags)} ${encode(entry, 'name').toString('latin1')}`;
        }
      }
      return facts;
    },
  },
  {
    name: 'name and bytes on the server',
    breaks:
      'A driver stores the same key under another name: after an upgrade the cache is cold, and old entries stay until they expire.',
    observe: async (load) => {
      const { Entry } = await load('.');
      const { memcached } = await load('./drivers/memcached');
      const { redis } = await load('./drivers/redis');
      const entries = new Map(KEYS.map((key) => [key, new Entry('v', { createdAt: MOMENT, version: 2 })]));
      const found = {
        memcached: await memcachedWrites(memcached, entries),
        redis: await redisWrites(redis, entries),
      };
      return Object.fromEntries(
        Object.entries(found).flatMap(([driver, written]) =>
          Object.entries(written).map(([name, bytes]) => [`${driver}, ${name}`, bytes]),
        ),
      );
    },
  },
  {
    name: 'freshness',
    breaks: 'A value is served or created anew where it was not before.',
    observe: async (load) => {
      const { createRegion, memory, NO_VALUE } = await load('.');
      let moment = MOMENT;
      const clock = { now: () => moment, coarse: () => moment };
      const region = createRegion({ driver: memory(), clock, expirationTime: '60s' });
      await region.set('key', 'value');
      const facts = {};
      for (const seconds of [0, 59, 61]) {
        moment = MOMENT + seconds;
        facts[`after ${String(seconds)} s`] = (await region.get('key')) === NO_VALUE ? 'a miss' : 'a hit';
      }
      await region.close?.();
      return facts;
    },
  },
];
