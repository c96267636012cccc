import assert from 'node:assert/strict';
import type { Driver, LeaseAnswer } from '../driver.ts';
import { ENTRY_VERSION, Entry } from '../entry.ts';

/** What is used of a test runner: Vitest's, Jest's and node:test's names. */
export interface SuiteRunner {
  readonly describe: (title: string, body: () => void) => unknown;
  readonly it: (title: string, body: () => Promise<void>) => unknown;
}

/** What the suite is told about a driver. */
export interface DriverSuiteOptions {
  /** Makes a new driver; for shared stores, on the same store each time. */
  readonly create: () => Driver | Promise<Driver>;
  /** Time the store needs at least before an entry is gone that was written with a ttl of one second. @default 2100 ms */
  readonly ttlMilliseconds?: number;
  /** Leaves out the tests that wait for time to pass. @default false */
  readonly isQuick?: boolean;
  /** The largest payload to try. @default 100000 characters */
  readonly largest?: number;
}

const START = 1_700_000_000.25;
let count = 0;

/** A key that no other test and no other run uses. */
const freshKey = (): string => {
  count += 1;
  return `suite ${String(process.pid)} ${String(Date.now())} ${String(count)}`;
};

const entryOf = (payload: unknown, createdAt = START): Entry =>
  new Entry(payload, { createdAt, version: ENTRY_VERSION });

