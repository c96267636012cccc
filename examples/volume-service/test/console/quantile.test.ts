import { expect, test } from 'vitest';
import { quantile } from '../../src/console/watch/samples.ts';

const after = new Map([
  [0.01, 50],
  [0.1, 90],
  [1, 100],
  [Number.POSITIVE_INFINITY, 100],
]);

test('shares of what came between two moments, linear inside a bucket', () => {
  expect(quantile(new Map(), after, 0.5)).toBeCloseTo(10);
  expect(quantile(new Map(), after, 0.7)).toBeCloseTo(55);
  expect(quantile(new Map(), after, 0.95)).toBeCloseTo(550);
});

test('only what is new counts, and nothing new has no quantile', () => {
  expect(quantile(after, after, 0.5)).toBeUndefined();
  const later = new Map([...after].map(([bound, count]) => [bound, bound >= 1 ? count + 10 : count]));
  expect(quantile(after, later, 0.5)).toBeCloseTo(550);
});

test('beyond the last bound the bound itself is answered', () => {
  const slow = new Map([
    [1, 0],
    [Number.POSITIVE_INFINITY, 4],
  ]);
  expect(quantile(new Map(), slow, 0.5)).toBe(1000);
});
