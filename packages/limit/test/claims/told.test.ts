import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ClaimEvent, EnforceEvent, SoftLimitEvent, ThresholdEvent } from '../../src/channels.ts';
import { memoryClaims } from '../../src/claims/memory.ts';
import type { ClaimStore } from '../../src/claims/store.ts';
import { createEnforcer } from '../../src/enforcer.ts';
import type { Enforcer } from '../../src/enforcer-interface.ts';
import { ClaimLostError, ClaimStoreError, ProjectOverLimitError } from '../../src/errors.ts';
import { createLimitFixture } from '../../src/testing/fixture.ts';

/** What is told on a channel until the test is over. */
const toldOn = <Event>(name: 'enforce' | 'soft' | 'threshold' | 'claim'): Event[] => {
  const told: Event[] = [];
  const listen = (event: unknown): void => void told.push(event as Event);
  subscribe(`oslofjord:limit:${name}`, listen);
  onTestFinished(() => void unsubscribe(`oslofjord:limit:${name}`, listen));
  return told;
};

interface Setting {
  readonly enforcer: Enforcer;
  /** Used of `r` by every project. */
  used: number;
  /** What the usage callback does before it answers. */
  counting: () => void;
  /** Steps of the store that fail. */
  readonly failing: Set<keyof ClaimStore>;
  /** The claims, where no step fails. */
  readonly store: ClaimStore;
}

const setUp = async (
  registered: Record<string, number>,
  { ttl = 30, wait = 0 }: { ttl?: number; wait?: number } = {},
): Promise<Setting> => {
  const store = memoryClaims();
  const failing = new Set<keyof ClaimStore>();
  const step = async <T>(name: keyof ClaimStore, run: () => Promise<T>): Promise<T> => {
    if (failing.has(name)) throw new Error(`no ${name} today`);
    return run();
  };
  const claims: ClaimStore = {
    name: 'failing',
    reserve: (claim) => step('reserve', () => store.reserve(claim)),
    renew: (claim) => step('renew', () => store.renew(claim)),
    release: (claim) => step('release', () => store.release(claim)),
    held: (rootId, lines) => store.held(rootId, lines),
  };
  const setting = { used: 0, counting: (): void => undefined, failing, store };
  const enforcer = await createEnforcer({
    limits: createLimitFixture({ registered }),
    usage: (_project, names) => {
      setting.counting();
      return Object.fromEntries(names.map((name) => [name, setting.used]));
    },
    claims,
    claim: { ttl, wait },
  });
  return Object.assign(setting, { enforcer });
};

