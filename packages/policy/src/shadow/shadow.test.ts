import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Enforcer } from '../enforcer.ts';
import { ruleDefault } from '../rules/defaults.ts';
import { ShadowedEnforcer, shadowDifferenceChannel, type ShadowDifferenceEvent } from './shadow.ts';

const policy = (checkStr: string): Enforcer =>
  new Enforcer({
    compat: 'oslo',
    policyFile: '/nowhere.yaml',
    policyDirs: [],
    policies: [ruleDefault({ name: 'show', checkStr })],
  });

test('the policy in force decides, and differences are counted by rule', () => {
  const watched = new ShadowedEnforcer(policy('role:member'), policy('role:reader'));
  expect(watched.enforce('show', {}, { roles: ['member'] })).toBe(true);
  expect(watched.enforce('show', {}, { roles: ['reader'] })).toBe(false);
  expect(watched.enforce('show', {}, { roles: ['reader', 'member'] })).toBe(true);
  expect(watched.counts).toEqual({
    decisions: 3,
    differences: 2,
    gains: new Map([['show', 1]]),
    losses: new Map([['show', 1]]),
  });
});

test('a shadow that fails never fails the request', () => {
  const watched = new ShadowedEnforcer(policy('@'), policy('user.name:%(x)s'));
  expect(watched.enforce('show', { x: 'a' }, { user: 5 })).toBe(true);
  expect(watched.counts.differences).toBe(1);
});

test('a difference is published without target and credentials', () => {
  const events: unknown[] = [];
  const listener = (event: unknown): void => void events.push(event);
  subscribe(shadowDifferenceChannel.name, listener);
  new ShadowedEnforcer(policy('@'), policy('!')).enforce('show', { secret: 's' }, { token: 't' });
  unsubscribe(shadowDifferenceChannel.name, listener);
  expect(events).toEqual([
    { rule: 'show', main: 'allowed', shadow: 'denied' } satisfies ShadowDifferenceEvent,
  ]);
});

test('authorize keeps its errors and is watched, too', () => {
  const watched = new ShadowedEnforcer(policy('!'), policy('@'));
  expect(() => watched.authorize('show', {}, {})).toThrow('show is disallowed by policy');
  expect(watched.counts.gains).toEqual(new Map([['show', 1]]));
});

/** The recorded sessions and cases of real services. */
const recorded = (name: string): Record<string, unknown>[] =>
  gunzipSync(readFileSync(new URL(`../../test/parity/recorded/${name}.jsonl.gz`, import.meta.url)))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

interface RecordedRule {
  name: string;
  check_str: string;
  scope_types: string[] | null;
  deprecated_rule: {
    name: string;
    check_str: string;
    deprecated_reason: string | null;
    deprecated_since: string | null;
  } | null;
}

test('with new defaults in force and the old ones as shadow, exactly the cases that differ are found', () => {
  const sessions = new Map(recorded('sessions').map((session) => [session.session as string, session]));
  const cases = recorded('cases').filter(
    ({ creds, op }) => !('$context' in (creds as object)) && op === undefined,
  );
  for (const service of ['keystone', 'nova', 'glance']) {
    const policies = (sessions.get(`${service}/new`)?.defaults as RecordedRule[]).map((rule) =>
      ruleDefault({
        name: rule.name,
        checkStr: rule.check_str,
        scopeTypes: rule.scope_types,
        deprecatedRule: rule.deprecated_rule && {
          name: rule.deprecated_rule.name,
          checkStr: rule.deprecated_rule.check_str,
          deprecatedReason: rule.deprecated_rule.deprecated_reason,
          deprecatedSince: rule.deprecated_rule.deprecated_since,
        },
      }),
    );
    const with_ = (enforceNewDefaults: boolean): Enforcer =>
      new Enforcer({
        compat: 'oslo',
        policies,
        enforceNewDefaults,
        policyFile: '/nowhere.yaml',
        policyDirs: [],
      });
    const [current, old] = [with_(true), with_(false)];
    const found: unknown[] = [];
    let id: unknown;
    const watched = new ShadowedEnforcer(current, old, { onDifference: () => found.push(id) });
    const expected: unknown[] = [];
    for (const one of cases.filter(
      ({ session }) => session === `${service}/new` || session === `${service}/old`,
    )) {
      const { rule, target, creds } = one as {
        rule: string;
        target: Record<string, unknown>;
        creds: Record<string, unknown>;
      };
      id = one.id;
      const decide = (enforcer: Enforcer): string => {
        try {
          return String(enforcer.enforce(rule, target, { ...creds }));
        } catch (error) {
          return (error as Error).name;
        }
      };
      if (decide(current) !== decide(old)) expected.push(id);
      try {
        watched.enforce(rule, target, { ...creds });
      } catch {
        continue;
      }
    }
    expect(found).toEqual(expected);
    expect(found.length).toBeGreaterThan(0);
  }
});
