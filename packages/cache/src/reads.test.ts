import { describe, expect, it } from 'vitest';
import { memory } from './drivers/memory.ts';
import { NO_VALUE } from './entry.ts';
import { forwarding } from './proxies/forwarding.ts';
import { createRegion, type CacheRegion } from './region.ts';

/** A region whose driver cannot answer at once, and the keys of each of its requests. */
const slowRegion = (): { readonly region: CacheRegion; readonly requests: (readonly string[])[] } => {
  const driver = memory();
  const requests: (readonly string[])[] = [];
  const slow = forwarding(driver, {
    peek: undefined,
    getMany: async (keys) => {
      requests.push([...keys]);
      const entries = await driver.getMany(keys);
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
      return entries;
    },
  });
  return { region: createRegion({ driver: slow, expirationTime: '1m' }), requests };
};

describe('single reads', () => {
  it('of one turn of the event loop are one request, and a key that is asked for twice is read once', async () => {
    const { region, requests } = slowRegion();
    await region.setMulti({ a: 1, b: 2 });
    const values = await Promise.all(['a', 'b', 'a', 'none'].map(async (key) => region.get(key)));
    expect(values).toEqual([1, 2, 1, NO_VALUE]);
    expect(requests).toEqual([['a', 'b', 'none']]);
  });

  it('do not join those of an earlier turn', async () => {
    const { region, requests } = slowRegion();
    const first = region.get('a');
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    await Promise.all([first, region.get('a')]);
    expect(requests).toEqual([['a'], ['a']]);
  });

  it('are made again when their key changes meanwhile, the others are not', async () => {
    const { region, requests } = slowRegion();
    await region.setMulti({ a: 'old', b: 'other' });
    const reading = Promise.all([region.get('a'), region.get('b')]);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    await region.set('a', 'new');
    expect(await reading).toEqual(['new', 'other']);
    expect(requests).toEqual([['a', 'b'], ['a']]);
  });

  it('ask for the tags of what they create in the same request', async () => {
    const { region, requests } = slowRegion();
    await region.getOrCreate('a', () => 1, { tags: ['one', 'two'] });
    expect(requests[0]).toHaveLength(3);
  });
});
