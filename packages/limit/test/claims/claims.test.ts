import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ClaimEvent } from '../../src/channels.ts';
import { memoryClaims } from '../../src/claims/memory.ts';
import type { ClaimStore } from '../../src/claims/store.ts';
import { createEnforcer } from '../../src/enforcer.ts';
import type { Enforcer } from '../../src/enforcer-interface.ts';
import { ClaimLostError, ClaimStoreError, ProjectOverLimitError } from '../../src/errors.ts';
import { createLimitFixture, usageFrom } from '../../src/testing/fixture.ts';

interface Setting {
  readonly enforcer: Enforcer;
  readonly usage: Record<string, Record<string, number>>;
  readonly store: ClaimStore;
  readonly held: (resourceName?: string) => Promise<number>;
}

const setUp = async (
  registered: Record<string, number>,
  options: { claims?: ClaimStore; ttl?: number; wait?: number } = {},
): Promise<Setting> => {
  const usage: Record<string, Record<string, number>> = { p: {} };
  const store = options.claims ?? memoryClaims();
  const enforcer = await createEnforcer({
    limits: createLimitFixture({ registered }),
    usage: usageFrom(usage),
    claims: store,
    claim: { ttl: options.ttl ?? 30, wait: options.wait ?? 0 },
  });
  const held = async (resourceName = 'r'): Promise<number> =>
    (await store.held('p', [{ nodeId: 'p', resourceName }]))[0] ?? -1;
  return { enforcer, usage, store, held };
};

