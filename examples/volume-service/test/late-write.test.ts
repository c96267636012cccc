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
  const [made, resized] = await Promise.allSettled([
    store.create('alpha', 'too late', 5),
    store.resize(volume.id, 50),
  ]);
  isStill = false;
  expect(made).toMatchObject({ status: 'rejected', reason: { name: 'UnavailableError' } });
  expect(resized).toEqual({ status: 'fulfilled', value: undefined });
  expect(await store.list('alpha')).toEqual([volume]);
});
