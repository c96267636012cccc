import { expect, test } from 'vitest';
import { answer } from './answer.ts';
import { comparable } from './compare.ts';
import { divergences } from './divergences.ts';

test('every divergence has a key of its own', () => {
  expect(new Set(divergences.map(({ key }) => key)).size).toBe(divergences.length);
});

test.each(divergences.map((divergence) => [divergence.key, divergence] as const))(
  '%s: the default mode and oslo.policy answer as stated, and differently',
  async (_, { request, oslo, ours }) => {
    const compatible = comparable(await answer(request));
    const strict = comparable(await answer(request, { compat: 'strict' }));
    expect(compatible).toEqual(comparable(oslo));
    expect(strict).toEqual(comparable(ours));
    expect(strict).not.toEqual(compatible);
  },
);
