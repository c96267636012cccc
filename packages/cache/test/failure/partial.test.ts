import { expect, it } from 'vitest';
import { serverOrSkip } from '@oslofjord/services';
import { NO_VALUE } from '../../src/entry.ts';
import { BackendError } from '../../src/errors.ts';
import type { Driver } from '../../src/driver.ts';
import { memcached } from '../../src/drivers/memcached.ts';
import { tiered } from '../../src/drivers/tiered.ts';
import { createRegion } from '../../src/region.ts';

const keys = Array.from({ length: 60 }, (_, index) => `key ${String(index)}`);

/** Two hosts, one of them frozen, and a driver that has not given it up yet. */
const withFrozenHost = async (
  use: (driver: Driver, healthy: readonly string[], frozen: readonly string[]) => Promise<void>,
): Promise<void> => {
  const started = await Promise.all([1, 2].map(async () => serverOrSkip('memcached', { own: true })));
  const [first, second] = started.map(({ server }) => server);
  if (first === undefined || second === undefined) return;
  await using one = first;
  await using other = second;
  const servers = [one, other].map(({ port }) => `127.0.0.1:${String(port)}`);
  const driver = memcached({ servers, timeout: '60ms', deadAfter: 1000 });
  await createRegion({ driver }).setMulti(new Map(keys.map((key) => [key, `value of ${key}`])));
  await one.freeze();
  const isFrozen = (key: string): boolean => driver.hostOf?.(key) === servers[0];
  try {
    await use(
      driver,
      keys.filter((key) => !isFrozen(key)),
      keys.filter(isFrozen),
    );
  } finally {
    await one.resume();
    await driver.close();
  }
};

it('a host that fails takes no answer of another host with it, in one request or in one turn', async () => {
  await withFrozenHost(async (driver, healthy, frozen) => {
    const region = createRegion({ driver });
    const expected = keys.map((key) => (frozen.includes(key) ? NO_VALUE : `value of ${key}`));
    expect(healthy.length * frozen.length).toBeGreaterThan(0);
    expect(await region.getMulti(keys)).toEqual(expected);
    expect(await Promise.all(keys.map(async (key) => region.get(key)))).toEqual(expected);
  });
});

it('a region that throws does so only for keys whose host failed', async () => {
  await withFrozenHost(async (driver, healthy, frozen) => {
    const region = createRegion({ driver, onBackendError: 'throw' });
    const outcomes = await Promise.allSettled(keys.map(async (key) => region.get(key)));
    const failed = keys.filter((_, index) => outcomes[index]?.status === 'rejected');
    expect(failed).toEqual(frozen);
    await expect(region.getMulti(keys)).rejects.toThrow(BackendError);
    expect(await region.getMulti(healthy)).not.toContain(NO_VALUE);
  });
});

it('what the memory before a failing host knows is answered', async () => {
  await withFrozenHost(async (driver, healthy, frozen) => {
    const region = createRegion({ driver: tiered({ far: driver }) });
    const [near = '', far = ''] = [healthy[0], frozen[0]];
    expect(await region.get(near)).toBe(`value of ${near}`);
    expect(await region.getMulti([near, far])).toEqual([`value of ${near}`, NO_VALUE]);
  });
});
