import { isCheck, type Check } from '../checks/check.ts';
import { parseRule } from '../checks/parse.ts';
import type { CheckRegistry } from '../checks/registry.ts';
import { PolicyLoadError, type PolicyIssue } from '../errors.ts';
import { str } from '../python/text.ts';
import { entriesOf } from '../python/values.ts';
import { readRule } from './faults.ts';

/** Rules given by hand, read as Oslo does: checks stay what they are, everything else is parsed. */
export const parseRules = (rules: object, registry: CheckRegistry): Map<unknown, Check> =>
  new Map(
    Array.from(entriesOf(rules), ([name, rule]) => [name, isCheck(rule) ? rule : parseRule(rule, registry)]),
  );

/**
 * Rules given by hand, none of which may fail open.
 * @throws PolicyLoadError (ERR_POLICY_LOAD) listing everything that is wrong with them
 */
export const readRules = (rules: object, registry: CheckRegistry): Map<unknown, Check> => {
  const issues: PolicyIssue[] = [];
  const checks = new Map<unknown, Check>();
  for (const [name, rule] of entriesOf(rules)) {
    const { check, faults } = isCheck(rule) ? { check: rule, faults: [] } : readRule(rule, registry);
    checks.set(name, check);
    for (const message of faults) {
      issues.push({ file: undefined, line: undefined, column: undefined, rule: str(name), message });
    }
  }
  if (issues.length > 0) throw new PolicyLoadError(issues);
  return checks;
};
