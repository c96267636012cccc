import { expect, it } from 'vitest';
import { serverOrSkip } from '@oslofjord/services';
import { memcached } from '../../src/drivers/memcached.ts';
import { createRegion } from '../../src/region.ts';

const COUNT = 200;

it('a host that returns answers nothing stale, and nothing of the other host is lost', async () => {
  const started = await Promise.all([1, 2].map(async () => serverOrSkip('memcached', { own: true })));
  const [first, second] = started.map(({ server }) => server);
  if (first === undefined || second === undefined) return;
  await using one = first;
  await using other = second;
  const servers = [one, other].map(({ port }) => `127.0.0.1:${String(port)}`);
  const driver = memcached({ servers, timeout: '100ms', deadAfter: 1, probeInterval: '100ms' });
  await using region = createRegion({ driver });
  const keys = Array.from({ length: COUNT }, (_, index) => `key ${String(index)}`);
  await region.setMulti(new Map(keys.map((key) => [key, 'old'])));
  const homes = keys.map((key) => driver.hostOf?.(key));
  const unaffected = keys.filter((_, index) => homes[index] === servers[1]);
  expect(unaffected.length).toBeGreaterThan(50);

  await one.freeze();
  await region.get(keys[homes.indexOf(servers[0])] ?? '');
  await expect.poll(() => new Set(keys.map((key) => driver.hostOf?.(key))).size).toBe(1);
  for (const key of keys) await region.set(key, 'new');
  expect(new Set(await region.getMulti(keys))).toEqual(new Set(['new']));

  await one.resume();
  await expect.poll(() => new Set(keys.map((key) => driver.hostOf?.(key))).size, { timeout: 5000 }).toBe(2);
  const after = await region.getMulti(keys);
  expect(after.filter((value) => value === 'old')).toEqual([]);
  expect(new Set(await region.getMulti(unaffected))).toEqual(new Set(['new']));
  // What was overwritten is even found where it went meanwhile.
  expect(after.filter((value) => value === 'new').length).toBe(COUNT);
});

it('what a single server missed while it was frozen is not answered when it returns', async () => {
  const { server } = await serverOrSkip('memcached', { own: true });
  if (server === undefined) return;
  await using running = server;
  const driver = memcached({
    servers: [`127.0.0.1:${String(running.port)}`],
    timeout: '100ms',
    deadAfter: 1,
    probeInterval: '100ms',
  });
  await using region = createRegion({ driver });
  await region.setMulti({ deleted: 'old', overwritten: 'old', untouched: 'old' });
  await running.freeze();
  await region.delete('deleted');
  await region.set('overwritten', 'new');
  await running.resume();
  await expect.poll(async () => region.get('untouched'), { timeout: 5000 }).toBe('old');
  expect(await region.get('deleted')).not.toBe('old');
  expect(await region.get('overwritten')).not.toBe('old');
});
