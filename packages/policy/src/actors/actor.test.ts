import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { credentials, rule, seeded, target } from '../../test/arbitraries.ts';
import { Enforcer } from '../enforcer.ts';
import {
  EvaluationError,
  InvalidScopeError,
  PolicyNotAuthorizedError,
  PolicyNotRegisteredError,
} from '../errors.ts';
import { python } from '../python/full.ts';
import { ruleDefault } from '../rules/defaults.ts';
import { bind, ruleHandle } from './actor.ts';

const NAMES = ['one', 'two', 'three'];
const member = { roles: ['member'], project_id: 'p1', user_id: 'u1' };

const service = (): Enforcer =>
  new Enforcer({
    useConf: true,
    policyFile: join(mkdtempSync(join(tmpdir(), 'policy-')), 'policy.yaml'),
    policyDirs: [],
    policies: [
      ruleDefault({ name: 'admin', checkStr: 'role:admin' }),
      ruleDefault({ name: 'show', checkStr: 'rule:admin or project_id:%(project_id)s' }),
      ruleDefault({ name: 'reset', checkStr: 'rule:admin', scopeTypes: ['system'] }),
    ],
  });

test('an actor decides as the enforcer does, errors included', () => {
  type Outcome = boolean | string;
  const outcome = (decide: () => boolean): Outcome => {
    try {
      return decide();
    } catch (error) {
      return error instanceof EvaluationError ? error.kind : (error as Error).name;
    }
  };
  fc.assert(
    fc.property(
      fc.tuple(rule, rule, rule),
      fc.array(target, { minLength: 1, maxLength: 4 }),
      credentials,
      (texts, targets, caller) => {
        const enforcer = new Enforcer({
          compat: 'oslo',
          python,
          useConf: true,
          policyFile: '/nowhere/policy.yaml',
          policyDirs: [],
          policies: NAMES.map((name, index) => ruleDefault({ name, checkStr: texts[index] ?? '' })),
        });
        const actor =
          outcome(() => (bind(enforcer, caller), true)) === true ? bind(enforcer, caller) : undefined;
        for (const name of NAMES) {
          for (const tried of targets) {
            const expected = outcome(() => enforcer.enforce(name, tried, { ...caller }));
            expect(outcome(() => actor?.can(ruleHandle(enforcer, name), tried) ?? false)).toBe(expected);
          }
        }
      },
    ),
    seeded,
  );
});

test('rows are filtered by what the caller may see', () => {
  const enforcer = service();
  const rows = ['p1', 'p2', 'p1'].map((project, id) => ({ id, project_id: project }));
  expect(bind(enforcer, member).filter(ruleHandle(enforcer, 'show'), rows)).toEqual([rows[0], rows[2]]);
  expect(
    bind(enforcer, member).filter(ruleHandle(enforcer, 'show'), [{ owner: 'p1' }], ({ owner }) => ({
      project_id: owner,
    })),
  ).toHaveLength(1);
});

test('what a caller may do on a target is listed', () => {
  const enforcer = service();
  expect(bind(enforcer, member).allowed({ project_id: 'p1' })).toEqual(['show']);
  expect(bind(enforcer, { roles: ['admin'], system_scope: 'all' }).allowed({})).toEqual([
    'admin',
    'show',
    'reset',
  ]);
});

test('authorize says why it denies', () => {
  const enforcer = service();
  const actor = bind(enforcer, { ...member, roles: ['admin'] });
  expect(() => actor.authorize(ruleHandle(enforcer, 'reset'), {})).toThrow(InvalidScopeError);
  expect(() => bind(enforcer, member).authorize(ruleHandle(enforcer, 'admin'), {})).toThrow(
    PolicyNotAuthorizedError,
  );
});

test('a bound actor follows the policy when it changes', async () => {
  const policyFile = join(mkdtempSync(join(tmpdir(), 'policy-')), 'policy.yaml');
  const enforcer = new Enforcer({
    policyFile,
    policyDirs: [],
    reload: 'off',
    policies: [ruleDefault({ name: 'show', checkStr: 'role:admin' })],
  });
  const show = ruleHandle(enforcer, 'show');
  const actor = bind(enforcer, member);
  expect(actor.can(show, {})).toBe(false);
  writeFileSync(policyFile, '"show": "role:member"\n');
  await enforcer.load();
  expect(actor.can(show, {})).toBe(true);
});

test('only registered rules have handles', () => {
  expect(() => ruleHandle(service(), 'delte')).toThrow(PolicyNotRegisteredError);
});
