import { formatCheck } from '../checks/check.ts';
import type { Enforcer } from '../enforcer.ts';
import { checkOf, type RuleDefault } from '../rules/defaults.ts';

/**
 * The registered rules that a file repeats, in the order of the files: those whose override reads as the default.
 * @parity oslo.policy 6.0.0 generator.py _list_redundant — same
 */
export const redundantOverrides = (enforcer: Enforcer): RuleDefault[] => {
  const redundant: RuleDefault[] = [];
  for (const [name, { check }] of enforcer.fileRules) {
    const rule = enforcer.registeredRules.get(name);
    if (rule === undefined) continue;
    if (formatCheck(checkOf(rule, enforcer.checks)) === formatCheck(check)) redundant.push(rule);
  }
  return redundant;
};
