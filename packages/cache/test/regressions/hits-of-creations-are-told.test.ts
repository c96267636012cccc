import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRegion, hitChannel, memory, type HitEvent } from '../../src/index.ts';

const told: HitEvent[] = [];
const listener = (event: unknown): void => {
  told.push(event as HitEvent);
};
beforeEach(() => {
  told.length = 0;
  subscribe(hitChannel.name, listener);
});
afterEach(() => {
  unsubscribe(hitChannel.name, listener);
});

test('a hit of getOrCreate is told, whatever its options, as often as it is counted', async () => {
  const region = createRegion({ name: 'tokens', driver: memory() });
  const options = { expirationTime: '1m', negativeFor: '5s' } as const;
  for (let reads = 0; reads < 3; reads += 1) await region.getOrCreate('key', () => 'value', options);
  await region.getOrCreateMulti(['key'], () => [], { expirationTime: '1m' });
  await region.getOrCreate('key', () => 'value');
  expect(region.peek('key')).toBe('value');
  expect(region.statistics().hits).toBe(5);
  expect(told).toEqual(Array.from({ length: 5 }, () => ({ region: 'tokens', isStale: false })));
  await region.close();
});

test('an old value that is answered while a new one is made is told as stale', async () => {
  const region = createRegion({ name: 'tokens', driver: memory() });
  const options = { expirationTime: 0.01, staleFor: '1m' } as const;
  await region.getOrCreate('key', () => 'old', options);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(await region.getOrCreate('key', () => 'new', options)).toBe('old');
  await region.settled();
  expect(region.statistics().staleHits).toBe(1);
  expect(told).toEqual([{ region: 'tokens', isStale: true }]);
  await region.close();
});

test('hits are told as dogpile makes them, too', async () => {
  const region = createRegion({ name: 'tokens', driver: memory(), compat: 'oslo', expirationTime: 60 });
  await region.getOrCreate('key', () => 'value');
  await region.getOrCreate('key', () => 'value', { expirationTime: 30 });
  expect(region.statistics().hits).toBe(1);
  expect(told).toHaveLength(1);
  await region.close();
});
