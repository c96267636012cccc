import { operandsOf, type Check } from './check.ts';
import type { RuleLookup } from './walk.ts';

/**
 * Whether a check holds custom or remote checks, directly or through the rules it refers to: their answers
 * can be any value, and can take time.
 */
export const mayWait = (root: Check, rules: RuleLookup): boolean => {
  const seen = new Set<string>();
  const open: Check[] = [root];
  for (let check = open.pop(); check !== undefined; check = open.pop()) {
    if (check.type === 'custom' || check.type === 'http' || check.type === 'https') return true;
    open.push(...operandsOf(check));
    if (check.type !== 'rule' || seen.has(check.match)) continue;
    seen.add(check.match);
    const next = rules.lookup(check.match);
    if (next !== undefined) open.push(next);
  }
  return false;
};
