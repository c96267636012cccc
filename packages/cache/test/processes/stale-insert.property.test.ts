// Law: once a deletion is acknowledged, no read in any process answers a value whose creation began before it.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { serverOrSkip } from '@oslofjord/services';
import { effort, trials } from '../property.ts';
import { startCrew } from './crew.ts';

const step = fc.record({
  process: fc.nat(2),
  op: fc.constantFrom('create', 'create', 'createMany', 'delete', 'set'),
  takes: fc.nat(6),
  pause: fc.nat(4),
});

const sleep = async (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

it.each(['memcached', 'redis'] as const)(
  'what is deleted or overwritten during its creation in another process is never stored in %s',
  { timeout: 120_000 * Math.max(1, effort) },
  async (kind) => {
    const { server } = await serverOrSkip(kind, { own: true });
    if (server === undefined) return;
    await using running = server;
    await using crew = await startCrew(3, { kind, port: running.port });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
        round += 1;
        const key = `key ${String(round)}`;
        const keys = [key, `companion ${String(round)}`];
        // Values are the moments at which their creation began.
        let lastChange = 0n;
        const open: Promise<unknown>[] = [];
        for (const { process: at, op, takes, pause } of steps) {
          const asked = crew.workers[at]?.ask({ op, key, keys, takes });
          if (op === 'create' || op === 'createMany') {
            open.push(asked ?? Promise.resolve());
            await sleep(pause);
          } else {
            lastChange = BigInt((await asked) as string);
          }
        }
        const [reader] = crew.workers;
        const early = await reader?.ask({ op: 'get', key });
        if (typeof early === 'string') expect(BigInt(early)).toBeGreaterThanOrEqual(lastChange);
        await Promise.all(open);
        for (const worker of crew.workers) {
          const late = await worker.ask({ op: 'get', key });
          if (typeof late === 'string') expect(BigInt(late)).toBeGreaterThanOrEqual(lastChange);
        }
      }),
      trials(150),
    );
  },
);
