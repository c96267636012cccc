import { operandsOf, type Check, type KindCheck } from '../checks/check.ts';
import { classifyKind } from '../checks/kinds.ts';
import { parseRule, type ParseProblem } from '../checks/parse.ts';
import type { CheckRegistry } from '../checks/registry.ts';
import { templateOf } from '../checks/walk.ts';
import { EvaluationError } from '../errors.ts';
import { str } from '../python/text.ts';
import { typeName } from '../python/values.ts';

/** A rule that was read, and what is wrong with it taken by itself. */
export interface ReadRule {
  readonly check: Check;
  /** Each fault in words; empty for a rule that means what it says. */
  readonly faults: readonly string[];
}

/** Deeper rules are refused: no one reads them, and they could exhaust the stack. */
const MAX_DEPTH = 200;

const QUOTED = /^(["']).*\1$/;

const leafFault = (check: KindCheck): string | undefined => {
  const text = `${check.kind}:${check.match}`;
  if (check.type === 'custom' || check.type === 'rule') return undefined;
  const { fault } = templateOf(check);
  if (fault !== undefined)
    return `check ${text} fails for every request: ${fault}; write %% for a percent sign`;
  if (check.type === 'http' || check.type === 'https') return undefined;
  if (QUOTED.test(check.match)) {
    return `check ${text} compares with the quotes; write ${check.kind}:${check.match.slice(1, -1)}`;
  }
  if (check.type === 'role') return undefined;
  const kind = classifyKind(check.kind);
  return kind.type === 'invalid'
    ? `check ${text} fails for every request: ${check.kind} is neither a name nor a literal (${kind.error.message})`
    : undefined;
};

/** Faults of the leaves of a check, and of its depth. */
const checkFaults = (root: Check): string[] => {
  const faults: string[] = [];
  let level: readonly Check[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return [`operators are nested deeper than ${String(MAX_DEPTH)}`];
    for (const check of level) {
      const fault = 'kind' in check ? leafFault(check) : undefined;
      if (fault !== undefined) faults.push(fault);
    }
    level = level.flatMap(operandsOf);
  }
  return faults;
};

const valueFault = (rule: unknown): string | undefined => {
  if (typeof rule === 'string' || Array.isArray(rule)) return undefined;
  const advice = 'write "@" to allow, "!" to deny, in quotes';
  if (rule === null || rule === undefined)
    return `the rule has no value, which Oslo takes as allow; ${advice}`;
  const type = typeName(rule);
  return type === 'dict' || type === 'set'
    ? `the rule is a ${type}, not text or a list; ${advice}`
    : `the rule is the ${type} ${JSON.stringify(str(rule))}, not text; ${advice}`;
};

/** Reads a rule and says what is wrong with it, where Oslo would allow, deny or raise without a word. */
export const readRule = (rule: unknown, registry: CheckRegistry): ReadRule => {
  const fault = valueFault(rule);
  if (fault !== undefined) return { check: { type: 'false' }, faults: [fault] };
  const problems: ParseProblem[] = [];
  try {
    const check = parseRule(rule, registry, problems);
    return { check, faults: [...problems.map(({ message }) => message), ...checkFaults(check)] };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return {
      check: { type: 'false' },
      faults: [`the rule holds something that is neither text nor a list: ${error.message}`],
    };
  }
};
