import type { Check } from '../checks/check.ts';
import { ALWAYS, NEVER, type Diagram } from './decision-diagram.ts';
import type { FactSpace } from './facts.ts';
import type { PolicyView } from './policy-view.ts';

/** Thrown inside the analysis where rules refer to each other in a circle. */
class RuleCycle extends Error {}

/**
 * The rules of a policy as functions of facts. A rule that refers to itself, directly or through others, cannot be
 * decided and has no function.
 */
export class CompiledPolicy {
  readonly #policy: PolicyView;
  readonly #space: FactSpace;
  readonly #rules = new Map<string, Diagram | 'cyclic'>();

  constructor(policy: PolicyView, space: FactSpace) {
    this.#policy = policy;
    this.#space = space;
  }

  /**
   * Who may do what the rule guards, scope included.
   * @returns undefined for a rule that refers to itself; never true for one that does not exist
   */
  decision(rule: string): Diagram | undefined {
    const check = this.check(rule);
    if (check === undefined) return undefined;
    const { diagrams } = this.#space;
    const scoped = diagrams.and(check, this.#space.inScope(this.#policy.rules.get(rule)?.scopeTypes ?? []));
    return diagrams.and(scoped, this.#space.oneScope);
  }

  /** What the rule's check computes, whatever the scope. @returns undefined for a rule that refers to itself */
  check(rule: string): Diagram | undefined {
    try {
      return this.#rule(rule, []);
    } catch (error) {
      if (error instanceof RuleCycle) return undefined;
      throw error;
    }
  }

  /** What a check computes inside this policy. @returns undefined where it leads into a cycle */
  compile(check: Check): Diagram | undefined {
    try {
      return this.#compile(check, []);
    } catch (error) {
      if (error instanceof RuleCycle) return undefined;
      throw error;
    }
  }

  #rule(name: string, path: readonly string[]): Diagram {
    const { rules, defaultRule } = this.#policy;
    const resolved = rules.has(name) ? name : defaultRule;
    const rule = resolved === undefined ? undefined : rules.get(resolved);
    if (resolved === undefined || rule === undefined) return NEVER;
    const known = this.#rules.get(resolved);
    if (known === 'cyclic' || path.includes(resolved)) {
      this.#rules.set(resolved, 'cyclic');
      throw new RuleCycle();
    }
    if (known !== undefined) return known;
    const compiled = this.#compile(rule.check, [...path, resolved]);
    this.#rules.set(resolved, compiled);
    return compiled;
  }

  #compile(check: Check, path: readonly string[]): Diagram {
    const { diagrams } = this.#space;
    switch (check.type) {
      case 'true':
        return ALWAYS;
      case 'false':
        return NEVER;
      case 'and':
        return check.checks.reduce((all, operand) => diagrams.and(all, this.#compile(operand, path)), ALWAYS);
      case 'or':
        return check.checks.reduce((any, operand) => diagrams.or(any, this.#compile(operand, path)), NEVER);
      case 'not':
        return diagrams.not(this.#compile(check.check, path));
      case 'rule':
        return this.#rule(check.match, path);
      default:
        return this.#space.ofCheck(check);
    }
  }
}
