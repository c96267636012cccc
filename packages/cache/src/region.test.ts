import { describe, expect, it } from 'vitest';
import { fakeClock, type FakeClock } from './testing/fake-clock.ts';
import { memory } from './drivers/memory.ts';
import { nothingCached } from './drivers/null.ts';
import { NO_VALUE } from './entry.ts';
import {
  CreatorTimeoutError,
  ExpirationTimeRequiredError,
  RegionAlreadyConfiguredError,
  RegionNotConfiguredError,
  SchemaError,
} from './errors.ts';
import type { RegionOptions } from './options.ts';
import { type CacheRegion, createRegion } from './region.ts';

const aRegion = (options: RegionOptions = {}): { region: CacheRegion; clock: FakeClock } => {
  const clock = fakeClock();
  return { clock, region: createRegion({ driver: memory(), clock, random: () => 0.5, ...options }) };
};

/** A promise to settle by hand. */
const deferred = <T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
} => {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
};

const settle = async (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 5);
  });

describe('a region', () => {
  it('tells a cached undefined or null from nothing', async () => {
    const { region } = aRegion();
    await region.setMulti({ one: undefined, two: null });
    expect(await region.getMulti(['one', 'two', 'three'])).toEqual([undefined, null, NO_VALUE]);
  });

  it('refuses to work without a driver, and to take a second one', async () => {
    const region = createRegion({ name: 'identity' });
    await expect(region.get('key')).rejects.toThrow(RegionNotConfiguredError);
    region.configure(memory());
    expect(() => region.configure(memory())).toThrow(RegionAlreadyConfiguredError);
    region.configure(nothingCached(), { replace: true });
    expect(region.driver.name).toBe('null');
  });

  it('calls one creator for all callers of a key', async () => {
    const { region } = aRegion();
    let calls = 0;
    const create = async (): Promise<number> => {
      calls += 1;
      await settle();
      return calls;
    };
    const values = await Promise.all(
      Array.from({ length: 1000 }, async () => region.getOrCreate('key', create)),
    );
    expect(new Set(values)).toEqual(new Set([1]));
    expect(region.statistics().creations).toBe(1);
  });

  it('calls one creator for several keys once, and lets callers of one key join it', async () => {
    const { region } = aRegion();
    const asked: string[][] = [];
    const createMany = async (keys: readonly string[]): Promise<string[]> => {
      asked.push([...keys]);
      await settle();
      return keys.map((key) => `made ${key}`);
    };
    const [several, again, one] = await Promise.all([
      region.getOrCreateMulti(['b', 'a', 'b'], createMany),
      region.getOrCreateMulti(['a', 'c'], createMany),
      settle().then(async () => region.getOrCreate('a', () => 'never')),
    ]);
    expect(several).toEqual(['made b', 'made a', 'made b']);
    expect(again).toEqual(['made a', 'made c']);
    expect(one).toBe('made a');
    expect(asked).toEqual([['a', 'b'], ['c']]);
  });

  it('answers a hit with one and the same promise', async () => {
    const { region } = aRegion();
    await region.set('key', 1);
    expect(region.getOrCreate('key', () => 2)).toBe(region.getOrCreate('key', () => 3));
    expect(await region.getOrCreate('key', () => 4)).toBe(1);
  });

  it('runs callers side by side when their values are not to be cached', async () => {
    const { region } = aRegion();
    let running = 0;
    const create = async (): Promise<number> => {
      running += 1;
      await settle();
      return running;
    };
    await region.getOrCreate('key', create, { shouldCache: () => false });
    expect(await region.get('key')).toBe(NO_VALUE);
  });
});

