import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from 'vitest';
import { createEnforcer } from './enforcer.ts';
import type { Enforcer } from './enforcer-interface.ts';
import type { EnforcerOptions } from './enforcer-options.ts';
import { InvalidArgumentError, ProjectOverLimitError, UnsupportedModelError } from './errors.ts';
import { createLimitFixture, usageFrom, type FixtureOptions } from './testing/fixture.ts';
import type { UsageCall } from './usage.ts';

const enforcerOf = (
  fixture: FixtureOptions,
  usage: Record<string, Record<string, number>> = {},
  options: Partial<EnforcerOptions> = {},
): Promise<Enforcer> =>
  createEnforcer({ limits: createLimitFixture(fixture), usage: usageFrom(usage), ...options });

const overOf = async (run: Promise<unknown>): Promise<ProjectOverLimitError> => {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProjectOverLimitError);
  return error as ProjectOverLimitError;
};

describe('enforce', () => {
  test('lets a project have what its limits leave', async () => {
    const enforcer = await enforcerOf({ registered: { volumes: 10 } }, { p: { volumes: 9 } });
    await enforcer.enforce('p', { volumes: 1 });
    const error = await overOf(enforcer.enforce('p', { volumes: 2 }));
    expect(error.message).toBe(
      'Project p is over a limit for [Resource volumes is over limit of 10 due to current usage 9 and delta 2]',
    );
  });

  test('names everything that is over, in order of name', async () => {
    const enforcer = await enforcerOf({ registered: { b: 1, a: 1, c: 9 } });
    const error = await overOf(enforcer.enforce('p', { c: 1, b: 2, a: 2 }));
    expect(error.overLimitInfoList.map(({ resourceName }) => resourceName)).toEqual(['a', 'b']);
  });

  test('tells a limit of 0 from one that nobody registered', async () => {
    const enforcer = await enforcerOf({ registered: { none: 0 } });
    const { overLimitInfoList } = await overOf(enforcer.enforce('p', { none: 1, unknown: 1 }));
    expect(overLimitInfoList.map(({ reason }) => reason)).toEqual(['exceeded', 'unregistered']);
  });

  test('lets unregistered resources pass where that is the policy', async () => {
    const asked = { known: 1, unknown: 1 };
    await (await enforcerOf({ registered: { known: 1 } }, {}, { missing: 'allow' })).enforce('p', asked);
    await (
      await enforcerOf({ registered: { known: 1 } }, {}, { missing: { ignore: ['unknown'] } })
    ).enforce('p', asked);
    const strict = await enforcerOf({ registered: { known: 1 } }, {}, { missing: { require: ['unknown'] } });
    await overOf(strict.enforce('p', asked));
  });

  test('hands context and signal to the callback, and asks once with all names in order', async () => {
    const seen: [string | null, readonly string[], UsageCall][] = [];
    const enforcer = await enforcerOf(
      { registered: { a: 1, b: 1 } },
      {},
      {
        usage: (projectId, names, call) => {
          seen.push([projectId, names, call]);
          return { a: 0, b: 0 };
        },
      },
    );
    const { signal } = new AbortController();
    await enforcer.enforce('p', { b: 1, a: 1 }, { context: 'mine', signal });
    expect(seen).toEqual([['p', ['a', 'b'], { context: 'mine', signal, purpose: 'decision' }]]);
  });

  test('rejects with the reason of a signal that was aborted before', async () => {
    const enforcer = await enforcerOf({ registered: { a: 1 } });
    const reason = new Error('client went away');
    await expect(enforcer.enforce('p', { a: 1 }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('only reports soft limits', async () => {
    const events: unknown[] = [];
    const listen = (event: unknown): void => void events.push(event);
    subscribe('oslofjord:limit:soft', listen);
    try {
      const enforcer = await enforcerOf({ registered: { soft: 1, hard: 1 } }, {}, { soft: ['soft'] });
      await enforcer.enforce('p', { soft: 2, hard: 1 });
      await overOf(enforcer.enforce('p', { soft: 1, hard: 2 }));
      // What is refused, or only asked for, passes no limit.
      const { overLimitInfoList } = await overOf(enforcer.enforce('p', { soft: 2, hard: 2 }));
      expect(overLimitInfoList.map(({ resourceName }) => resourceName)).toEqual(['hard']);
      expect((await enforcer.fit('p', { soft: 2, hard: 1 })).count).toBe(1);
      expect(events).toMatchObject([{ projectId: 'p', over: [{ resourceName: 'soft', delta: 2 }] }]);
    } finally {
      unsubscribe('oslofjord:limit:soft', listen);
    }
  });

  test('reports when usage passes a share of a limit', async () => {
    const events: unknown[] = [];
    const listen = (event: unknown): void => void events.push(event);
    subscribe('oslofjord:limit:threshold', listen);
    try {
      const enforcer = await enforcerOf({ registered: { a: 100 } }, { p: { a: 79 }, q: { a: 85 } });
      await enforcer.enforce('p', { a: 1 });
      await enforcer.enforce('q', { a: 1 });
      expect(events).toEqual([{ projectId: 'p', resourceName: 'a', limit: 100, usage: 80, threshold: 0.8 }]);
    } finally {
      unsubscribe('oslofjord:limit:threshold', listen);
    }
  });
});

describe('check', () => {
  test('answers with everything that was compared instead of throwing', async () => {
    const enforcer = await enforcerOf(
      { registered: { a: 5 }, projects: { p: { b: 2 } } },
      { p: { a: 5, b: 2 } },
    );
    const verdict = await enforcer.check('p', { a: 0, b: 1 });
    expect(verdict).toMatchObject({
      isGranted: false,
      over: [{ resourceName: 'b', limit: 2, currentUsage: 2, delta: 1 }],
      limits: [
        { resourceName: 'a', limit: 5, usage: 5, isDefault: true },
        { resourceName: 'b', limit: 2, usage: 2, isDefault: false },
      ],
    });
  });
});

describe('fit', () => {
  test('says how many units fit and what binds', async () => {
    const enforcer = await enforcerOf(
      { registered: { cores: 20, ram: 65_536 } },
      { p: { cores: 4, ram: 8192 } },
    );
    const fit = await enforcer.fit('p', { cores: 4, ram: 8192 }, { max: 100 });
    expect(fit).toMatchObject({ count: 4, binding: { resourceName: 'cores', free: 16 } });
  });

  test('is unbounded without limits, and stops at the maximum', async () => {
    const enforcer = await enforcerOf({ registered: { a: -1 } });
    expect(await enforcer.fit('p', { a: 1 })).toEqual({
      count: Number.POSITIVE_INFINITY,
      binding: undefined,
    });
    expect(await enforcer.fit('p', { a: 1 }, { max: 7 })).toEqual({ count: 7, binding: undefined });
  });

  test('refuses a unit that needs nothing', async () => {
    const enforcer = await enforcerOf({ registered: { a: 1 } });
    await expect(enforcer.fit('p', { a: 0 })).rejects.toThrow(InvalidArgumentError);
    await expect(enforcer.fit('p', { a: -1 })).rejects.toThrow(InvalidArgumentError);
  });
});

describe('a request', () => {
  test('goes by the same limits all through, and carries its context', async () => {
    const limits = createLimitFixture({ registered: { a: 5 } });
    const contexts: unknown[] = [];
    const enforcer = await createEnforcer({
      limits,
      cache: { maxStale: 0 },
      usage: (_, names, { context }) => {
        contexts.push(context);
        return Object.fromEntries(names.map((name) => [name, 0]));
      },
    });
    const request = enforcer.request({ user: 'u' });
    await request.enforce('p', { a: 5 });
    limits.registered.a = 1;
    await request.enforce('p', { a: 5 });
    await overOf(enforcer.enforce('p', { a: 5 }));
    expect(contexts[0]).toEqual({ user: 'u' });
  });
});

describe('making an enforcer', () => {
  test('refuses models that it does not know', async () => {
    await expect(enforcerOf({ model: 'five_level' })).rejects.toThrow(UnsupportedModelError);
  });

  test('names every option that makes no sense', async () => {
    const wrong = { cache: { maxStale: 'soon' as never, maxProjects: 0 }, thresholds: [-1] };
    await expect(enforcerOf({}, {}, wrong)).rejects.toThrow(
      /cache\.maxStale.*cache\.maxProjects.*thresholds/su,
    );
  });

  test('needs a usage callback', async () => {
    await expect(enforcerOf({}, {}, { usage: null as never })).rejects.toThrow(
      'usage_callback must be a callable function.',
    );
  });

  test("does as oslo.limit with compat: 'oslo'", async () => {
    const enforcer = await enforcerOf(
      { registered: { a: 10 } },
      {},
      { compat: 'oslo', usage: () => ({ a: '9' as never }) },
    );
    await enforcer.enforce('p', { a: 1 });
    const error = await overOf(enforcer.enforce('p', { a: 2 }));
    expect(error.overLimitInfoList).toEqual([{ resourceName: 'a', limit: 10, currentUsage: 9, delta: 2 }]);
  });
});
