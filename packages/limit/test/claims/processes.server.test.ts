import { fork, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { skipReason, withServer, type Server } from '@oslofjord/services';
import { build } from 'esbuild';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresqlClaims } from '../../src/claims/postgresql.ts';
import { redisClaims } from '../../src/claims/redis.ts';
import { BOUNDS, NODES, RESOURCES, type RaceTask } from './race.ts';

const PROCESSES = 8;
const TRIES = 200;
const TTL = 1_000;
const skipped = (await skipReason('redis')) ?? (await skipReason('postgresql'));

describe.skipIf(skipped !== undefined)(
  `8 processes that race for 3 resources in a tree of 3 projects${skipped === undefined ? '' : ` (skipped: ${skipped})`}`,
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'oslofjord-limit-'));
    const worker = join(directory, 'worker.mjs');
    const running: Server[] = [];
    let redis: Redis;
    let pool: pg.Pool;

    beforeAll(async () => {
      running.push(await withServer('redis'), await withServer('postgresql'));
      redis = new Redis(running[0]?.url ?? '');
      pool = new pg.Pool({ connectionString: running[1]?.url ?? '' });
      pool.on('error', () => undefined); // `end` does not wait for the sessions, which the stopped server may end first
      await build({
        entryPoints: [fileURLToPath(new URL('race-worker.ts', import.meta.url))],
        outfile: worker,
        bundle: true,
        format: 'esm',
        platform: 'node',
        conditions: ['@oslofjord/source'],
        external: ['pg-native'],
        logLevel: 'error',
        banner: {
          js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
        },
      });
    }, 120_000);

    afterAll(async () => {
      redis.disconnect();
      await pool.end();
      for (const server of running) await server.stop();
      rmSync(directory, { recursive: true });
    });

    /** Lets processes race until each place has had its tries; answers how many were killed. */
    const race = async (task: RaceTask, isKilling: boolean): Promise<number> => {
      let killed = 0;
      const place = async (): Promise<void> => {
        for (let left = task.tries; left > 0;) {
          const argument = JSON.stringify({ ...task, tries: left });
          const child: ChildProcess = fork(worker, [argument], {
            stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
          });
          // Some tries after its start a process ends without a word, wherever it is.
          let fuse = isKilling ? 10 + randomInt(120) : Number.POSITIVE_INFINITY;
          child.on('message', () => {
            left -= 1;
            fuse -= 1;
            if (fuse === 0) setTimeout(() => child.kill('SIGKILL'), randomInt(4));
          });
          const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
            child.on('exit', (...ended) => {
              resolve(ended);
            });
          });
          if (signal === 'SIGKILL') killed += 1;
          else expect(code).toBe(0);
        }
      };
      await Promise.all(Array.from({ length: PROCESSES }, place));
      return killed;
    };

    const peaks = async (prefix: string): Promise<Readonly<Record<string, number>>> =>
      Object.fromEntries(
        Object.entries(await redis.hgetall(`${prefix}:peaks`)).map(([field, peak]) => [field, Number(peak)]),
      );

    const isOver = (found: Readonly<Record<string, number>>): boolean =>
      Object.entries(BOUNDS).some(([field, bound]) => (found[field] ?? 0) > bound);

    const lines = NODES.flatMap((nodeId) => RESOURCES.map((resourceName) => ({ nodeId, resourceName })));

    test.each(['redis', 'postgresql'] as const)(
      'claims in %s: with processes killed at random no limit is ever passed, and all claims are gone after their ttl',
      { timeout: 120_000 },
      async (kind) => {
        const prefix = `race-${kind}`;
        const postgresql = kind === 'postgresql' ? running[1]?.url : undefined;
        const task = {
          redis: running[0]?.url ?? '',
          postgresql,
          prefix,
          tries: TRIES,
          ttl: TTL,
          isNaive: false,
        };
        expect(await race(task, true)).toBeGreaterThan(0);
        const found = await peaks(prefix);
        expect(isOver(found), JSON.stringify(found)).toBe(false);
        // The race is one: somewhere nothing was left.
        expect(Object.entries(BOUNDS).some(([field, bound]) => (found[field] ?? 0) >= bound - 1)).toBe(true);
        await sleep(TTL);
        const store = kind === 'redis' ? redisClaims(redis, { prefix }) : postgresqlClaims(pool);
        expect((await store.held('A', lines)).every((amount) => amount === 0)).toBe(true);
      },
    );

    test('enforcing without claims passes limits in the same race', { timeout: 120_000 }, async () => {
      const prefix = 'race-naive';
      await race({ redis: running[0]?.url ?? '', prefix, tries: TRIES / 4, ttl: TTL, isNaive: true }, false);
      const found = await peaks(prefix);
      expect(isOver(found), JSON.stringify(found)).toBe(true);
    });
  },
);