describe('an expired value', () => {
  it('is served to all but the one caller who creates anew', async () => {
    const { region, clock } = aRegion({ expirationTime: 10 });
    await region.set('key', 'old');
    clock.advance(11);
    const work = deferred<string>();
    const first = region.getOrCreate('key', () => work.promise);
    await settle();
    expect(await region.getOrCreate('key', () => 'never')).toBe('old');
    work.resolve('new');
    expect(await first).toBe('new');
  });

  it('is served to everybody at once within staleFor, and no longer after it', async () => {
    const { region, clock } = aRegion({ expirationTime: 10, staleFor: 20 });
    await region.set('key', 'old');
    clock.advance(15);
    expect(await region.getOrCreate('key', () => 'new')).toBe('old');
    await region.settled();
    expect(await region.getOrCreate('key', () => 'never')).toBe('new');
    clock.advance(31);
    expect(await region.getOrCreate('key', () => 'newer')).toBe('newer');
  });

  it('stands in for an error of the creator within staleFor', async () => {
    const { region, clock } = aRegion({ expirationTime: 10, staleFor: 20, timeout: '1s' });
    await region.set('key', 'old');
    clock.advance(15);
    const failing = (): never => {
      throw new Error('down');
    };
    expect(await region.getOrCreate('key', failing)).toBe('old');
    clock.advance(20);
    await expect(region.getOrCreate('key', failing)).rejects.toThrow('down');
  });

  it('is served when the creator exceeds its soft time, and the creator goes on', async () => {
    const { region, clock } = aRegion({ expirationTime: 10, staleFor: 60, timeout: '20ms' });
    await region.set('key', 'old');
    clock.advance(15);
    const work = deferred<string>();
    expect(await region.getOrCreate('key', () => work.promise)).toBe('old');
    work.resolve('new');
    await region.settled();
    expect(await region.get('key')).toBe('new');
  });

  it('lives as long as its creator says', async () => {
    const { region, clock } = aRegion({ expirationTime: 1000 });
    await region.getOrCreate('key', (context) => {
      context.expireAfter('10s');
      return 1;
    });
    clock.advance(9);
    expect(await region.get('key')).toBe(1);
    clock.advance(2);
    expect(await region.get('key')).toBe(NO_VALUE);
  });

  it('comes earlier for what does not exist, where negativeFor says so', async () => {
    const { region, clock } = aRegion({ expirationTime: 1000, negativeFor: 5 });
    let calls = 0;
    const create = (): null => {
      calls += 1;
      return null;
    };
    await region.getOrCreate('key', create);
    await region.getOrCreate('key', create);
    expect(calls).toBe(1);
    clock.advance(6);
    await region.getOrCreate('key', create);
    await region.settled();
    expect(calls).toBe(2);
  });

  it('comes earlier by a random share of the jitter', async () => {
    const { region, clock } = aRegion({ expirationTime: 100, jitter: 0.2 });
    await region.getOrCreate('key', () => 1);
    clock.advance(89);
    expect(await region.get('key')).toBe(1);
    clock.advance(2);
    expect(await region.get('key')).toBe(NO_VALUE);
  });

  it('is replaced before it comes, the earlier the longer its creation takes', async () => {
    const { region, clock } = aRegion({ expirationTime: 10, earlyRefresh: 1000 });
    await region.getOrCreate('key', async () => {
      await settle();
      return 1;
    });
    clock.advance(9.9);
    expect(await region.getOrCreate('key', () => 2)).toBe(1);
    await region.settled();
    expect(await region.get('key')).toBe(2);
  });
});