describe('the decision about a claim', () => {
  test('is told as that of enforce, as one of a claim', async () => {
    const { enforcer } = await setUp({ r: 5 });
    const told = toldOn<EnforceEvent>('enforce');
    await enforcer.enforce('p', { r: 2 });
    await enforcer.claim('p', { r: 2 }, () => 'made');
    const [first, second, ...more] = told;
    expect(first).toMatchObject({ operation: 'enforce', projectId: 'p', granted: true, over: [] });
    expect(second).toEqual({ ...first, operation: 'claim', age: second?.age });
    expect(second?.age).toBeGreaterThanOrEqual(0);
    expect(more).toEqual([]);
  });

  test('is told before the work begins', async () => {
    const { enforcer } = await setUp({ r: 5 });
    const told = toldOn<EnforceEvent>('enforce');
    await enforcer.claim('p', { r: 2 }, () => expect(told).toHaveLength(1));
  });

  test('is told when it is refused, once and with what is over', async () => {
    const setting = await setUp({ r: 5 });
    setting.used = 4;
    const told = toldOn<EnforceEvent>('enforce');
    const error: unknown = await setting.enforcer.hold('p', { r: 2 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProjectOverLimitError);
    expect(told).toMatchObject([{ operation: 'claim', projectId: 'p', granted: false }]);
    expect(told[0]?.over).toEqual((error as ProjectOverLimitError).overLimitInfoList);
  });

  test('is told once, however long it waits for claims of others', async () => {
    const { enforcer } = await setUp({ r: 1 }, { wait: 5 });
    const first = await enforcer.hold('p', { r: 1 });
    const told = toldOn<EnforceEvent>('enforce');
    const claims = toldOn<ClaimEvent>('claim');
    const second = enforcer.hold('p', { r: 1 });
    await sleep(60);
    expect(told).toEqual([]);
    await first.release();
    await (await second).release();
    expect(told).toMatchObject([{ operation: 'claim', granted: true, over: [] }]);
    // It did wait: its first tries were refused.
    expect(claims.filter(({ event }) => event === 'refused').length).toBeGreaterThan(0);
  });

  test('is a grant when fewer units are granted than were asked for', async () => {
    const { enforcer } = await setUp({ r: 5 });
    const told = toldOn<EnforceEvent>('enforce');
    await enforcer.claimUpTo('p', { r: 2 }, { max: 9 }, ({ count }) => expect(count).toBe(2));
    await expect(enforcer.claimUpTo('p', { r: 3 }, { min: 2, max: 9 }, () => 'made')).rejects.toThrow(
      ProjectOverLimitError,
    );
    expect(told).toMatchObject([
      { operation: 'claim', granted: true, over: [] },
      { operation: 'claim', granted: false, over: [{ resourceName: 'r', delta: 6 }] },
    ]);
  });

  test('of a lease is told for each block', async () => {
    const { enforcer } = await setUp({ r: 5 });
    const told = toldOn<EnforceEvent>('enforce');
    const lease = enforcer.lease('p', { r: 1 }, { block: 2 });
    for (let index = 0; index < 3; index += 1) await lease.use(() => 'made');
    await lease.close();
    expect(told.map(({ operation, granted }) => [operation, granted])).toEqual([
      ['claim', true],
      ['claim', true],
    ]);
  });

  test('is not told where there is none: usage could not be counted, or the store failed', async () => {
    const setting = await setUp({ r: 5 });
    const told = toldOn<EnforceEvent>('enforce');
    setting.counting = (): void => {
      throw new Error('no database');
    };
    await expect(setting.enforcer.hold('p', { r: 1 })).rejects.toThrow('no database');
    setting.failing.add('reserve');
    await expect(setting.enforcer.hold('p', { r: 1 })).rejects.toThrow(ClaimStoreError);
    expect(told).toEqual([]);
  });
});

describe('a claim that takes usage past a share of a limit', () => {
  test('says so, as enforce does', async () => {
    const setting = await setUp({ r: 100 });
    setting.used = 79;
    const told = toldOn<ThresholdEvent>('threshold');
    await setting.enforcer.enforce('p', { r: 1 });
    await setting.enforcer.claim('p', { r: 1 }, () => 'made');
    const event: ThresholdEvent = {
      projectId: 'p',
      resourceName: 'r',
      limit: 100,
      usage: 80,
      threshold: 0.8,
    };
    expect(told).toEqual([event, event]);
  });

  test('says so of what is granted, not of what was asked for, and not when it is refused', async () => {
    const setting = await setUp({ r: 100 });
    setting.used = 70;
    const told = toldOn<ThresholdEvent>('threshold');
    await setting.enforcer.claimUpTo('p', { r: 20 }, { max: 2 }, ({ count }) => expect(count).toBe(1));
    await expect(setting.enforcer.hold('p', { r: 31 })).rejects.toThrow(ProjectOverLimitError);
    expect(told).toMatchObject([{ usage: 90, threshold: 0.8 }]);
  });

  test('says so when only together with claims of others it does', async () => {
    const setting = await setUp({ r: 100 });
    setting.used = 78;
    const told = toldOn<ThresholdEvent>('threshold');
    const first = await setting.enforcer.hold('p', { r: 1 });
    expect(told).toEqual([]);
    const second = await setting.enforcer.hold('p', { r: 1 });
    expect(told).toMatchObject([{ usage: 80, threshold: 0.8 }]);
    await Promise.all([first.release(), second.release()]);
  });
});

describe('a claim that passes a soft limit', () => {
  const softly = async (wait = 0): Promise<{ enforcer: Enforcer; told: SoftLimitEvent[] }> => {
    const enforcer = await createEnforcer({
      limits: createLimitFixture({ registered: { soft: 1, hard: 3 } }),
      usage: () => ({ soft: 0, hard: 0 }),
      claim: { wait },
      soft: ['soft'],
    });
    return { enforcer, told: toldOn<SoftLimitEvent>('soft') };
  };

  test('is granted and says so, once, however long it waits', async () => {
    const { enforcer, told } = await softly(5);
    const first = await enforcer.hold('p', { hard: 3 });
    const second = enforcer.hold('p', { soft: 2, hard: 1 });
    await sleep(60);
    expect(told).toEqual([]);
    await first.release();
    await (await second).release();
    expect(told).toMatchObject([{ projectId: 'p', over: [{ resourceName: 'soft', delta: 2 }] }]);
  });

  test('is refused only for what is not soft, and then passes nothing', async () => {
    const { enforcer, told } = await softly();
    const error: unknown = await enforcer.hold('p', { soft: 2, hard: 4 }).catch((reason: unknown) => reason);
    expect((error as ProjectOverLimitError).overLimitInfoList).toMatchObject([{ resourceName: 'hard' }]);
    expect(told).toEqual([]);
  });

  test('is granted as many units as the other limits have room for', async () => {
    const { enforcer, told } = await softly();
    const count = await enforcer.claimUpTo('p', { soft: 1, hard: 1 }, { max: 9 }, (claim) => claim.count);
    expect(count).toBe(3);
    expect(told).toMatchObject([{ over: [{ resourceName: 'soft', delta: 3 }] }]);
  });
});

describe('the end of a claim', () => {
  /** What was told of each claim, in order. */
  const storiesOf = (told: readonly ClaimEvent[]): string[] => {
    const stories = new Map<string, string[]>();
    for (const { claimId, event } of told) stories.set(claimId, [...(stories.get(claimId) ?? []), event]);
    return [...stories.values()].map((story) => story.join(', '));
  };

  test('is told when usage could not be counted, with the reason', async () => {
    const setting = await setUp({ r: 5 });
    const told = toldOn<ClaimEvent>('claim');
    const failure = new Error('no database');
    setting.counting = (): void => {
      throw failure;
    };
    await expect(setting.enforcer.hold('p', { r: 1 })).rejects.toBe(failure);
    expect(storiesOf(told)).toEqual(['reserved, released']);
    expect(told[1]?.error).toBe(failure);
    expect(await setting.store.held('p', [{ nodeId: 'p', resourceName: 'r' }])).toEqual([0]);
  });

  test('is told when it cannot be made smaller, and nothing stays in the way', async () => {
    const setting = await setUp({ r: 5 });
    const told = toldOn<ClaimEvent>('claim');
    setting.counting = (): void => void setting.failing.add('reserve');
    await expect(setting.enforcer.claimUpTo('p', { r: 1 }, { max: 9 }, () => 'made')).rejects.toThrow(
      ClaimStoreError,
    );
    expect(storiesOf(told)).toEqual(['reserved, released']);
    expect(await setting.store.held('p', [{ nodeId: 'p', resourceName: 'r' }])).toEqual([0]);
  });

  test('is told of one that holds nothing, since it gives back', async () => {
    const setting = await setUp({ r: 5 });
    const told = toldOn<ClaimEvent>('claim');
    await setting.enforcer.claim('p', { r: -1 }, () => 'freed');
    setting.counting = (): void => {
      throw new Error('no database');
    };
    await expect(setting.enforcer.claim('p', { r: -1 }, () => 'freed')).rejects.toThrow('no database');
    expect(storiesOf(told)).toEqual(['reserved, released', 'reserved, released']);
  });

  test('is told once, whatever fails', async () => {
    const setting = await setUp({ r: 5 }, { ttl: 0.06 });
    const { enforcer, failing } = setting;
    const told = toldOn<ClaimEvent>('claim');
    await enforcer.claim('p', { r: 1 }, () => void failing.add('release'));
    // Refused, and the store does not take it back.
    await expect(enforcer.hold('p', { r: 9 })).rejects.toThrow(ProjectOverLimitError);
    // Not counted, and the store does not take it back.
    setting.counting = (): void => {
      throw new Error('no database');
    };
    await expect(enforcer.hold('p', { r: 1 })).rejects.toThrow('no database');
    expect(storiesOf(told)).toEqual([
      'reserved, release-failed',
      'reserved, release-failed',
      'reserved, release-failed',
    ]);
    setting.counting = (): void => undefined;
    told.length = 0;
    // Never renewed, so that it expires under its work: lost, and not released besides.
    failing.add('renew');
    const lost = await enforcer.hold('q', { r: 1 });
    await new Promise((resolve) => {
      lost.signal.addEventListener('abort', resolve);
    });
    await expect(lost.release()).rejects.toThrow(ClaimLostError);
    const ends = told.filter(({ event }) => event !== 'renew-failed');
    expect(storiesOf(ends)).toEqual(['reserved, lost']);
  });
});
