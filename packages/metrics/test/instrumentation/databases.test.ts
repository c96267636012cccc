import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, it } from 'vitest';
import { serverOrSkip } from '@oslofjord/services';
import { renderText } from '../../src/exposition/text.ts';
import { instrumentIoredis } from '../../src/instrumentation/ioredis.ts';
import { instrumentPg } from '../../src/instrumentation/pg.ts';
import { createMetrics, type Registry } from '../../src/registry.ts';

const counts = (registry: Registry, name: string): string[] =>
  renderText(registry)
    .split('\n')
    .filter((line) => line.startsWith(`${name}_count`))
    .map((line) => line.slice(name.length + '_count'.length))
    .sort();

it("a pool's queries on PostgreSQL are measured by their first word, failures by SQLSTATE, and so are its connections", async ({
  skip,
}) => {
  const { server, skipped } = await serverOrSkip('postgresql');
  if (server === undefined) {
    skip(skipped);
    return;
  }
  await using running = server;
  const metrics = createMetrics();
  const plain = new pg.Pool({ connectionString: running.url, max: 3 });
  plain.on('error', () => undefined); // `end` does not wait for the sessions, which the stopped server may end first
  const pool = instrumentPg(metrics, plain, { pool: 'main', conventions: 'dup' });
  const { rows } = await pool.query<{ n: number }>('select $1::int as n', [5]);
  expect(rows).toEqual([{ n: 5 }]);
  await expect(pool.query('select * from no_such_table')).rejects.toThrow('no_such_table');
  const client = await pool.connect();
  await client.query('begin');
  await client
    .query({ text: '  INSERT into no_such_table values ($1)', values: ['s3cret'] })
    .catch(() => undefined);
  await client.query('rollback');
  const failure = await new Promise((resolve) => {
    client.query('select 1', resolve);
  });
  expect(failure ?? undefined).toBeUndefined();
  await metrics.collect();
  const page = renderText(metrics);
  client.release();
  expect(page).toContain('oslo_db_pool_connections{pool="main",state="used"} 1\n');
  expect(page).toContain('oslo_db_pool_waiting{pool="main"} 0\n');
  expect(counts(metrics, 'oslo_db_operation_seconds')).toEqual([
    '{error="",operation="BEGIN",system="postgresql"} 1',
    '{error="",operation="ROLLBACK",system="postgresql"} 1',
    '{error="",operation="SELECT",system="postgresql"} 2',
    '{error="42P01",operation="INSERT",system="postgresql"} 1',
    '{error="42P01",operation="SELECT",system="postgresql"} 1',
  ]);
  expect(counts(metrics, 'db_client_operation_duration_seconds')).toContain(
    '{db_operation_name="SELECT",db_system_name="postgresql",error_type=""} 2',
  );
  expect(page).not.toContain('s3cret');
  await pool.end();
});

it("ioredis' commands on Redis are measured by name, refusals by their kind", async ({ skip }) => {
  const { server, skipped } = await serverOrSkip('redis');
  if (server === undefined) {
    skip(skipped);
    return;
  }
  await using running = server;
  const metrics = createMetrics();
  using instrumentation = instrumentIoredis(metrics);
  const redis = new Redis(running.url, { lazyConnect: true, enableReadyCheck: false });
  await redis.connect();
  await redis.set('oslofjord-metrics', 's3cret');
  await redis.get('oslofjord-metrics');
  await redis.get('oslofjord-metrics');
  await expect(redis.lpush('oslofjord-metrics', 'x')).rejects.toThrow('WRONGTYPE');
  await redis.del('oslofjord-metrics');
  await redis.quit();
  instrumentation.close();
  expect(counts(metrics, 'oslo_db_operation_seconds')).toEqual(
    expect.arrayContaining([
      '{error="",operation="DEL",system="redis"} 1',
      '{error="",operation="GET",system="redis"} 2',
      '{error="",operation="SET",system="redis"} 1',
      '{error="WRONGTYPE",operation="LPUSH",system="redis"} 1',
    ]),
  );
  expect(renderText(metrics)).not.toContain('s3cret');
});
