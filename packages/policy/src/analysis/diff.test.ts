import { expect, test } from 'vitest';
import { Enforcer } from '../enforcer.ts';
import { diffPolicies } from './diff.ts';
import { viewOf } from './enforcer-view.ts';
import type { PolicyView } from './policy-view.ts';

/** A policy of these rules and nothing else. */
const policy = (rules: Record<string, string>, scopeTypes: Record<string, string[]> = {}): PolicyView => {
  const enforcer = new Enforcer({ compat: 'oslo', useConf: false });
  enforcer.setRules(rules);
  const { rules: views, defaultRule } = viewOf(enforcer);
  return {
    defaultRule,
    rules: new Map([...views].map(([name, view]) => [name, { ...view, scopeTypes: scopeTypes[name] ?? [] }])),
  };
};

test('rules that say the same in other words are proved unchanged', () => {
  const before = policy({ r: 'role:a and (role:b or project_id:%(project_id)s)' });
  const after = policy({ r: '(role:a and role:b) or (project_id:%(project_id)s and role:a)' });
  expect(diffPolicies(before, after)).toEqual({ differences: [], unchanged: ['r'] });
});

test('who gains is shown by a request that is allowed only now', () => {
  const { differences } = diffPolicies(
    policy({ r: 'role:admin' }),
    policy({ r: 'role:admin or role:reader' }),
  );
  expect(differences).toMatchObject([{ rule: 'r', gain: { credentials: { roles: ['reader'] } } }]);
  expect(differences[0]?.loss).toBeUndefined();
});

test('who loses is shown by a request that was allowed only before', () => {
  const { differences } = diffPolicies(
    policy({ r: 'role:member' }),
    policy({ r: 'role:member and project_id:%(project_id)s' }),
  );
  expect(differences[0]?.loss?.credentials).toMatchObject({ roles: ['member'] });
  expect(differences[0]?.gain).toBeUndefined();
});

test('a change of scope alone is a change', () => {
  const rules = { r: 'role:admin' };
  const { differences } = diffPolicies(policy(rules), policy(rules, { r: ['system'] }));
  expect(differences[0]?.loss?.scope).toBe('project');
});

test('equalities are followed through: what equals the same value is equal', () => {
  const before = policy({ r: 'user_id:%(owner)s and user_id:%(creator)s' });
  const after = policy({ r: 'user_id:%(owner)s and user_id:%(creator)s and not user_id:%(owner)s' });
  expect(diffPolicies(before, after).differences[0]?.loss?.target).toMatchObject({
    owner: expect.any(String) as string,
  });
  expect(diffPolicies(before, policy({ r: 'user_id:%(creator)s and user_id:%(owner)s' })).unchanged).toEqual([
    'r',
  ]);
});

test('a credential that is one value cannot equal two texts, one that may be a list can', () => {
  const never = policy({ r: 'project_id:a and project_id:b' });
  const list = policy({ r: 'groups:a and groups:b' });
  const nobody = policy({ r: '!' });
  expect(diffPolicies(never, nobody).unchanged).toEqual(['r']);
  expect(diffPolicies(list, nobody).differences[0]?.loss?.credentials).toMatchObject({ groups: ['a', 'b'] });
});

test('a rule that only one policy has is compared with what the other decides for it', () => {
  const { differences } = diffPolicies(policy({ a: '@' }), policy({ a: '@', b: 'role:x' }));
  expect(differences).toMatchObject([{ rule: 'b', only: 'after', gain: {} }]);
  const withDefault = policy({ a: '@', default: 'role:x' });
  const explicit = policy({ a: '@', default: 'role:x', b: 'role:x' });
  expect(diffPolicies(withDefault, explicit).differences).toEqual([]);
});

test('a rule that refers to itself is undecided, not guessed', () => {
  const { differences } = diffPolicies(policy({ r: 'rule:r' }), policy({ r: '@' }));
  expect(differences).toEqual([{ rule: 'r', undecided: 'cyclic' }]);
});

test('a check that cannot be looked into is supposed to answer, and the witness says so', () => {
  const { differences } = diffPolicies(policy({ r: '!' }), policy({ r: 'http://pdp.example/' }));
  expect(differences[0]?.gain?.supposes).toEqual([{ check: 'http://pdp.example/', result: true }]);
});
