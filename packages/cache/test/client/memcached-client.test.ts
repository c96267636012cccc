import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithServer } from '@oslofjord/services';
import { memcachedClient, type MemcachedClient } from '../../src/drivers/memcached.ts';
import { BackendError, KeyError } from '../../src/errors.ts';

await describeWithServer({ describe, beforeAll, afterAll }, 'memcached', { own: true }, (server) => {
  const connect = (): MemcachedClient =>
    memcachedClient({ servers: [`127.0.0.1:${String(server().port)}`], timeout: '200ms' });

  it('reads, writes, touches and deletes bytes', async () => {
    await using client = connect();
    const bytes = Buffer.from([0, 13, 10, 255]);
    expect(await client.set('bytes', bytes)).toBe(true);
    expect(await client.get('bytes')).toEqual(bytes);
    expect(await client.set('bytes', 'other', { isNew: true })).toBe(false);
    expect(await client.set('text', 'ü', { ttl: 60_000, isNew: true })).toBe(true);
    expect((await client.getMany(['text', 'none', 'bytes'])).map(String)).toEqual([
      'ü',
      'undefined',
      String(bytes),
    ]);
    expect(await client.touch('text', 1000)).toBe(true);
    expect(await client.touch('none', 1000)).toBe(false);
    expect(await client.delete('bytes')).toBe(true);
    expect(await client.delete('bytes')).toBe(false);
    expect(await client.getMany([])).toEqual([]);
  });

  it('answers each of a thousand requests at once with its own value', async () => {
    await using client = connect();
    const keys = Array.from({ length: 1000 }, (_, index) => `many:${String(index)}`);
    await Promise.all(keys.map(async (key) => client.set(key, key)));
    const found = await Promise.all(keys.map(async (key) => client.get(key)));
    expect(found.map(String)).toEqual(keys);
  });

  it.each(['', 'a b', 'a\r\nset evil 0 0 1', 'ü', 'k'.repeat(251)])(
    'refuses the key %j, which memcached cannot hold',
    async (key) => {
      await using client = connect();
      await expect(client.get(key)).rejects.toThrow(KeyError);
      await expect(client.set(key, 'x')).rejects.toThrow(KeyError);
      await expect(client.getMany([key])).rejects.toThrow(KeyError);
      expect(await client.get('evil')).toBeUndefined();
    },
  );

  it('fails when the server is gone, and works again when it is back', async () => {
    await using client = connect();
    await client.set('key', 'value');
    await server().kill();
    await expect(client.get('key')).rejects.toThrow(BackendError);
    await server().restart();
    await expect
      .poll(async () => client.set('key', 'again').catch(() => false), { timeout: 5000 })
      .toBe(true);
  });
});