describe('a failing creator', () => {
  it('is called once for all who wait for it', async () => {
    const { region } = aRegion();
    let calls = 0;
    const fail = async (): Promise<never> => {
      calls += 1;
      await settle();
      throw new Error(`failure ${String(calls)}`);
    };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, async () => region.getOrCreate('key', fail)),
    );
    expect(calls).toBe(1);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  });

  it('is called by each in turn where failures are not shared', async () => {
    const { region } = aRegion({ shareFailure: false });
    let calls = 0;
    const failTwice = async (): Promise<number> => {
      calls += 1;
      const mine = calls;
      await settle();
      if (mine < 3) throw new Error('not yet');
      return mine;
    };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, async () => region.getOrCreate('key', failTwice)),
    );
    expect(calls).toBe(3);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(3);
  });

  it('is left alone for its back-off', async () => {
    const { region } = aRegion({ failureBackOff: '50ms' });
    let calls = 0;
    const fail = (): never => {
      calls += 1;
      throw new Error('down');
    };
    for (let call = 0; call < 10; call += 1)
      await expect(region.getOrCreate('key', fail)).rejects.toThrow('down');
    expect(calls).toBe(1);
    await new Promise((resolve) => {
      setTimeout(resolve, 60);
    });
    expect(await region.getOrCreate('key', () => 'up')).toBe('up');
  });

  it('is given up after its hard time, and told so', async () => {
    const { region } = aRegion({ hardTimeout: '20ms' });
    let told: unknown;
    const never = async ({ signal }: { signal: AbortSignal }): Promise<never> =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          told = signal.reason;
          reject(new Error('aborted'));
        });
      });
    await expect(region.getOrCreate('key', never)).rejects.toThrow(CreatorTimeoutError);
    expect(told).toBeInstanceOf(CreatorTimeoutError);
    expect(await region.getOrCreate('key', () => 'next')).toBe('next');
  });

  it('does not hold up a caller who aborts', async () => {
    const { region } = aRegion();
    const controller = new AbortController();
    const work = deferred<string>();
    const waiting = region.getOrCreate('key', () => work.promise, { signal: controller.signal });
    await settle();
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    work.resolve('late');
    await region.settled();
    expect(await region.get('key')).toBe('late');
  });
});

describe('what happens during a creation', () => {
  const during = async (change: (region: CacheRegion) => unknown): Promise<unknown> => {
    const { region } = aRegion();
    const work = deferred<string>();
    const creating = region.getOrCreate('key', () => work.promise);
    await settle();
    expect(region.isLocked('key')).toBe(true);
    await change(region);
    work.resolve('created before');
    expect(await creating).toBe('created before');
    return region.get('key');
  };

  it('is not undone by it: a deletion', async () => {
    expect(await during(async (region) => region.delete('key'))).toBe(NO_VALUE);
  });

  it('is not undone by it: a write', async () => {
    expect(await during(async (region) => region.set('key', 'written'))).toBe('written');
  });

  it('is not undone by it: an invalidation of the region', async () => {
    expect(
      await during((region) => {
        region.invalidate();
      }),
    ).toBe(NO_VALUE);
  });
});

describe('an invalidation', () => {
  it('makes older entries misses when it is hard', async () => {
    const { region, clock } = aRegion({ expirationTime: 100 });
    await region.set('key', 1);
    clock.advance(1);
    region.invalidate();
    expect(await region.get('key')).toBe(NO_VALUE);
    expect(await region.getOrCreate('key', () => 2)).toBe(2);
  });

  it('serves older entries while one caller creates anew when it is soft, for which it needs an expiration time', async () => {
    const { region, clock } = aRegion({ expirationTime: 100, staleFor: 100 });
    await region.set('key', 1);
    clock.advance(1);
    region.invalidate({ hard: false });
    expect(await region.getOrCreate('key', () => 2)).toBe(1);
    await region.settled();
    expect(await region.getOrCreate('key', () => 3)).toBe(2);
    await expect(region.getOrCreate('key', () => 3, { expirationTime: -1 })).resolves.toBe(2);
    await expect(region.getOrCreate('absent', () => 3, { expirationTime: -1 })).rejects.toThrow(
      ExpirationTimeRequiredError,
    );
  });

  it('by tag reaches every entry that carries it, and a write right after it is kept', async () => {
    const { region } = aRegion();
    await region.set('one', 1, { tags: ['user 1', 'all'] });
    await region.getOrCreate('two', () => 2, { tags: ['all'] });
    await region.set('three', 3);
    for (let round = 0; round < 200; round += 1) {
      await region.invalidateTags(['all']);
      await region.set('one', round, { tags: ['all'] });
      expect(await region.get('one')).toBe(round);
    }
    expect(await region.getMulti(['one', 'two', 'three'])).toEqual([199, NO_VALUE, 3]);
    expect(await region.getOrCreate('two', () => 22, { tags: ['all'] })).toBe(22);
    expect(region.peek('two')).toBe(22);
    await region.invalidateTags(['all']);
    expect(region.peek('two')).toBe(NO_VALUE);
  });

  it('by tag during a creation makes its value a miss', async () => {
    const { region } = aRegion();
    const work = deferred<number>();
    const creating = region.getOrCreate('key', () => work.promise, { tags: ['t'] });
    await settle();
    await region.invalidateTags(['t']);
    work.resolve(1);
    expect(await creating).toBe(1);
    expect(await region.get('key')).toBe(NO_VALUE);
  });

  it('of a namespace reaches its keys and no others', async () => {
    const { region } = aRegion();
    const one = region.namespace('a');
    const other = region.namespace('a:');
    await one.set(':b', 1);
    await other.set('b', 2);
    await region.set('b', 3);
    await one.invalidate();
    expect(await one.get(':b')).toBe(NO_VALUE);
    expect(await other.get('b')).toBe(2);
    expect(await region.get('b')).toBe(3);
    expect(await one.getOrCreateMulti(['x', ':b'], (keys) => keys.map((key) => `made ${key}`))).toEqual([
      'made x',
      'made :b',
    ]);
  });
});

