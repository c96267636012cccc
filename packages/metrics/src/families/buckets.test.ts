// Law: the bucket found is the first whose bound is not below the value.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BucketIndex } from './buckets.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

test('every value falls into the first bucket whose bound is not below it', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.oneof(finite, fc.double({ min: 0.001, max: 100, noNaN: true })), { maxLength: 40 }),
      fc.array(finite, { maxLength: 50 }),
      (unsorted, values) => {
        const bounds = Float64Array.from(unsorted.map((bound) => bound + 0)).sort();
        const index = new BucketIndex(bounds);
        for (const value of [...values, ...bounds, 0, -0, ...bounds.map((bound) => bound * (1 + 2 ** -52))]) {
          if (!Number.isFinite(value)) continue;
          const found = [...bounds].findIndex((bound) => bound >= value);
          expect(index.find(value)).toBe(found === -1 ? bounds.length : found);
        }
      },
    ),
    { numRuns: 500 },
  );
});
