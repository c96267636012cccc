/* eslint-disable @typescript-eslint/no-deprecated -- the driver is deprecated for new uses, and tested for old ones */
import { beforeAll, describe, expect, it } from 'vitest';
import { serverOrSkip, originalsMissing } from '@oslofjord/services';
import { afterAll } from 'vitest';
import { pickledValueCodec, PythonTuple } from '../../src/codecs/pickle.ts';
import type { Driver } from '../../src/driver.ts';
import { memcachedBinary } from '../../src/drivers/memcached-binary.ts';
import { memcached, type PlacementName } from '../../src/drivers/memcached.ts';
import { sha1Mangler } from '../../src/keys/mangle.ts';
import { memoize } from '../../src/memoize.ts';
import { createRegion, type CacheRegion } from '../../src/region.ts';
import { pythonRegion, type PythonRegion } from './python-region.ts';

const reason = await originalsMissing(
  { 'oslo.cache': '', pymemcache: '', 'python-memcached': '', pylibmc: '', 'python-binary-memcached': '' },
  [
    'python3-oslo.cache',
    'python3-pymemcache',
    'python3-memcache',
    'python3-pylibmc',
    'python3-binary-memcached',
  ],
);
const servers =
  reason === undefined
    ? await Promise.all([1, 2, 3].map(async () => serverOrSkip('memcached', { own: true })))
    : [];
const skipped = reason ?? servers.find(({ skipped: why }) => why !== undefined)?.skipped;

interface Pair {
  readonly ours: CacheRegion;
  readonly theirs: PythonRegion;
}

const VALUES = {
  text: 'zażółć 🙂',
  integer: 42,
  negative: -70_000,
  float: 1.5,
  none: null,
  yes: true,
  list: [1, 'a', { x: [] }],
  dict: { nested: { a: 1 } },
  empty: '',
  long: 'x'.repeat(5000),
};

const cases: readonly (readonly [backend: string, placement: PlacementName, hosts: number])[] = [
  ['dogpile.cache.memcached', 'crc32', 3],
  ['oslo_cache.memcache_pool', 'crc32', 3],
  ['dogpile.cache.pymemcache', 'rendezvous', 3],
  ['dogpile.cache.pylibmc', 'jenkins', 3],
  ['dogpile.cache.bmemcached', 'replicated', 3],
];

const suite = (
  title: string,
  start: () => { readonly driver: Driver; readonly options: Record<string, unknown> },
): void => {
  describe.skipIf(skipped !== undefined)(
    `${title}${skipped === undefined ? '' : ` (skipped: ${skipped})`}`,
    () => {
      let pair: Pair | undefined;
      const get = (): Pair => {
        if (pair === undefined) throw new Error('not started');
        return pair;
      };
      beforeAll(() => {
        const { driver, options } = start();
        const ours = createRegion({ compat: 'oslo', keyMangler: sha1Mangler, expirationTime: 600, driver });
        pair = { ours, theirs: pythonRegion(options) };
      });
      afterAll(async () => {
        await pair?.ours.close();
        await pair?.theirs[Symbol.asyncDispose]();
      });

      it('shows values written in TypeScript to Python, metadata included', async () => {
        const { ours, theirs } = get();
        await ours.setMulti(VALUES);
        await ours.set('tuple', new PythonTuple([1, 'b']));
        const keys = Object.keys(VALUES);
        expect(await theirs.ask({ get: [...keys, 'tuple', 'absent'] })).toEqual([
          ...Object.values(VALUES),
          { $: 'tuple', items: [1, 'b'] },
          { $: 'NO_VALUE' },
        ]);
        expect(await theirs.ask({ create: 'text' })).toEqual([VALUES.text, 0]);
      });

      it('shows values written in Python to TypeScript, metadata included', async () => {
        const { ours, theirs } = get();
        const written = Object.fromEntries(
          Object.entries(VALUES).map(([key, value]) => [`py ${key}`, value]),
        );
        await theirs.ask({ set: written });
        expect(await ours.getMulti(Object.keys(written))).toEqual(Object.values(written));
        const found = await ours.metadata('py text');
        expect(found?.version).toBe(2);
        expect(Math.abs(found?.age ?? 99)).toBeLessThan(30);
        expect(await ours.getOrCreate('py text', () => 'created')).toBe(VALUES.text);
      });

      it('finds each of 300 keys on the same host, in both directions', async () => {
        const { ours, theirs } = get();
        const names = (prefix: string): string[] =>
          Array.from({ length: 300 }, (_, index) => `${prefix} ${String(index)}`);
        const numbers = names('').map((_, index) => index);
        await ours.setMulti(new Map(names('ts').map((name, index) => [name, index])));
        expect(await theirs.ask({ get: names('ts') })).toEqual(numbers);
        await theirs.ask({ set: Object.fromEntries(names('py').map((name, index) => [name, index])) });
        expect(await ours.getMulti(names('py'))).toEqual(numbers);
      });

      it('answers a function memoized in Python with what is memoized in TypeScript, and the reverse', async () => {
        const { ours, theirs } = get();
        let calls = 0;
        const ourFunction = memoize(
          ours,
          (one: unknown, two: unknown) => {
            calls += 1;
            return { made: 'in TypeScript', of: [one, two] };
          },
          { name: 'memoized', module: '__main__', namespace: 'ns' },
        );
        await ourFunction(title, null);
        expect(await theirs.ask({ memoize: [title, null] })).toEqual({
          made: 'in TypeScript',
          of: [title, null],
        });
        await theirs.ask({ memoize: [title, true] });
        expect(await ourFunction(title, true)).toEqual({ made: 'in Python', of: [title, true] });
        expect(calls).toBe(1);
      });
    },
  );
};

const running = servers.flatMap(({ server }) => (server === undefined ? [] : [server]));
afterAll(async () => {
  await Promise.all(running.map(async (server) => server.stop()));
});
const names = running.map(({ port }) => `127.0.0.1:${String(port)}`);

for (const [backend, placement, hosts] of cases) {
  suite(`${backend} on ${String(hosts)} hosts`, () => ({
    driver: memcached({ servers: names.slice(0, hosts), placement, codec: pickledValueCodec }),
    options: { enabled: true, backend, memcache_servers: names.slice(0, hosts), expiration_time: 600 },
  }));
}

const credentials = { username: 'user', password: 'secret' };
const sasl =
  reason === undefined
    ? await serverOrSkip('memcached', { sasl: credentials })
    : { skipped: reason, server: undefined };
if (sasl.server !== undefined) {
  const { server } = sasl;
  afterAll(async () => {
    await server.stop();
  });
  const name = `127.0.0.1:${String(server.port)}`;
  suite('dogpile.cache.bmemcached with SASL', () => ({
    driver: memcachedBinary({
      servers: [name],
      placement: 'replicated',
      credentials,
      codec: pickledValueCodec,
    }),
    options: {
      enabled: true,
      backend: 'dogpile.cache.bmemcached',
      memcache_servers: [name],
      expiration_time: 600,
      memcache_username: credentials.username,
      memcache_password: credentials.password,
    },
  }));
}
