import { expect, test } from 'vitest';
import { answer } from './answer.ts';
import { divergences } from './divergences.ts';
import { comparable } from './recorded.ts';
import { strictAnswer } from './strict.ts';

test('every divergence has a key of its own', () => {
  expect(new Set(divergences.map(({ key }) => key)).size).toBe(divergences.length);
});

test.each(divergences.map((divergence) => [divergence.key, divergence] as const))(
  '%s: the default mode and oslo.limit answer as stated, and differently',
  async (_, { request, oslo, ours }) => {
    const compatible = comparable(await answer(request));
    const strict = comparable(await strictAnswer(request));
    expect(compatible).toEqual(comparable(oslo));
    expect(strict).toEqual(comparable(ours));
    expect(strict).not.toEqual(compatible);
  },
);
