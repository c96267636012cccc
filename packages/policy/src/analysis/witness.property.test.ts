// Laws, for any two rules over a handful of facts:
//  1. a witness of a difference is decided differently by the two policies;
//  2. a rule proved unchanged decides every request of a small exhaustive world alike;
//  3. every suggestion of an explanation is allowed, and no smaller part of it was suggested.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Enforcer } from '../enforcer.ts';
import { diffPolicies } from './diff.ts';
import { viewOf } from './enforcer-view.ts';
import { explain } from './explain.ts';

const RUNS = 500 * Number(process.env.PROPERTY_RUNS ?? 1);
const seed = process.env.PROPERTY_SEED;
const parameters = { numRuns: RUNS, ...(seed === undefined ? {} : { seed: Number(seed) }) };

const leaf = fc.constantFrom(
  'role:a',
  'role:b',
  'project_id:%(project_id)s',
  'user_id:%(user_id)s',
  'user_id:%(owner)s',
  'project_id:p1',
  "'p1':%(project_id)s",
  'None:%(owner)s',
  'system_scope:all',
  'domain_id:%(domain_id)s',
  'groups:g1',
  'groups:g2',
  'groups:%(group)s',
  'is_admin:True',
  '@',
  '!',
);
const rule = fc.letrec<{ rule: string }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    tie('rule').map((operand) => `not (${operand})`),
    fc.tuple(tie('rule'), tie('rule')).map(([a, b]) => `(${a} and ${b})`),
    fc.tuple(tie('rule'), tie('rule')).map(([a, b]) => `(${a} or ${b})`),
  ),
})).rule;

const enforcerOf = (text: string): Enforcer => {
  const enforcer = new Enforcer({ compat: 'oslo', useConf: false });
  enforcer.setRules({ r: text });
  return enforcer;
};

const credentials = fc.record(
  {
    roles: fc.subarray(['a', 'b']),
    user_id: fc.constantFrom('u1', 'u2', null),
    project_id: fc.constantFrom('p1', 'p2', null),
    domain_id: fc.constantFrom('d1', null),
    system_scope: fc.constantFrom('all', null),
    groups: fc.constantFrom('g1', ['g1', 'g2'], []),
    is_admin: fc.boolean(),
  },
  { requiredKeys: ['roles'] },
);
const target = fc.record(
  {
    project_id: fc.constantFrom('p1', 'p2', null),
    user_id: fc.constantFrom('u1', 'u2'),
    owner: fc.constantFrom('u1', null),
    domain_id: fc.constantFrom('d1', 'd2'),
    group: fc.constantFrom('g1', 'g2'),
  },
  { requiredKeys: [] },
);

test('a witness is decided differently, and what is proved unchanged is decided alike', () => {
  fc.assert(
    fc.property(
      rule,
      rule,
      fc.array(fc.tuple(target, credentials), { maxLength: 20 }),
      (before, after, requests) => {
        const [old, current] = [enforcerOf(before), enforcerOf(after)];
        const { differences, unchanged } = diffPolicies(viewOf(old), viewOf(current));
        for (const { gain, loss, undecided } of differences) {
          expect(undecided).toBeUndefined();
          if (gain !== undefined) {
            expect(current.enforce('r', gain.target, { ...gain.credentials })).toBe(true);
            expect(old.enforce('r', gain.target, { ...gain.credentials })).toBe(false);
          }
          if (loss !== undefined) {
            expect(old.enforce('r', loss.target, { ...loss.credentials })).toBe(true);
            expect(current.enforce('r', loss.target, { ...loss.credentials })).toBe(false);
          }
        }
        for (const [tried, caller] of unchanged.length > 0 ? requests : []) {
          expect(current.enforce('r', tried, { ...caller })).toBe(old.enforce('r', tried, { ...caller }));
        }
      },
    ),
    parameters,
  );
});

test('an explanation decides as enforce does, and each of its suggestions is allowed', () => {
  fc.assert(
    fc.property(rule, target, credentials, (text, tried, caller) => {
      const enforcer = enforcerOf(text);
      const explanation = explain(viewOf(enforcer), 'r', tried, caller);
      expect(explanation.allowed).toBe(enforcer.enforce('r', tried, { ...caller }));
      for (const suggestion of explanation.suggestions) {
        expect(enforcer.enforce('r', suggestion.target, { ...suggestion.credentials })).toBe(true);
      }
    }),
    parameters,
  );
});
