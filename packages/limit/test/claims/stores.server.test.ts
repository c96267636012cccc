import { describeWithServer } from '@oslofjord/services';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { memoryClaims } from '../../src/claims/memory.ts';
import { postgresqlClaims, postgresqlClaimSchema } from '../../src/claims/postgresql.ts';
import { redisClaims } from '../../src/claims/redis.ts';
import type { ClaimStore } from '../../src/claims/store.ts';
import { claimStoreSuite } from '../../src/testing/claim-store-suite.ts';

describe('memory', () => {
  let now = 0;
  const shared = memoryClaims({ clock: () => now });
  // Two stores of one process share what they hold only when they are one store.
  const create = (): ClaimStore => ({
    name: 'memory',
    reserve: (claim) => shared.reserve(claim),
    renew: (claim) => shared.renew(claim),
    release: (claim) => shared.release(claim),
    held: (rootId, lines) => shared.held(rootId, lines),
  });
  claimStoreSuite(
    { describe, it },
    {
      create,
      wait: (milliseconds) => {
        now += milliseconds;
        return Promise.resolve();
      },
    },
  );
});

await describeWithServer({ describe, beforeAll, afterAll }, 'redis', {}, (server) => {
  const clients: Redis[] = [];
  const create = (): ClaimStore => {
    const client = new Redis(server().url);
    clients.push(client);
    return redisClaims(client);
  };
  afterAll(() => {
    for (const client of clients) client.disconnect();
  });
  claimStoreSuite({ describe, it }, { create });

  test('works again after the scripts were flushed', async () => {
    const client = new Redis(server().url);
    clients.push(client);
    await client.script('FLUSH');
    expect(await redisClaims(client).held('r', [{ nodeId: 'p', resourceName: 'a' }])).toEqual([0]);
  });

  test('leaves keys that end by themselves', async () => {
    const client = new Redis(server().url);
    clients.push(client);
    const lines = [{ nodeId: 'p', resourceName: 'a', amount: 1 }];
    await redisClaims(client, { prefix: 'tidy' }).reserve({ claimId: 'c', rootId: 'r', lines, ttl: 1000 });
    const keys = await client.keys('tidy:*');
    expect(keys.sort()).toEqual(['tidy:{r}:claims', 'tidy:{r}:expiry', 'tidy:{r}:sums']);
    for (const key of keys) expect(await client.pttl(key)).toBeGreaterThan(1000);
  });
});

await describeWithServer({ describe, beforeAll, afterAll }, 'postgresql', {}, (server) => {
  const pools: pg.Pool[] = [];
  const open = (): pg.Pool => {
    const pool = new pg.Pool({ connectionString: server().url });
    // `end` does not wait for the sessions: a server that is stopped next may end them first.
    pool.on('error', () => undefined);
    pools.push(pool);
    return pool;
  };
  const create = (): ClaimStore => postgresqlClaims(open());
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
  });
  claimStoreSuite({ describe, it }, { create });

  test('the schema can be made by a migration', async () => {
    const pool = open();
    await pool.query(postgresqlClaimSchema({ schema: 'migrated' }));
    const store = postgresqlClaims(pool, { schema: 'migrated' });
    expect(await store.held('r', [{ nodeId: 'p', resourceName: 'a' }])).toEqual([0]);
  });

  test('a name of a schema that is no plain name is refused', () => {
    expect(() =>
      postgresqlClaims({ query: () => Promise.reject(new Error('unused')) }, { schema: 'a; drop' }),
    ).toThrow('no plain name');
  });
});
