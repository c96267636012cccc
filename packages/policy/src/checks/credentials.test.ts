import { describe, expect, test } from 'vitest';
import { Enforcer } from '../enforcer.ts';
import { EvaluationError } from '../errors.ts';

/** What a rule comes to: the decision, or what was thrown. */
const decide = (rule: string, credentials: Record<string, unknown>, compat?: 'oslo'): unknown => {
  const enforcer = new Enforcer({ rules: { rule }, useConf: false, ...(compat && { compat }) });
  try {
    return enforcer.enforce('rule', { role: 'admin' }, credentials);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return `${error.kind}: ${error.message}`;
  } finally {
    enforcer.close();
  }
};

describe.each([undefined, 'oslo'] as const)('compat: %s', (compat) => {
  describe.each(['role:admin', 'role:%(role)s', 'role:ädmin', 'not role:admin', 'role:admin or @'])(
    'for %s',
    (rule) => {
      // Where oslo.policy raises we do; below `not` a denial would allow.
      test.each([
        ['undefined', undefined],
        ['null', null],
        ['a number', 5],
        ['a boolean', true],
        ['an object', { name: 'admin' }],
        ['a list', ['admin']],
        ['bytes', new Uint8Array(1)],
      ])('a role that is %s is told with its place, and what to do about it', (kind, role) => {
        expect(decide(rule, { roles: ['admin', role] }, compat)).toBe(
          `AttributeError: credentials.roles[1] is ${kind}, which is no name of a role: give texts only, and leave out what is missing`,
        );
      });

      test.each([
        ['undefined', undefined],
        ['null', null],
        ['a number', 5],
        ['a boolean', true],
      ])('roles that are %s are told with what to do about them', (kind, roles) => {
        expect(decide(rule, { roles }, compat)).toBe(
          `TypeError: credentials.roles is ${kind}, which is no list: give the names of roles as a list of texts, or leave roles out`,
        );
      });
    },
  );

  test('a check that needs no roles is decided, whatever they are', () => {
    expect(decide('@ or role:admin', { roles: [undefined] }, compat)).toBe(true);
    expect(decide('! and role:admin', { roles: [undefined] }, compat)).toBe(false);
  });

  test('without roles there is none', () => {
    expect(decide('role:admin', {}, compat)).toBe(false);
    expect(decide('role:admin', { roles: [] }, compat)).toBe(false);
  });

  test.each([
    [{ user: undefined }, 'user', 'null or undefined', 'user.id'],
    [{ user: null }, 'user', 'null or undefined', 'user.id'],
    [{ user: 'u1' }, 'user', 'a text', 'user.id'],
    [{ user: [{ id: 'u2' }, 5] }, 'user', 'a number', 'user.id'],
  ])('a value without keys is told with its place: %j', (credentials, name, held, wanted) => {
    expect(decide('user.id:u1', credentials, compat)).toBe(
      `TypeError: credentials.${name} holds ${held}, where a rule looks for ${wanted}: give an object there, or leave ${name} out`,
    );
  });

  test('what a message says of credentials is never a value of them', () => {
    for (const credentials of [{ roles: [12345] }, { roles: 12345 }, { user: '12345' }]) {
      expect(decide('role:admin or user.id.x:u1', credentials, compat)).not.toContain('12345');
    }
  });
});
