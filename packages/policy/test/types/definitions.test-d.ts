import { expectTypeOf } from 'vitest';
import { Enforcer } from '../../src/index.ts';
import { definePolicies, type TargetKeys, type UndefinedReferences } from '../../src/typed.ts';
import { rules as keystone } from './keystone-rules.ts';
import { rules as nova } from './nova-rules.ts';

const policies = definePolicies({
  admin: 'role:admin',
  owner: 'project_id:%(project_id)s',
  'volume:show': {
    checkStr: '(rule:admin) or (rule:owner and user_id:%(target.user.id)s)',
    scopeTypes: ['project'],
  },
});
const enforcer = policies.typed(new Enforcer({ policies: policies.defaults }));

enforcer.enforce('admin', {}, {});
enforcer.enforce('volume:show', { project_id: 'p', 'target.user.id': 'u', more: 1 }, {});
// @ts-expect-error the key project_id is read through rule:owner
enforcer.enforce('volume:show', { 'target.user.id': 'u' }, {});
// @ts-expect-error there is no such rule
enforcer.enforce('volume:shwo', { project_id: 'p' }, {});
// @ts-expect-error authorize is as strict
enforcer.authorize('owner', {}, {});

definePolicies({
  // @ts-expect-error rule:adm is not declared
  show: 'rule:adm or role:reader',
  admin: 'role:admin',
});
definePolicies({
  // @ts-expect-error rule:nobody is not declared, also below not and in parentheses
  show: { checkStr: 'role:a and (not rule:nobody)' },
});

// Rules that refer to themselves end the search.
const cyclic = definePolicies({ a: 'rule:b and x:%(x)s', b: 'rule:a or y:%(y)s' });
expectTypeOf<TargetKeys<{ a: 'rule:b and x:%(x)s'; b: 'rule:a or y:%(y)s' }, 'a'>>().toEqualTypeOf<
  'x' | 'y'
>();
expectTypeOf(cyclic.defaults).not.toBeAny();

// Whole services.
const novaPolicies = definePolicies(nova);
const keystonePolicies = definePolicies(keystone);
expectTypeOf<TargetKeys<typeof nova, 'os_compute_api:servers:show'>>().toEqualTypeOf<'project_id'>();
expectTypeOf<UndefinedReferences<typeof nova, keyof typeof nova>>().toEqualTypeOf<never>();
novaPolicies.typed(new Enforcer()).enforce('os_compute_api:servers:show', { project_id: 'p' }, {});
// @ts-expect-error project_id is needed
novaPolicies.typed(new Enforcer()).enforce('os_compute_api:servers:show', {}, {});
keystonePolicies
  .typed(new Enforcer())
  .enforce('identity:get_user', { 'target.user.id': 'u', 'target.user.domain_id': 'd' }, {});
