import { describe, expect, test } from 'vitest';
import { createEnforcer } from '../../src/enforcer.ts';
import type { Enforcer } from '../../src/enforcer-interface.ts';
import type { CacheOptions } from '../../src/enforcer-options.ts';
import { LimitsUnavailableError, ProjectOverLimitError } from '../../src/errors.ts';
import { createLimitFixture, usageFrom, type LimitFixture } from '../../src/testing/fixture.ts';

const NAMES = Array.from({ length: 10 }, (_, index) => `r${String(index)}`);
const DELTAS = Object.fromEntries(NAMES.map((name) => [name, 1]));

interface Setting {
  readonly limits: LimitFixture;
  readonly enforcer: Enforcer;
  /** Milliseconds on the injected clock. */
  readonly advance: (milliseconds: number) => void;
  /** Reads of lists since the last question. */
  readonly reads: () => number;
}

const setUp = async (
  cache: CacheOptions = {},
  onUnavailable: 'deny' | 'allow' = 'deny',
): Promise<Setting> => {
  const limits = createLimitFixture({ registered: Object.fromEntries(NAMES.map((name) => [name, 5])) });
  let now = 0;
  let counted = 0;
  const enforcer = await createEnforcer({
    limits,
    usage: usageFrom({}),
    cache,
    clock: () => now,
    onUnavailable,
  });
  const total = (): number => limits.calls.registered + limits.calls.project + limits.calls.all;
  return {
    limits,
    enforcer,
    advance: (milliseconds): void => {
      now += milliseconds;
    },
    reads: (): number => {
      const since = total() - counted;
      counted = total();
      return since;
    },
  };
};

describe('exact numbers of reads', () => {
  test('2 cold, whatever the number of resources, and 0 warm, also for a project without limits of its own', async () => {
    const { enforcer, reads, advance } = await setUp();
    await enforcer.enforce('p', DELTAS);
    expect(reads()).toBe(2);
    for (let index = 0; index < 100; index += 1) await enforcer.enforce('p', DELTAS);
    advance(29_999);
    await enforcer.enforce('p', DELTAS);
    expect(reads()).toBe(0);
  });

  test('1 for another project, as defaults are known by then', async () => {
    const { enforcer, reads } = await setUp();
    await enforcer.enforce('p', DELTAS);
    reads();
    await enforcer.enforce('q', DELTAS);
    expect(reads()).toBe(1);
  });

  test('each list once for 100 who ask at the same time', async () => {
    const { enforcer, limits } = await setUp();
    await Promise.all(Array.from({ length: 100 }, () => enforcer.enforce('p', DELTAS)));
    expect(limits.calls).toMatchObject({ registered: 1, project: 1 });
  });

  test('one refetch a second under 1,000 refusals', async () => {
    const { enforcer, limits, advance } = await setUp();
    await enforcer.enforce('p', DELTAS);
    for (let second = 1; second <= 3; second += 1) {
      advance(1000);
      const refused = Array.from({ length: 1000 }, () => enforcer.check('p', { r0: 6 }));
      expect((await Promise.all(refused)).every(({ isGranted }) => !isGranted)).toBe(true);
      for (let index = 0; index < 20; index += 1) await enforcer.check('p', { r0: 6 });
      expect(limits.calls).toMatchObject({ registered: 1 + second, project: 1 + second });
    }
  });

  test('1 for all projects together when prefetching', async () => {
    const { enforcer, limits } = await setUp({ prefetch: true });
    for (let index = 0; index < 50; index += 1) await enforcer.enforce(`p${String(index)}`, DELTAS);
    expect(limits.calls).toMatchObject({ registered: 1, project: 0, all: 1 });
  });
});

describe('staleness', () => {
  test('a raised limit counts for the very next request that would be refused', async () => {
    const { enforcer, limits, advance } = await setUp();
    await enforcer.enforce('p', { r0: 5 });
    limits.projects.p = { r0: 8 };
    advance(1);
    await enforcer.enforce('p', { r0: 8 });
  });

  test('a lowered limit counts within maxStale', async () => {
    const { enforcer, limits, advance } = await setUp({ maxStale: 10 });
    await enforcer.enforce('p', { r0: 5 });
    limits.projects.p = { r0: 1 };
    advance(9_999);
    await enforcer.enforce('p', { r0: 5 });
    advance(1);
    await expect(enforcer.enforce('p', { r0: 5 })).rejects.toThrow(ProjectOverLimitError);
  });

  test('maxStale 0 reads limits for every decision', async () => {
    const { enforcer, reads } = await setUp({ maxStale: 0 });
    for (let index = 0; index < 3; index += 1) await enforcer.enforce('p', DELTAS);
    expect(reads()).toBe(6);
  });

  test('a provider that tells of a change is read again at once', async () => {
    const { enforcer, limits } = await setUp();
    await enforcer.enforce('p', { r0: 5 });
    limits.registered.r0 = 1;
    limits.changed();
    await expect(enforcer.enforce('p', { r0: 5 })).rejects.toThrow(ProjectOverLimitError);
  });
});

describe('a provider that fails', () => {
  test('known limits admit up to the stale-if-error bound, then the policy decides', async () => {
    const { enforcer, limits, advance } = await setUp({ staleIfError: 60 });
    await enforcer.enforce('p', DELTAS);
    limits.fail(new Error('connection refused'));
    advance(60_000);
    await enforcer.enforce('p', DELTAS);
    advance(1_001);
    await expect(enforcer.enforce('p', DELTAS)).rejects.toThrow(LimitsUnavailableError);
    limits.fail(undefined);
    await enforcer.enforce('p', DELTAS);
  });

  test("onUnavailable: 'allow' lets requests pass", async () => {
    const { enforcer, limits } = await setUp({}, 'allow');
    limits.fail(new Error('connection refused'));
    await enforcer.enforce('p', DELTAS);
  });

  test('is not asked again for a while after it failed', async () => {
    const { enforcer, limits, advance, reads } = await setUp();
    await enforcer.enforce('p', DELTAS);
    limits.fail(new Error('connection refused'));
    advance(30_000);
    reads();
    for (let index = 0; index < 10; index += 1) await enforcer.enforce('p', DELTAS);
    expect(reads()).toBe(2);
    advance(1_000);
    await enforcer.enforce('p', DELTAS);
    expect(reads()).toBe(2);
  });

  test('a refusal stands when limits cannot be read again', async () => {
    const { enforcer, limits } = await setUp();
    await enforcer.enforce('p', DELTAS);
    limits.fail(new Error('connection refused'));
    await expect(enforcer.enforce('p', { r0: 6 })).rejects.toThrow(ProjectOverLimitError);
  });
});

describe('a second level', () => {
  test('spares a process what another has read', async () => {
    const kept = new Map<string, string>();
    const region = {
      get: (key: string): unknown => kept.get(key) ?? Symbol('NO_VALUE'),
      set: (key: string, value: string): unknown => kept.set(key, value),
    };
    const first = await setUp({ region });
    await first.enforcer.enforce('p', DELTAS);
    const second = await setUp({ region });
    await second.enforcer.enforce('p', DELTAS);
    expect([first.reads(), second.reads()]).toEqual([2, 0]);
  });

  test('that fails or lies is passed by', async () => {
    const region = {
      get: (): unknown => '{"at": 1e99, "value": "nonsense"}',
      set: (): unknown => Promise.reject(new Error('down')),
    };
    const { enforcer, reads } = await setUp({ region });
    await enforcer.enforce('p', DELTAS);
    expect(reads()).toBe(2);
  });
});
