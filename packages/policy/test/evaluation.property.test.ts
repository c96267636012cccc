/**
 * Laws: compiled checks decide as the walker does, errors included; a check read from its own text is the
 * same check; a check and its `not` never agree.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCheck, type Check } from '../src/checks/check.ts';
import { Compiler } from '../src/checks/compile.ts';
import type { Credentials } from '../src/checks/credentials.ts';
import { parseRule } from '../src/checks/parse.ts';
import { runSync } from '../src/checks/run.ts';
import { Walker } from '../src/checks/walk.ts';
import { EvaluationError } from '../src/errors.ts';
import { python } from '../src/python/full.ts';
import { usePython } from '../src/python/parts.ts';
import { isTruthy } from '../src/python/values.ts';
import { Rules } from '../src/rules/rules.ts';
import { credentials, rule, seeded, target } from './arbitraries.ts';

usePython(python);

type Outcome = boolean | string;

const outcomeOf = (decide: () => unknown): Outcome => {
  try {
    return isTruthy(decide());
  } catch (error) {
    return error instanceof EvaluationError
      ? error.kind
      : error instanceof RangeError
        ? 'RecursionError'
        : 'other';
  }
};

const evaluatorsOf = (
  texts: Record<string, string>,
): ((check: Check, t: object, c: Credentials) => [Outcome, Outcome]) => {
  const rules = new Rules(
    Object.entries(texts).map(([name, text]) => [name, parseRule(text)]),
    null,
  );
  const walker = new Walker(rules, () => Promise.resolve(false));
  const compiler = new Compiler(rules, walker);
  return (check, t, c) => [
    outcomeOf(() =>
      runSync(walker.walk(check, { target: t, credentials: c, context: { currentRule: null } })),
    ),
    outcomeOf(() => compiler.compile(check)(t as Record<string, unknown>, c, null)),
  ];
};

test('compiled checks decide as the walker does', () => {
  fc.assert(
    fc.property(rule, rule, rule, target, credentials, (text, one, two, t, c) => {
      const [walked, compiled] = evaluatorsOf({ one, two })(parseRule(text), t, c);
      expect(compiled).toBe(walked);
    }),
    seeded,
  );
});

test('a check and its opposite never agree, and fail alike', () => {
  fc.assert(
    fc.property(rule, target, credentials, (text, t, c) => {
      const evaluate = evaluatorsOf({});
      const check = parseRule(text);
      const [, decided] = evaluate(check, t, c);
      const [, opposite] = evaluate({ type: 'not', check }, t, c);
      expect(opposite).toBe(typeof decided === 'boolean' ? !decided : decided);
    }),
    seeded,
  );
});

test('a check read from its own text is the same check', () => {
  fc.assert(
    fc.property(rule, (text) => {
      const once = formatCheck(parseRule(text));
      expect(formatCheck(parseRule(once))).toBe(once);
    }),
    seeded,
  );
});
