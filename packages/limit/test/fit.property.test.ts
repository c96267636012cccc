import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEnforcer } from '../src/enforcer.ts';
import { createLimitFixture, usageFrom } from '../src/testing/fixture.ts';

// The law: fit answers the largest count of units that check grants, as counting up from 0 would find it.
const runs = 10_000 * Number(process.env.PROPERTY_RUNS ?? 1);
const limit = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(-1));
const byName = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Partial<Record<'a' | 'b' | 'c', T>>> =>
  fc.record({ a: value, b: value, c: value }, { requiredKeys: [] });

test('fit is what trying every count would find, flat and in trees', { timeout: 120_000 }, async () => {
  const seed = process.env.PROPERTY_SEED;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('flat', 'strict_two_level', 'nested'),
      byName(limit),
      byName(limit),
      byName(limit),
      byName(fc.integer({ min: 0, max: 20 })),
      byName(fc.integer({ min: 0, max: 20 })),
      fc.record({ a: fc.integer({ min: 1, max: 5 }), b: fc.integer({ min: 0, max: 5 }) }),
      async (model, registered, ofRoot, ofProject, usedByRoot, used, unit) => {
        const limits = createLimitFixture({
          model,
          registered: registered,
          projects: { root: ofRoot, p: ofProject },
          parents: { p: 'root' },
        });
        const usage = usageFrom({
          root: usedByRoot,
          p: used,
        });
        const enforcer = await createEnforcer({ limits, usage });
        const { count } = await enforcer.fit('p', unit, { max: 40 });
        let counted = 0;
        while (
          counted < 40 &&
          (await enforcer.check('p', { a: unit.a * (counted + 1), b: unit.b * (counted + 1) })).isGranted
        )
          counted += 1;
        expect(count).toBe(counted);
      },
    ),
    { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
  );
});
