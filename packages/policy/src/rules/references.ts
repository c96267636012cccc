import { operandsOf, type Check } from '../checks/check.ts';

type Checks = ReadonlyMap<unknown, Check>;

/** Operands as Oslo's search sees them: it does not look below `not`. */
const visibleOperands = (check: Check): readonly Check[] => (check.type === 'not' ? [] : operandsOf(check));

const refersToUndefined = (check: Check, checks: Checks): boolean =>
  check.type === 'rule'
    ? !checks.has(check.match)
    : visibleOperands(check).some((operand) => refersToUndefined(operand, checks));

const leadsToCycle = (check: Check, checks: Checks, seen: ReadonlySet<string>): boolean => {
  if (check.type !== 'rule') {
    return visibleOperands(check).some((operand) => leadsToCycle(operand, checks, seen));
  }
  if (seen.has(check.match)) return true;
  const next = checks.get(check.match);
  return next !== undefined && leadsToCycle(next, checks, new Set([...seen, check.match]));
};

/** Rules that cannot work as they are written. */
export interface BrokenReferences {
  readonly undefinedIn: readonly unknown[];
  readonly cyclic: readonly unknown[];
}

/**
 * Finds the rules that refer to undefined rules, and those that are part of a cycle or lead into one. As in
 * Oslo nothing below `not` is looked at and the default rule does not count.
 * @parity oslo.policy 6.0.0 policy.py Enforcer.check_rules — same
 */
export const findBrokenReferences = (checks: Checks): BrokenReferences => {
  const names = [...checks];
  return {
    undefinedIn: names.filter(([, check]) => refersToUndefined(check, checks)).map(([name]) => name),
    cyclic: names.filter(([, check]) => leadsToCycle(check, checks, new Set())).map(([name]) => name),
  };
};