describe('a claim', () => {
  test('is held while its work goes on, for all its resources, and gone afterwards', async () => {
    const { enforcer, held } = await setUp({ r: 5, s: 5 });
    const answer = await enforcer.claim('p', { r: 2, s: 3 }, async (claim) => {
      expect([claim.count, claim.deltas, await held('r'), await held('s')]).toEqual([
        1,
        { r: 2, s: 3 },
        2,
        3,
      ]);
      return 'made';
    });
    expect([answer, await held('r'), await held('s')]).toEqual(['made', 0, 0]);
  });

  test('is all or nothing: one resource that is over leaves no claim of the others', async () => {
    const { enforcer, held } = await setUp({ r: 5, s: 2 });
    await expect(enforcer.claim('p', { r: 2, s: 3 }, () => 'made')).rejects.toThrow(ProjectOverLimitError);
    expect(await held('r')).toBe(0);
  });

  test('is released when its work fails, whose error comes through', async () => {
    const { enforcer, held } = await setUp({ r: 5 });
    const failure = new Error('no disk left');
    await expect(enforcer.claim('p', { r: 2 }, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await held()).toBe(0);
  });

  test('counts against others as usage does, and says so', async () => {
    const { enforcer, usage } = await setUp({ r: 5 });
    usage.p = { r: 1 };
    const claim = await enforcer.hold('p', { r: 3 });
    const error: unknown = await enforcer.hold('p', { r: 2 }).catch((reason: unknown) => reason);
    expect((error as ProjectOverLimitError).overLimitInfoList).toMatchObject([
      { limit: 5, currentUsage: 4, claimed: 3, delta: 2 },
    ]);
    await claim.release();
    await (await enforcer.hold('p', { r: 4 })).release();
  });

  test('waits for claims that are in the way, not for usage that is', async () => {
    const { enforcer, usage } = await setUp({ r: 5 }, { wait: 5 });
    const first = await enforcer.hold('p', { r: 5 });
    const second = enforcer.hold('p', { r: 1 });
    await sleep(20);
    await first.release();
    await (await second).release();
    usage.p = { r: 5 };
    const start = performance.now();
    await expect(enforcer.hold('p', { r: 1 })).rejects.toThrow(ProjectOverLimitError);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test('gives back without a claim, and rechecks with a delta of 0', async () => {
    const { enforcer, usage } = await setUp({ r: 5 });
    usage.p = { r: 5 };
    expect(await enforcer.claim('p', { r: -2 }, () => 'freed')).toBe('freed');
    expect(await enforcer.claim('p', { r: 0 }, () => 'within')).toBe('within');
  });

  test('is renewed while its work goes on longer than its ttl', async () => {
    const { enforcer, held } = await setUp({ r: 5 }, { ttl: 0.15 });
    await enforcer.claim('p', { r: 5 }, async (claim) => {
      await sleep(400);
      expect([claim.signal.aborted, await held()]).toEqual([false, 5]);
    });
  });

  test('that was lost aborts its signal and fails its work', async () => {
    const { enforcer, store } = await setUp({ r: 5 }, { ttl: 0.1 });
    const work = enforcer.claim('p', { r: 1 }, async (claim) => {
      await store.release({ claimId: claim.id, rootId: 'p', lines: [], ttl: 0 });
      await new Promise((resolve) => {
        claim.signal.addEventListener('abort', resolve);
      });
    });
    await expect(work).rejects.toThrow(ClaimLostError);
  });

  test('that expired while its process stood still fails at its release', async () => {
    const { enforcer, store } = await setUp({ r: 5 });
    const claim = await enforcer.hold('p', { r: 1 });
    await store.release({ claimId: claim.id, rootId: 'p', lines: [], ttl: 0 });
    await expect(claim.release()).rejects.toThrow(/Undo what was created/u);
  });

  test('cannot be made without its store, and outlives a store that fails at its release', async () => {
    let isDown = true;
    const memory = memoryClaims();
    const fail = <T>(run: () => Promise<T>): Promise<T> =>
      isDown ? Promise.reject(new Error('connection refused')) : run();
    const claims: ClaimStore = {
      name: 'flaky',
      reserve: (claim) => fail(() => memory.reserve(claim)),
      renew: (claim) => fail(() => memory.renew(claim)),
      release: (claim) => fail(() => memory.release(claim)),
      held: (rootId, lines) => memory.held(rootId, lines),
    };
    const { enforcer, held } = await setUp({ r: 5 }, { claims });
    await expect(enforcer.claim('p', { r: 1 }, () => 'made')).rejects.toThrow(ClaimStoreError);
    isDown = false;
    const events: ClaimEvent['event'][] = [];
    const listen = (event: unknown): void => void events.push((event as ClaimEvent).event);
    subscribe('oslofjord:limit:claim', listen);
    const answer = await enforcer.claim('p', { r: 1 }, () => {
      isDown = true;
      return 'made';
    });
    unsubscribe('oslofjord:limit:claim', listen);
    expect([answer, await held(), events]).toEqual(['made', 1, ['reserved', 'release-failed']]);
  });

  test('with an aborted signal is not made', async () => {
    const { enforcer } = await setUp({ r: 5 });
    const reason = new Error('client went away');
    await expect(enforcer.hold('p', { r: 1 }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('claimUpTo', () => {
  test('grants as many units as fit and claims no more', async () => {
    const { enforcer, usage, held } = await setUp({ r: 10, s: 100 });
    usage.p = { r: 3 };
    const count = await enforcer.claimUpTo('p', { r: 2, s: 1 }, { max: 8 }, async (claim) => {
      expect([await held('r'), await held('s')]).toEqual([6, 3]);
      return claim.count;
    });
    expect(count).toBe(3);
  });

  test('refuses when fewer than the least fit', async () => {
    const { enforcer, held } = await setUp({ r: 3 });
    const error: unknown = await enforcer
      .claimUpTo('p', { r: 2 }, { min: 2, max: 8 }, () => 'made')
      .catch((reason: unknown) => reason);
    expect((error as ProjectOverLimitError).overLimitInfoList).toMatchObject([
      { resourceName: 'r', delta: 4 },
    ]);
    expect(await held()).toBe(0);
  });
});

describe('a lease', () => {
  test('asks the store once for a block, and never admits more than the limit among several', async () => {
    const { enforcer, usage, held } = await setUp({ r: 100 });
    let created = 0;
    let peak = 0;
    const create = (): void => {
      created += 1;
      peak = Math.max(peak, created);
      usage.p = { r: created };
    };
    const leases = Array.from({ length: 4 }, () => enforcer.lease('p', { r: 1 }, { block: 20 }));
    let refused = 0;
    for (let round = 0; round < 40; round += 1) {
      const outcomes = await Promise.allSettled(leases.map((lease) => lease.use(create)));
      refused += outcomes.filter(({ status }) => status === 'rejected').length;
    }
    expect([created, peak, refused]).toEqual([100, 100, 60]);
    for (const lease of leases) await lease.close();
    expect(await held()).toBe(0);
    expect(leases.reduce((sum, { stats }) => sum + stats.blocks, 0)).toBeLessThanOrEqual(10);
  });

  test('gives back what it did not use when it is closed, and what is at work when that is done', async () => {
    const { enforcer, held } = await setUp({ r: 100 });
    const lease = enforcer.lease('p', { r: 2 }, { block: 10 });
    let finish: () => void = () => undefined;
    const work = lease.use(() => new Promise<void>((resolve) => (finish = resolve)));
    await sleep(5);
    await lease.close();
    expect(await held()).toBe(20);
    finish();
    await work;
    expect(await held()).toBe(0);
    await expect(lease.use(() => 'late')).rejects.toThrow(/closed lease/u);
  });
});
