// Laws: a value lies in the bucket whose index it is given; buckets made coarser, and histograms added up, are what one
// histogram would have been.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NativeLayout, nativeBucketOf, type NativeReading } from './native.ts';

const value = fc.oneof(
  fc.double({ min: 1e-30, max: 1e30, noNaN: true }),
  fc.double({ min: 0.001, max: 1000, noNaN: true }),
  fc.integer({ min: -20, max: 20 }).map((power) => 2 ** power),
);

test('a value lies above the bound before its bucket and not above its own', () => {
  fc.assert(
    fc.property(value, fc.integer({ min: -4, max: 8 }), (one, schema) => {
      const index = nativeBucketOf(one, schema);
      expect(one).toBeLessThanOrEqual(2 ** (index / 2 ** schema));
      expect(one).toBeGreaterThan(2 ** ((index - 1) / 2 ** schema));
    }),
    { numRuns: 3000 },
  );
});

const histogramOf = (layout: NativeLayout, values: readonly number[]): Float64Array => {
  const slots = new Float64Array(layout.length);
  layout.begin(slots, 0);
  for (const one of values) layout.observe(slots, 0, one);
  return slots;
};

/** Buckets with something in them, by sign and index, in a schema that both have. */
const bucketsAt = ({ schema, positive, negative }: NativeReading, target: number): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const [sign, { start, counts: all }] of Object.entries({ positive, negative })) {
    for (const [offset, count] of all.entries()) {
      if (count === 0) continue;
      const key = `${sign} ${String(Math.ceil((start + offset) / 2 ** (schema - target)))}`;
      counts[key] = (counts[key] ?? 0) + count;
    }
  }
  return counts;
};

test('however values come and are made coarser, each is counted where the schema has it', () => {
  const signed = fc.tuple(value, fc.boolean()).map(([size, isNegative]) => (isNegative ? -size : size));
  fc.assert(
    fc.property(fc.array(signed, { maxLength: 200 }), fc.integer({ min: 0, max: 8 }), (values, schema) => {
      const layout = new NativeLayout({ schema, maxBuckets: 80 });
      const reading = layout.read(histogramOf(layout, values), 0);
      const expected: Record<string, number> = {};
      for (const one of values) {
        const sign = one > 0 ? 'positive' : 'negative';
        const key = `${sign} ${String(nativeBucketOf(Math.abs(one), reading.schema))}`;
        expected[key] = (expected[key] ?? 0) + 1;
      }
      expect(reading.schema).toBeGreaterThanOrEqual(-4);
      expect(bucketsAt(reading, reading.schema)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('histograms of several processes, of whatever schema, add up to what one would have', () => {
  fc.assert(
    fc.property(fc.array(fc.array(value, { maxLength: 60 }), { minLength: 1, maxLength: 5 }), (parts) => {
      const layout = new NativeLayout({ schema: 5, maxBuckets: 80 });
      const merged = histogramOf(layout, []);
      for (const values of parts) layout.merge(merged, 0, histogramOf(layout, values), 0);
      const one = layout.read(histogramOf(layout, parts.flat()), 0);
      const many = layout.read(merged, 0);
      const schema = Math.min(one.schema, many.schema);
      expect(bucketsAt(many, schema)).toEqual(bucketsAt(one, schema));
      expect(many.schema).toBe(one.schema);
    }),
    { numRuns: 300 },
  );
});
