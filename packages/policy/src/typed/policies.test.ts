import { expect, test } from 'vitest';
import { Enforcer } from '../enforcer.ts';
import { PolicyNotRegisteredError } from '../errors.ts';
import { definePolicies } from './policies.ts';

const policies = definePolicies({
  admin: 'role:admin',
  'volume:show': {
    checkStr: 'rule:admin or project_id:%(project_id)s',
    description: 'Show a volume.',
    operations: [{ method: 'GET', path: '/volumes/{id}' }],
    scopeTypes: ['project'],
  },
});

test('declared rules are registered with everything that was said of them', () => {
  expect(policies.defaults.map(({ name, checkStr }) => [name, checkStr])).toEqual([
    ['admin', 'role:admin'],
    ['volume:show', 'rule:admin or project_id:%(project_id)s'],
  ]);
  expect(policies.defaults[1]).toMatchObject({ description: 'Show a volume.', scopeTypes: ['project'] });
});

test('a typed enforcer decides as the enforcer it stands for', () => {
  const enforcer = policies.typed(
    new Enforcer({ policies: policies.defaults, policyFile: '/nowhere.yaml', policyDirs: [] }),
  );
  expect(enforcer.enforce('volume:show', { project_id: 'p1' }, { project_id: 'p1', roles: [] })).toBe(true);
  expect(enforcer.enforce('admin', {}, { roles: [] })).toBe(false);
});

test('an enforcer that lacks the rules is refused at once', () => {
  expect(() => policies.typed(new Enforcer())).toThrow(PolicyNotRegisteredError);
});
