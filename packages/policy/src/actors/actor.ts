import { Compiler } from '../checks/compile.ts';
import { scopeOf, toCredentials, type Credentials, type PolicyContext } from '../checks/credentials.ts';
import { asRecursionError } from '../checks/run.ts';
import { Specializer, type BoundTest } from '../checks/specialize.ts';
import { Walker } from '../checks/walk.ts';
import { deniedChannel, type DeniedEvent } from '../channels.ts';
import type { Enforcer, Target } from '../enforcer.ts';
import { PolicyNotAuthorizedError, PolicyNotRegisteredError } from '../errors.ts';
import { Rules } from '../rules/rules.ts';

/** A registered rule, found once: an actor decides on it without looking it up. Made by {@link ruleHandle}. */
export interface RuleHandle {
  readonly name: string;
  /** Where actors keep what the rule comes to for them. */
  readonly slot: number;
}

const slots = new Map<string, number>();

/**
 * A handle for a rule, to be kept where the rule is used. It is good for every enforcer that has the rule.
 * @throws PolicyNotRegisteredError (ERR_POLICY_NOT_REGISTERED) for a rule that no one registered
 */
export const ruleHandle = (enforcer: Enforcer, name: string): RuleHandle => {
  if (!enforcer.registeredRules.has(name)) throw new PolicyNotRegisteredError(name);
  let slot = slots.get(name);
  if (slot === undefined) {
    slot = slots.size;
    slots.set(name, slot);
  }
  return Object.freeze({ name, slot });
};

/** A policy in force, ready to be decided on for one caller after the other. */
interface Program {
  readonly rules: Rules;
  readonly compiler: Compiler;
}

/** One program for each policy in force; it goes when the policy does. */
const programs = new WeakMap<object, Program>();

const programOf = (enforcer: Enforcer, checks: Enforcer['rules']): Program => {
  let program = programs.get(checks);
  if (program === undefined) {
    const rules = new Rules(checks, enforcer.defaultRule);
    const walker = new Walker(rules, () => Promise.reject(new Error('an actor asks nobody')));
    program = { rules, compiler: new Compiler(rules, walker) };
    programs.set(checks, program);
  }
  return program;
};

const isPlainObject = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/**
 * A caller with credentials that are looked at once: their roles, their scope, and what else the rules ask of them. What
 * is left of a rule is a comparison or two of the target. Decisions are those of the enforcer, of its policy in force.
 * Credentials must not change afterwards; bind them anew for another request.
 */
export class Actor {
  readonly credentials: Credentials;
  readonly #enforcer: Enforcer;
  #checks: Enforcer['rules'];
  #program: Program;
  #specializer: Specializer;
  #tests: (BoundTest | undefined)[] = [];

  constructor(enforcer: Enforcer, requester: Credentials | PolicyContext) {
    this.credentials = toCredentials(requester);
    this.#enforcer = enforcer;
    this.#checks = enforcer.rules;
    this.#program = programOf(enforcer, this.#checks);
    this.#specializer = new Specializer(this.credentials, this.#program.rules, this.#program.compiler);
  }

  /**
   * Whether a rule allows this caller something on a target.
   * @throws EvaluationError, AsyncCheckError where `enforce` throws them
   */
  can(rule: RuleHandle, target: Target): boolean {
    const checks = this.#enforcer.rules;
    if (checks !== this.#checks) this.#follow(checks);
    const test = this.#tests[rule.slot] ?? this.#specialize(rule);
    if (!isPlainObject(target)) return this.#enforcer.enforce(rule.name, target, this.credentials);
    let isAllowed: boolean;
    try {
      isAllowed = test(target);
    } catch (error) {
      throw asRecursionError(error);
    }
    if (!isAllowed && deniedChannel.hasSubscribers) this.#publish(rule.name);
    return isAllowed;
  }

  /**
   * Requires that a rule allows.
   * @throws InvalidScopeError (ERR_POLICY_INVALID_SCOPE), PolicyNotAuthorizedError (ERR_POLICY_NOT_AUTHORIZED)
   */
  authorize(rule: RuleHandle, target: Target): void {
    if (this.can(rule, target)) return;
    // Says why, and throws; a policy that allows by now has changed in between.
    this.#enforcer.authorize(rule.name, target, this.credentials);
    throw new PolicyNotAuthorizedError(rule.name);
  }

  /**
   * The rows for which a rule allows, in their order.
   * @param toTarget makes the target of a row. @default the row itself
   */
  filter<Row extends object>(
    rule: RuleHandle,
    rows: Iterable<Row>,
    toTarget: (row: Row) => Target = (row) => row as Target,
  ): Row[] {
    const found: Row[] = [];
    for (const row of rows) if (this.can(rule, toTarget(row))) found.push(row);
    return found;
  }

  /**
   * The registered rules that allow this caller something on a target, in the order of their registration: what a user
   * interface offers. Rules that ask somebody else, or cannot be decided, are left out.
   */
  allowed(target: Target): string[] {
    const found: string[] = [];
    for (const name of this.#enforcer.registeredRules.keys()) {
      try {
        if (this.can(ruleHandle(this.#enforcer, name), target)) found.push(name);
      } catch {
        continue;
      }
    }
    return found;
  }

  #follow(checks: Enforcer['rules']): void {
    this.#checks = checks;
    this.#program = programOf(this.#enforcer, checks);
    this.#specializer = new Specializer(this.credentials, this.#program.rules, this.#program.compiler);
    this.#tests = [];
  }

  #specialize({ name, slot }: RuleHandle): BoundTest {
    const check = this.#program.rules.lookup(name);
    const scopes = this.#enforcer.registeredRules.get(name)?.scopeTypes ?? [];
    const isInScope = scopes.length === 0 || scopes.includes(scopeOf(this.credentials));
    const test =
      check === undefined || !isInScope ? (): boolean => false : this.#specializer.specialize(check, name);
    this.#tests[slot] = test;
    return test;
  }

  #publish(rule: string): void {
    const scopes = this.#enforcer.registeredRules.get(rule)?.scopeTypes ?? [];
    const isInScope = scopes.length === 0 || scopes.includes(scopeOf(this.credentials));
    const event: DeniedEvent = { rule, reason: isInScope ? 'rule' : 'scope' };
    deniedChannel.publish(event);
  }
}

/** Looks at credentials once, for several decisions. */
export const bind = (enforcer: Enforcer, requester: Credentials | PolicyContext): Actor =>
  new Actor(enforcer, requester);
