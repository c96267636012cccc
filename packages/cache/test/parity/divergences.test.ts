import { expect, test } from 'vitest';
import { divergences } from './divergences.ts';
import { answerIn } from './strict.ts';

test('every divergence has a key of its own', () => {
  expect(new Set(divergences.map(({ key }) => key)).size).toBe(divergences.length);
});

test.each(divergences.map((divergence) => [divergence.key, divergence] as const))(
  '%s: the default mode and oslo.cache answer as stated, and differently',
  async (_, { request, oslo, ours }) => {
    const compatible = await answerIn('oslo', request);
    const strict = await answerIn('default', request);
    expect(compatible).toEqual(oslo);
    expect(strict).toEqual(ours);
    expect(strict).not.toEqual(compatible);
  },
);
