import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { VolumeStore } from '../src/volumes.ts';

test('a write that a database does only after it stood still does nothing: its claim may be gone', async () => {
  let isStill = false;
  const store = await VolumeStore.embedded((query) => async (text, values) => {
    if (isStill) await sleep(3100);
    return query(text, values);
  });
  onTestFinished(() => store.close());
  const volume = await store.create('alpha', 'in time', 5);
  isStill = true;
  const late = await Promise.allSettled([store.create('alpha', 'too late', 5), store.resize(volume.id, 50)]);
  isStill = false;
  const refused = {
    status: 'rejected',
    reason: { name: 'UnavailableError', cause: 'the write came too late' },
  };
  expect(late).toMatchObject([refused, refused]);
  expect(await store.list('alpha')).toEqual([volume]);

  expect(await store.resize(volume.id, 5)).toBeUndefined();
  expect(await store.resize(randomUUID(), 5)).toBeUndefined();
  const larger = { ...volume, size: 6 };
  expect(await store.resize(volume.id, 6)).toEqual(larger);
  expect(await store.list('alpha')).toEqual([larger]);
});
