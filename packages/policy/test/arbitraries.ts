// What property tests of decisions draw from.
import fc from 'fast-check';

const runs = { numRuns: 1000 * Number(process.env.PROPERTY_RUNS ?? 1) };
/** How often and from which seed, as the environment says. */
export const seeded: { numRuns: number; seed?: number } =
  process.env.PROPERTY_SEED === undefined ? runs : { ...runs, seed: Number(process.env.PROPERTY_SEED) };

/** The leaves of a rule: good ones, odd ones, and ones that raise. */
const leaf = fc.constantFrom(
  ...[
    '@',
    '!',
    'role:admin',
    'role:%(r)s',
    'rule:one',
    'rule:two',
    'rule:none',
    'user_id:%(user_id)s',
    'system:all',
  ],
  ...[
    "'public':%(v)s",
    'None:%(v)s',
    'True:True',
    'user.id:%(user_id)s',
    'groups:g1',
    'level:%(v)s',
    'level:5',
  ],
  ...[
    'user.class:x',
    'k:%(v)d',
    'k:100%',
    '__proto__:x',
    'constructor:%(constructor)s',
    'user_id:%(v)s-%(r)s',
  ],
);
/** Rules as text. */
export const rule: fc.Arbitrary<string> = fc.letrec<{ rule: string }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.tuple(tie('rule'), tie('rule')).map(([a, b]) => `(${a} and ${b})`),
    fc.tuple(tie('rule'), tie('rule'), tie('rule')).map(([a, b, c]) => `(${a} or ${b} or ${c})`),
    tie('rule').map((a) => `not ${a}`),
  ),
})).rule;
const value = fc.constantFrom<unknown>(
  'u',
  'v',
  'None',
  null,
  5,
  5n,
  true,
  ['u', 'g1'],
  { id: 'u' },
  1.5,
  undefined,
);
/** Targets, with values of every type. */
export const target: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(
  fc.constantFrom('user_id', 'v', 'r', '__proto__', 'constructor'),
  value,
);
/** Credentials, right and wrong ones. */
export const credentials: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    user_id: value,
    user: value,
    groups: value,
    level: value,
    system_scope: fc.constantFrom('all', null),
    roles: fc.constantFrom<unknown>(['Admin', 'u'], [], 'admin', null, [1]),
  },
  { requiredKeys: [] },
);
