import { isCheck, type Check } from '../checks/check.ts';
import type { RuleLookup } from '../checks/walk.ts';

/** What decides when a rule does not exist: another rule, a check, or nothing. */
export type DefaultRule = string | Check | null;

/**
 * Named checks, in order. Names are texts, except that a YAML file may use any scalar as a key, and such a
 * rule can only be listed.
 * @parity oslo.policy 6.0.0 policy.py Rules — same
 */
export class Rules implements RuleLookup {
  readonly checks: ReadonlyMap<unknown, Check>;
  readonly defaultRule: DefaultRule;

  constructor(checks: Iterable<readonly [unknown, Check]>, defaultRule: DefaultRule) {
    this.checks = new Map(checks);
    this.defaultRule = defaultRule;
  }

  /** The check of a rule, or of the default rule. */
  lookup(name: unknown): Check | undefined {
    const check = this.checks.get(name);
    if (check !== undefined) return check;
    if (isCheck(this.defaultRule)) return this.defaultRule;
    return this.defaultRule ? this.checks.get(this.defaultRule) : undefined;
  }

  /** These rules with others added or put in their place. */
  with(others: Iterable<readonly [unknown, Check]>): Rules {
    return new Rules([...this.checks, ...others], this.defaultRule);
  }
}
