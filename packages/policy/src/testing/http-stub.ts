import type { Check } from '../checks/check.ts';
import { CheckRegistry, type CustomCheckFactory, type CustomCheckFunction } from '../checks/registry.ts';

/** What a stub answers: always the same, or by what would be asked. */
export type StubbedAnswer =
  boolean | ((url: string, target: unknown, credentials: Readonly<Record<string, unknown>>) => boolean);

/** A registry in which `http:` and `https:` checks ask nobody. */
class StubbedRegistry extends CheckRegistry {
  readonly #answer: StubbedAnswer;
  readonly #others: CheckRegistry;

  constructor(answer: StubbedAnswer, others: CheckRegistry) {
    super();
    this.#answer = answer;
    this.#others = others;
  }

  override register(kind: string | null, factory: CustomCheckFactory): void {
    this.#others.register(kind, factory);
  }

  override clone(): CheckRegistry {
    return new StubbedRegistry(this.#answer, this.#others.clone());
  }

  override create(kind: string, match: string): Check {
    if (kind !== 'http' && kind !== 'https') return this.#others.create(kind, match);
    const answer = this.#answer;
    const decide: CustomCheckFunction = (target, credentials) =>
      typeof answer === 'boolean' ? answer : answer(`${kind}:${match}`, target, credentials);
    return { type: 'custom', kind, match, factory: () => decide };
  }
}

/**
 * Kinds of checks for tests, in which `http:` and `https:` checks ask nobody and decide at once. Give it to the enforcer
 * as `checks`.
 * @param answer what servers answer; a function gets the address as the rule writes it, formats not filled in
 * @param others the service's own kinds
 * @parity oslo.policy 6.0.0 fixture.py HttpCheckFixture — same, without touching other enforcers
 */
export const stubHttpChecks = (
  answer: StubbedAnswer = true,
  others: CheckRegistry = new CheckRegistry(),
): CheckRegistry => new StubbedRegistry(answer, others);
