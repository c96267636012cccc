// Law: what coverage counts of each check is what the check itself counts when it decides, for any rules and requests.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CheckRegistry } from '../../src/checks/registry.ts';
import { Enforcer } from '../../src/enforcer.ts';
import { runPolicyTests, type PolicyCase } from '../../src/testing.ts';

const RUNS = 200 * Number(process.env.PROPERTY_RUNS ?? 1);
const seed = process.env.PROPERTY_SEED;
const parameters = { numRuns: RUNS, ...(seed === undefined ? {} : { seed: Number(seed) }) };

/** Rules whose checks have a number each, and which may refer to rules before them. */
const shapes = fc.array(
  fc.letrec<{ rule: unknown }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constant('check'),
      fc.nat(3),
      fc.tuple(fc.constantFrom('and', 'or'), tie('rule'), tie('rule')),
      fc.tuple(fc.constant('not'), tie('rule')),
    ),
  })).rule,
  { minLength: 1, maxLength: 4 },
);

const write = (shape: unknown, rule: number, next: () => number): string => {
  if (shape === 'check') return `count:${rule}.${next()}`;
  if (typeof shape === 'number') return shape < rule ? `rule:r${shape}` : `count:${rule}.${next()}`;
  const [operator, left, right] = shape as [string, unknown, unknown];
  if (operator === 'not') return `not (${write(left, rule, next)})`;
  return `(${write(left, rule, next)} ${operator} ${write(right, rule, next)})`;
};

test(
  'coverage counts what checks count themselves',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.array(fc.tuple(fc.nat(3), fc.nat(255)), { maxLength: 12 }),
        async (rules, requests) => {
          const counts = new Map<string, [passed: number, failed: number]>();
          let isCounting = false;
          const checks = new CheckRegistry();
          checks.register('count', (_, match) => {
            counts.set(match, [0, 0]);
            const bit = Number(match.split('.')[1]) % 8;
            return (target) => {
              const passes = ((target as { bits: number }).bits & (1 << bit)) !== 0;
              const count = counts.get(match);
              if (isCounting && count !== undefined) count[passes ? 0 : 1] += 1;
              return passes;
            };
          });
          const enforcer = new Enforcer({ checks, useConf: false });
          let number = 0;
          enforcer.setRules(
            Object.fromEntries(
              rules.map((shape, rule) => [`r${rule}`, write(shape, rule, () => (number += 1))]),
            ),
          );
          const cases = requests.map(([rule, bits], index): PolicyCase => ({
            name: String(index),
            rule: `r${rule}`,
            target: { bits },
            credentials: {},
            expect: 'allow',
          }));
          const { coverage } = await runPolicyTests(enforcer, {
            name: 'any',
            personas: {},
            cases,
            matrices: [],
          });
          isCounting = true;
          for (const { rule, target } of cases) await enforcer.enforceAsync(rule, target, {});
          for (const { operands } of coverage.rules) {
            for (const { check, passed, failed } of operands.filter((one) =>
              one.check.startsWith('count:'),
            )) {
              expect([check, passed, failed]).toEqual([check, ...(counts.get(check.slice(6)) ?? [0, 0])]);
            }
          }
        },
      ),
      parameters,
    );
  },
  60_000 + RUNS * 10,
);