describe('a schema', () => {
  const isText = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (value: unknown): { value: unknown } | { issues: { message: string }[] } =>
        typeof value === 'string' ? { value } : { issues: [{ message: 'is no text' }] },
    },
  };

  it('refuses values that do not satisfy it', async () => {
    const { region } = aRegion({ schema: isText });
    await expect(region.set('key', 1)).rejects.toThrow(SchemaError);
    await expect(region.getOrCreate('key', () => 1)).rejects.toThrow('is no text');
    expect(await region.getOrCreate('key', () => 'text')).toBe('text');
  });

  it('of another version makes an entry a miss, or is migrated', async () => {
    const driver = memory();
    const old = createRegion({ driver, schemaVersion: '1' });
    await old.setMulti({ one: 1, two: { not: 'a number' } });
    const strict = createRegion({ driver, schemaVersion: '2' });
    expect(await strict.get('one')).toBe(NO_VALUE);
    const migrate = (payload: unknown, from: string | undefined): unknown => {
      if (typeof payload !== 'number') throw new TypeError('cannot be migrated');
      return `${String(payload)} of ${from ?? ''}`;
    };
    const lenient = createRegion({ driver, schema: isText, schemaVersion: '2', migrate });
    expect(await lenient.getMulti(['one', 'two'])).toEqual(['1 of 1', NO_VALUE]);
  });
});

describe('explain', () => {
  it('says what a read would answer and why, without the value', async () => {
    const { region, clock } = aRegion({ expirationTime: 10, schemaVersion: '1' });
    const reasonOf = async (key: string): Promise<unknown> => (await region.explain(key)).reason;
    expect(await reasonOf('absent')).toBe('absent');
    await region.set('key', 'secret value', { tags: ['t'] });
    const fresh = await region.explain('key');
    expect(fresh).toMatchObject({ state: 'fresh', age: 0, lifetime: 10, expiresIn: 10, isLocked: false });
    expect(fresh.tags).toEqual([{ tag: 't', holds: true }]);
    expect(JSON.stringify(fresh)).not.toContain('secret value');
    clock.advance(11);
    expect(await region.explain('key')).toMatchObject({ state: 'stale', reason: 'expired', expiresIn: -1 });
    region.invalidate({ hard: false });
    expect(await reasonOf('key')).toBe('soft invalidated');
    region.invalidate();
    expect(await reasonOf('key')).toBe('hard invalidated');
    await region.set('key', 1, { tags: ['t'] });
    await region.invalidateTags(['t']);
    expect(await reasonOf('key')).toBe('tag invalidated');
  });
});
