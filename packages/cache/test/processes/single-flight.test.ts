import { expect, it } from 'vitest';
import { serverOrSkip } from '@oslofjord/services';
import { startCrew } from './crew.ts';

const TAKES = 200;
const kinds = ['memcached', 'redis', 'etcd'] as const;

interface Created {
  readonly calls: number;
  readonly slowest: number;
  /** How long the creator's pause alone took in that process: what the machine adds by itself. */
  readonly baseline: number;
  readonly values: readonly unknown[];
}

it.each(kinds)(
  '4 processes with 1,000 callers each call one creator through %s, and nobody waits much longer than it takes',
  { timeout: 60_000 },
  async (kind) => {
    const { server } = await serverOrSkip(kind, { own: true });
    if (server === undefined) return;
    await using running = server;
    await using crew = await startCrew(4, { kind, port: running.port });
    for (let round = 0; round < 3; round += 1) {
      const orders = crew.workers.map(async (worker, index) =>
        worker.ask({ op: 'create', key: `cold ${String(round)}`, callers: 1000, takes: TAKES, value: index }),
      );
      const created = (await Promise.all(orders)) as readonly Created[];
      const shown = JSON.stringify(created);
      expect(
        created.reduce((sum, { calls }) => sum + calls, 0),
        shown,
      ).toBe(1);
      expect(new Set(created.flatMap(({ values }) => values)).size, shown).toBe(1);
      // The first round also warms up each process.
      if (round > 0) {
        const slowest = Math.max(...created.map((each) => each.slowest));
        const baseline = Math.max(TAKES, ...created.map((each) => each.baseline));
        // etcd writes each step of a lease to disk, which the pause does not show.
        expect(slowest, shown).toBeLessThanOrEqual(baseline + (kind === 'etcd' ? 400 : 150));
      }
    }
  },
);

it.each(kinds)(
  '3 processes that ask for overlapping keys through %s create each of them once, and none waits for ever',
  { timeout: 60_000 },
  async (kind) => {
    const { server } = await serverOrSkip(kind, { own: true });
    if (server === undefined) return;
    await using running = server;
    await using crew = await startCrew(3, { kind, port: running.port });
    for (let round = 0; round < 5; round += 1) {
      const keys = Array.from({ length: 12 }, (_, index) => `many ${String(round)} ${String(index)}`);
      const orders = crew.workers.map(async (worker, index) =>
        worker.ask({ op: 'createMany', key: '', keys: keys.slice(index * 2, index * 2 + 8), takes: 30 }),
      );
      const created = (await Promise.all(orders)) as readonly Created[];
      const shown = JSON.stringify(created);
      expect(
        created.reduce((sum, { calls }) => sum + calls, 0),
        shown,
      ).toBe(12);
      const known = new Map<string, unknown>();
      for (const [index, { values }] of created.entries()) {
        for (const [place, value] of values.entries()) {
          const key = keys[index * 2 + place] ?? '';
          expect(known.get(key) ?? value, shown).toBe(value);
          known.set(key, value);
        }
      }
    }
  },
);

it.each(kinds)(
  'a process that dies while it creates holds up the others through %s no longer than its lease',
  { timeout: 60_000 },
  async (kind) => {
    const { server } = await serverOrSkip(kind, { own: true });
    if (server === undefined) return;
    await using running = server;
    await using crew = await startCrew(2, { kind, port: running.port, leaseTime: '1s' });
    const [first, second] = crew.workers;
    void first?.ask({ op: 'create', key: 'orphan', takes: 60_000, value: 1 });
    await new Promise((resolve) => {
      setTimeout(resolve, 400);
    });
    await first?.kill();
    const killed = Date.now();
    const answer = (await second?.ask({ op: 'create', key: 'orphan', takes: 1, value: 2 })) as Created;
    expect(answer.values).toEqual([2]);
    // Servers count in whole seconds, so a lease of one may last almost two; etcd looks twice a second.
    expect(Date.now() - killed).toBeLessThanOrEqual(kind === 'etcd' ? 3500 : 2500);
  },
);
