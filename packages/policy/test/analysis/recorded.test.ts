// On the policies and requests of real services, old and new defaults, with and without an operator's file: explain
// decides as enforce, and what it suggests is allowed and smallest.
import { expect, test } from 'vitest';
import { explain, viewOf, type PolicyView } from '../../src/analysis.ts';
import type { Enforcer } from '../../src/index.ts';
import { readRecorded } from '../parity/recorded.ts';
import { Session } from '../parity/session.ts';

interface Recorded {
  readonly id: string;
  readonly session: string;
  readonly rule: string;
  readonly target: Record<string, unknown>;
  readonly creds: Record<string, unknown>;
}

/** Every so many denials have their suggestions tried; PROPERTY_RUNS tries more. */
const STRIDE = Math.max(1, Math.round(20 / Number(process.env.PROPERTY_RUNS ?? 1)));

const isAllowed = (
  enforcer: Enforcer,
  rule: string,
  target: Recorded['target'],
  creds: Recorded['creds'],
): unknown => {
  try {
    return enforcer.enforce(rule, target, { ...creds });
  } catch {
    return undefined;
  }
};

test('explain decides as enforce, and each suggestion is allowed', { timeout: 120_000 }, () => {
  const sessions = new Map<string, { enforcer: Enforcer; view: PolicyView }>();
  for (const line of readRecorded('sessions')) {
    const { enforcer } = new Session(line, 'oslo');
    sessions.set(line.session as string, { enforcer, view: viewOf(enforcer) });
  }
  const cases = (readRecorded('cases') as unknown as Recorded[]).filter(
    ({ creds }) => !('$context' in creds),
  );
  let [denied, suggested] = [0, 0];
  for (const { id, session, rule, target, creds } of cases) {
    const { enforcer, view } = sessions.get(session)!;
    const expected = isAllowed(enforcer, rule, target, creds);
    const isTried = expected === false && (denied += 1) % STRIDE === 0;
    const explanation = explain(view, rule, target, creds, { suggest: isTried });
    if (expected === undefined) {
      expect(explanation.trace?.error, id).toBeDefined();
      continue;
    }
    expect(explanation.allowed, id).toBe(expected);
    for (const suggestion of explanation.suggestions) {
      suggested += 1;
      expect(isAllowed(enforcer, rule, suggestion.target, suggestion.credentials), id).toBe(true);
    }
  }
  expect(cases.length).toBeGreaterThan(4000);
  expect(suggested).toBeGreaterThan(0);
});