const pause = async (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Values that JSON holds, and hence every driver. */
const PAYLOADS: readonly unknown[] = [
  null,
  0,
  -1.5,
  '',
  'text',
  'żółć 🙂 \u0000 \r\n',
  true,
  [],
  [1, [2, { a: null }]],
  {},
  { a: { b: [1] }, 'key with blanks': 'END\r\n' },
];

/** Keys that a careless client truncates, splits or injects. */
const HOSTILE_KEYS: readonly string[] = [
  'with blanks',
  'with\nnewline',
  'with\r\nset injected 0 0 1\r\nx',
  'with\ttab and \u0000 zero',
  'łódź',
  '🙂 emoji',
  'lone \ud800 surrogate',
  'lone \udc00 surrogate',
  'x'.repeat(10_000),
  `${'x'.repeat(9999)}y`,
  '',
  ' ',
  '~looks hashed',
  '{braces}',
  '%20',
  '../../etc/passwd',
  '__proto__',
  'constructor',
];

/**
 * The contract of drivers as tests. Runs them on the given runner; a driver that passes can serve every region.
 * What `supports` denies is not asked for.
 */
export const driverSuite = (
  { describe, it }: SuiteRunner,
  name: string,
  { create, ttlMilliseconds = 2100, largest = 100_000, isQuick = false }: DriverSuiteOptions,
): void => {
  const withDriver =
    (body: (driver: Driver) => Promise<void>): (() => Promise<void>) =>
    async () => {
      const driver = await create();
      try {
        await body(driver);
      } finally {
        await driver.close();
      }
    };
  const storing = (body: (driver: Driver) => Promise<void>): (() => Promise<void>) =>
    withDriver(async (driver) => {
      if (driver.supports.stores) await body(driver);
    });

  describe(`the contract of drivers, kept by ${name}`, () => {
    it(
      'answers nothing for a key that was never written',
      withDriver(async (driver) => {
        assert.deepEqual(await driver.getMany([freshKey()]), [undefined]);
      }),
    );

    it(
      'answers no keys with no entries and sends nothing for them',
      withDriver(async (driver) => {
        assert.deepEqual(await driver.getMany([]), []);
        await driver.setMany(new Map());
        await driver.deleteMany([]);
      }),
    );

    it(
      'keeps payload, moment of creation and version of an entry',
      storing(async (driver) => {
        const keys = PAYLOADS.map(freshKey);
        await driver.setMany(
          new Map(PAYLOADS.map((payload, index) => [keys[index] ?? '', entryOf(payload)])),
        );
        const found = await driver.getMany(keys);
        assert.deepEqual(
          found.map((entry) => entry?.payload),
          PAYLOADS,
        );
        assert.ok(found.every((entry) => entry?.createdAt === START && entry.version === ENTRY_VERSION));
      }),
    );

    it(
      'keeps the metadata that regions write',
      storing(async (driver) => {
        const key = freshKey();
        const metadata = {
          createdAt: START,
          version: 1,
          lifetime: 2.5,
          cost: 0.25,
          tags: { 'a|b': 'x', c: 'y' },
          schema: '3',
        };
        await driver.setMany(new Map([[key, new Entry('v', metadata)]]));
        const [entry] = await driver.getMany([key]);
        const { createdAt, version, lifetime, cost, tags, schema } = entry ?? entryOf(undefined, 0);
        assert.deepEqual({ createdAt, version, lifetime, cost, tags: { ...tags }, schema }, metadata);
      }),
    );

    it(
      'answers keys in their order, each as often as asked, with gaps',
      storing(async (driver) => {
        const [one, two, gap] = [freshKey(), freshKey(), freshKey()];
        await driver.setMany(
          new Map([
            [one, entryOf(1)],
            [two, entryOf(2)],
          ]),
        );
        const found = await driver.getMany([two, gap, one, two]);
        assert.deepEqual(
          found.map((entry) => entry?.payload),
          [2, undefined, 1, 2],
        );
      }),
    );

    it(
      'answers the latest of several writes',
      storing(async (driver) => {
        const key = freshKey();
        for (const payload of ['first', 'second', 'third']) {
          await driver.setMany(new Map([[key, entryOf(payload)]]));
        }
        const [entry] = await driver.getMany([key]);
        assert.equal(entry?.payload, 'third');
      }),
    );

    it(
      'forgets deleted keys and takes absent ones as deleted',
      storing(async (driver) => {
        const [one, two, never] = [freshKey(), freshKey(), freshKey()];
        await driver.setMany(
          new Map([
            [one, entryOf(1)],
            [two, entryOf(2)],
          ]),
        );
        await driver.deleteMany([one, never]);
        await driver.deleteMany([one]);
        const found = await driver.getMany([one, two, never]);
        assert.deepEqual(
          found.map((entry) => entry?.payload),
          [undefined, 2, undefined],
        );
      }),
    );

    it(
      'keeps hostile keys apart, whole, and to themselves',
      storing(async (driver) => {
        const prefix = freshKey();
        const keys = HOSTILE_KEYS.map((key) => `${key}${key === '' ? '' : prefix}`);
        await driver.setMany(new Map(keys.map((key, index) => [key, entryOf(index)])));
        const found = await driver.getMany(keys);
        assert.deepEqual(
          found.map((entry) => entry?.payload),
          keys.map((_, index) => index),
        );
        const injected = await driver.getMany(['injected', `${HOSTILE_KEYS[0] ?? ''}${prefix}!`]);
        assert.deepEqual(injected, [undefined, undefined]);
        await driver.deleteMany(keys);
        assert.ok((await driver.getMany(keys)).every((entry) => entry === undefined));
      }),
    );

    it(
      'keeps a large payload whole',
      storing(async (driver) => {
        const key = freshKey();
        const payload = 'ż'.repeat(largest / 2);
        await driver.setMany(new Map([[key, entryOf(payload)]]));
        const [entry] = await driver.getMany([key]);
        assert.equal(entry?.payload, payload);
      }),
    );

    it(
      'answers many requests at once, each with its own entry',
      storing(async (driver) => {
        const keys = Array.from({ length: 300 }, freshKey);
        await Promise.all(
          keys.map(async (key, index) => driver.setMany(new Map([[key, entryOf(`value ${String(index)}`)]]))),
        );
        const found = await Promise.all(keys.map(async (key) => driver.getMany([key])));
        assert.deepEqual(
          found.map(([entry]) => entry?.payload),
          keys.map((_, index) => `value ${String(index)}`),
        );
        const together = await driver.getMany(keys);
        assert.deepEqual(
          together.map((entry) => entry?.payload),
          keys.map((_, index) => `value ${String(index)}`),
        );
      }),
    );

    it(
      'reads each write right after it',
      storing(async (driver) => {
        for (let round = 0; round < 50; round += 1) {
          const key = freshKey();
          await driver.setMany(new Map([[key, entryOf(round)]]));
          const [entry] = await driver.getMany([key]);
          assert.equal(entry?.payload, round);
        }
      }),
    );

    it(
      'gives a copy where it says so',
      storing(async (driver) => {
        if (!driver.supports.copies) return;
        const key = freshKey();
        const payload = { list: [1] };
        await driver.setMany(new Map([[key, entryOf(payload)]]));
        payload.list.push(2);
        const [first] = await driver.getMany([key]);
        (first?.payload as typeof payload).list.push(3);
        const [second] = await driver.getMany([key]);
        assert.deepEqual(second?.payload, { list: [1] });
      }),
    );

    it(
      'drops entries after their time to live',
      storing(async (driver) => {
        if (!driver.supports.ttl || isQuick) return;
        const [short, long] = [freshKey(), freshKey()];
        await driver.setMany(new Map([[short, entryOf(1)]]), { ttl: 1000 });
        await driver.setMany(new Map([[long, entryOf(2)]]), { ttl: 60_000 });
        const before = await driver.getMany([short, long]);
        assert.deepEqual(
          before.map((entry) => entry?.payload),
          [1, 2],
        );
        await pause(ttlMilliseconds);
        const after = await driver.getMany([short, long]);
        assert.deepEqual(
          after.map((entry) => entry?.payload),
          [undefined, 2],
        );
      }),
    );

    it(
      'shares entries between instances where it says so',
      storing(async (driver) => {
        if (!driver.supports.shared) return;
        const other = await create();
        try {
          const key = freshKey();
          await driver.setMany(new Map([[key, entryOf('shared')]]));
          const [entry] = await other.getMany([key]);
          assert.equal(entry?.payload, 'shared');
          await other.deleteMany([key]);
          assert.deepEqual(await driver.getMany([key]), [undefined]);
        } finally {
          await other.close();
        }
      }),
    );

    it(
      'answers a check, and closes any number of times',
      withDriver(async (driver) => {
        await driver.check();
        await driver.close();
        await driver.close();
      }),
    );

    leaseSuite(it, storing, create, isQuick);
  });
};

const leaseSuite = (
  it: SuiteRunner['it'],
  storing: (body: (driver: Driver) => Promise<void>) => () => Promise<void>,
  create: DriverSuiteOptions['create'],
  isQuick: boolean,
): void => {
  const ttl = 5000;

  it(
    'grants the lease of a key to one, and shows what was committed to the others',
    storing(async (driver) => {
      const { leases } = driver;
      if (leases === undefined) return;
      const key = freshKey();
      const first = await leases.acquire(key, { ttl });
      assert.equal(first.state, 'granted');
      assert.equal((await leases.acquire(key, { ttl })).state, 'held');
      assert.deepEqual(await driver.getMany([key]), [undefined]);
      const waiting = leases.wait(key, { ttl });
      assert.equal(await leases.commit(first.lease, entryOf('made'), {}), true);
      await waiting;
      const after: LeaseAnswer = await leases.acquire(key, { ttl });
      assert.equal(after.state === 'present' ? after.entry.payload : after.state, 'made');
    }),
  );

  it(
    'grants the lease of an old value to one, while it can still be read',
    storing(async (driver) => {
      const { leases } = driver;
      if (leases === undefined) return;
      const key = freshKey();
      await driver.setMany(new Map([[key, entryOf('old')]]));
      const [stale] = await driver.getMany([key]);
      const first = await leases.acquire(key, { ttl, stale });
      assert.equal(first.state, 'granted');
      assert.equal((await leases.acquire(key, { ttl, stale })).state, 'held');
      const [meanwhile] = await driver.getMany([key]);
      assert.equal(meanwhile?.payload, 'old');
      assert.equal(await leases.commit(first.lease, entryOf('new', START + 1), {}), true);
      const after = await leases.acquire(key, { ttl, stale });
      assert.equal(after.state === 'present' ? after.entry.payload : after.state, 'new');
    }),
  );

  it(
    'lets the next one create when a lease is given up',
    storing(async (driver) => {
      const { leases } = driver;
      if (leases === undefined) return;
      const key = freshKey();
      const first = await leases.acquire(key, { ttl });
      if (first.state !== 'granted') throw new assert.AssertionError({ message: 'not granted' });
      await leases.release(first.lease);
      await leases.release(first.lease);
      assert.equal((await leases.acquire(key, { ttl })).state, 'granted');
    }),
  );

  it(
    'refuses a commit after the key was deleted, or written',
    storing(async (driver) => {
      const { leases } = driver;
      if (leases === undefined) return;
      const other = await create();
      try {
        const deleted = freshKey();
        const one = await leases.acquire(deleted, { ttl });
        if (one.state !== 'granted') throw new assert.AssertionError({ message: 'not granted' });
        await other.deleteMany([deleted]);
        assert.equal(await leases.commit(one.lease, entryOf('too late'), {}), false);
        assert.deepEqual(await driver.getMany([deleted]), [undefined]);

        const written = freshKey();
        const two = await leases.acquire(written, { ttl });
        if (two.state !== 'granted') throw new assert.AssertionError({ message: 'not granted' });
        await other.setMany(new Map([[written, entryOf('newer')]]));
        assert.equal(await leases.commit(two.lease, entryOf('too late'), {}), false);
        const [entry] = await driver.getMany([written]);
        assert.equal(entry?.payload, 'newer');
      } finally {
        await other.close();
      }
    }),
  );

  it(
    'ends a lease that is neither renewed nor committed',
    storing(async (driver) => {
      const { leases } = driver;
      if (leases === undefined || isQuick) return;
      const key = freshKey();
      assert.equal((await leases.acquire(key, { ttl: 1000 })).state, 'granted');
      const deadline = Date.now() + 4000;
      let state = 'held';
      while (state === 'held' && Date.now() < deadline) {
        await leases.wait(key, { ttl: 1000 });
        ({ state } = await leases.acquire(key, { ttl: 1000 }));
      }
      assert.equal(state, 'granted');
    }),
  );
};
