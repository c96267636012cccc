import { expect, test } from 'vitest';
import { Ledger } from '../src/soak/ledger.ts';
import { growthOf } from '../src/soak/memory.ts';

const there = (
  id: string,
  size: number,
  status = 'available',
): { id: string; size: number; status: string } => ({
  ...{ id, size, status },
});

test('a soak notices every way in which what was acknowledged can be otherwise', () => {
  const ledger = new Ledger();
  for (const id of ['kept', 'lost', 'shrunk', 'back', 'stuck']) ledger.created(id, 'alpha', 5);
  ledger.deleted('back');
  const stored = [there('kept', 5), there('shrunk', 4), there('back', 5), there('stuck', 5, 'creating')];
  expect(ledger.differences(stored)).toEqual([
    'volume lost was acknowledged, and is not there',
    'volume shrunk has 4 GiB, not 5',
    'volume back was deleted, and is there',
    'volume stuck is still creating',
  ]);
  expect(ledger.missed('kept')).toContain('was acknowledged');
});

test('what was asked for and not answered may have happened or not', () => {
  const ledger = new Ledger();
  for (const id of ['resized', 'deleted']) ledger.created(id, 'alpha', 5);
  ledger.perhapsResized('resized', 6);
  ledger.perhapsDeleted('deleted');
  expect(ledger.differences([there('resized', 5), there('deleted', 5)])).toEqual([]);
  expect(ledger.differences([there('resized', 6)])).toEqual([]);
  expect(ledger.differences([there('resized', 7)])).toHaveLength(1);
  expect(ledger.missed('deleted')).toBeUndefined();
});

test('a process that grows is seen once it is two minutes old, and one that was killed early is not judged', () => {
  const life = (name: string, pid: number, seconds: number, perMinute: number) =>
    Array.from({ length: seconds }, (_, second) => ({
      ...{ name, pid, at: second * 1000 },
      megabytes: 100 + (second / 60) * perMinute,
    }));
  const growth = growthOf([
    ...life('leaks', 1, 420, 2),
    ...life('steady', 2, 420, 0),
    ...life('killed', 3, 330, 9),
  ]);
  expect(growth.map(({ name, megabytesPerMinute }) => [name, Math.round(megabytesPerMinute)])).toEqual([
    ['leaks', 2],
    ['steady', 0],
  ]);
});
