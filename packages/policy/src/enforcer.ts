import { formatCheck, isCheck, type Check } from './checks/check.ts';
import { Compiler, type PlainTarget, type Test } from './checks/compile.ts';
import { scopeOf, toCredentials, type Credentials, type PolicyContext } from './checks/credentials.ts';
import type { CheckRegistry, CustomCheckFactory } from './checks/registry.ts';
import { asRecursionError, runAsync, runSync } from './checks/run.ts';
import { mayWait } from './checks/purity.ts';
import { Walker, type AskRemote, type Question } from './checks/walk.ts';
import { deniedChannel, type DeniedEvent } from './channels.ts';
import {
  EvaluationError,
  InvalidScopeError,
  PolicyNotAuthorizedError,
  PolicyNotRegisteredError,
} from './errors.ts';
import { resolvePolicyOptions, type PolicyOptions, type ResolvedPolicyOptions } from './options.ts';
import { usePython } from './python/parts.ts';
import { isDict, isTruthy, typeName } from './python/values.ts';
import { formatDefault, type RuleDefault } from './rules/defaults.ts';
import type { FileRule } from './rules/deprecation.ts';
import { parseRules, readRules } from './rules/given-rules.ts';
import type { Rules } from './rules/rules.ts';
import { OsloSource } from './sources/oslo-source.ts';
import type { LoadReport, RuleSource } from './sources/source.ts';
import { StrictSource } from './sources/strict-source.ts';

/** The thing an action is about: flat keys such as `project_id` or `target.user.id`, and their values. */
export type Target = Readonly<Record<string, unknown>>;

/** Who asks: credentials as a plain object, or a context that writes itself as such. */
export type Requester = Credentials | PolicyContext;

/** How {@link Enforcer.evaluate} goes about it. */
export interface EvaluateOptions {
  /** Throw instead of returning a denial. @default false */
  readonly orThrow?: boolean;
  /** The error to throw for a denial instead of PolicyNotAuthorizedError; a wrong scope keeps its own. */
  readonly error?: () => Error;
  /** Refuse rules that no one registered. @default false */
  readonly registeredOnly?: boolean;
}

/** A rule ready to decide. */
interface Decision {
  readonly check: Check;
  readonly test: Test;
  /** Whether it holds custom or remote checks, whose answers can be any value or take time. */
  readonly mayWait: boolean;
  readonly scopeTypes: readonly string[];
  /** How errors call it. */
  readonly label: string;
}

/** The rules in force, compiled as they are used. */
interface Program {
  readonly rules: Rules;
  readonly compiler: Compiler;
  readonly walker: Walker;
  readonly decisions: Map<unknown, Decision | null>;
}

const NO_SCOPES: readonly string[] = [];

const isPlainObject = (value: unknown): value is PlainTarget => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

const deny = (event: DeniedEvent): false => {
  if (deniedChannel.hasSubscribers) deniedChannel.publish(event);
  return false;
};

/** As Oslo does, writes the scope into the caller's own object. */
const shareScope = (credentials: Credentials): Credentials => {
  const scope = credentials.system_scope;
  if (isTruthy(scope)) (credentials as Record<string, unknown>).system = scope;
  return credentials;
};

/** Thrown by a remote check whose server gave an unknown answer: everything above it denies. */
const isUnknownAnswer = (error: unknown): boolean => error instanceof Error && error.name === 'UnknownAnswer';

/**
 * Decides who may do what, by rules a service registers and its operator overrides in files.
 *
 * A decision is synchronous, unless the rule asks a remote server. Rules are read again while the enforcer is
 * in use; every decision is made by one policy as a whole.
 *
 * @example
 * const enforcer = new Enforcer({ policies: [ruleDefault({ name: 'admin', checkStr: 'role:admin' })] });
 * await enforcer.load();
 * enforcer.enforce('admin', {}, { roles: ['admin'] });
 * @parity oslo.policy 6.0.0 policy.py Enforcer — same with `compat: 'oslo'`, otherwise differs: see divergences
 */
export class Enforcer {
  readonly #options: ResolvedPolicyOptions;
  readonly #source: RuleSource;
  readonly #ask: AskRemote;
  readonly #isOslo: boolean;
  #program: Program | undefined;

  /**
   * @throws PolicyOptionsError (ERR_POLICY_OPTIONS) listing every option that is wrong
   * @throws DuplicatePolicyError (ERR_POLICY_DUPLICATE) for two defaults of one name
   */
  constructor(options: PolicyOptions = {}) {
    this.#options = resolvePolicyOptions(options);
    if (this.#options.python !== undefined) usePython(this.#options.python);
    this.#isOslo = this.#options.compat === 'oslo';
    this.#source = this.#isOslo ? new OsloSource(this.#options) : new StrictSource(this.#options);
    let remote: Promise<AskRemote> | undefined;
    this.#ask = async (check, address, question) => {
      remote ??= import('./remote/http.ts').then(({ createRemote }) => createRemote(this.#options));
      return (await remote)(check, address, question);
    };
  }

  /** The rules in force, by name, after a look at the files where every decision looks. */
  get rules(): ReadonlyMap<string, Check> {
    this.#source.refresh();
    return this.currentRules;
  }

  /** The rules that were in force at the last decision, by name. */
  get currentRules(): ReadonlyMap<string, Check> {
    return this.#source.rules.checks as ReadonlyMap<string, Check>;
  }

  /** The rules that files set, by name. */
  get fileRules(): ReadonlyMap<string, FileRule> {
    return this.#source.fileRules as ReadonlyMap<string, FileRule>;
  }

  /** The registered rules, by name. */
  get registeredRules(): ReadonlyMap<string, RuleDefault> {
    return this.#source.registered;
  }

  /** Whether the enforcer is strict or does as Oslo does. */
  get compat(): 'oslo' | 'strict' {
    return this.#options.compat;
  }

  /** Whether files are read. */
  get useConf(): boolean {
    return this.#source.useConf;
  }

  /** What decides for rules that do not exist. */
  get defaultRule(): string | Check | null {
    return this.#source.defaultRule;
  }

  /** The kinds of checks this enforcer knows. */
  get checks(): CheckRegistry {
    return this.#options.checks;
  }

  /**
   * Reads the policy files, also again. What is wrong leaves the policy in force as it is.
   * @throws PolicyLoadError (ERR_POLICY_LOAD) listing everything that is wrong with the policy
   */
  load({ signal }: { readonly signal?: AbortSignal } = {}): Promise<LoadReport> {
    return this.#source.load(signal);
  }

  /**
   * {@link load} at once. Files that are more than a list of rules, and unusual kinds and formats, need the
   * option `python`.
   * @throws PolicyLoadError (ERR_POLICY_LOAD), PythonPartsMissingError (ERR_POLICY_PYTHON_PARTS_MISSING)
   */
  loadSync(): LoadReport {
    return this.#source.loadSync();
  }

  /**
   * Whether a rule allows.
   * @param rule the name of a rule, or a check
   * @param target what the action is about
   * @param requester who asks
   * @returns false also for a rule that does not exist, and for a token of the wrong scope
   * @throws InvalidContextObjectError (ERR_POLICY_INVALID_CONTEXT) for credentials that are no object
   * @throws EvaluationError (ERR_POLICY_EVALUATION) where a check cannot be decided
   * @throws AsyncCheckError (ERR_POLICY_ASYNC_CHECK) where a check has to wait
   * @parity oslo.policy 6.0.0 policy.py Enforcer.enforce — same
   */
  enforce(rule: string | Check, target: Target, requester: Requester): boolean {
    const decision = this.#decide(rule);
    const credentials = this.#credentialsOf(requester);
    if (decision === null) return deny({ rule: this.#nameOf(rule), reason: 'undefined rule' });
    if (decision.scopeTypes.length > 0 && !decision.scopeTypes.includes(scopeOf(credentials))) {
      return deny({ rule: this.#nameOf(rule), reason: 'scope' });
    }
    const currentRule = typeof rule === 'string' ? rule : null;
    const allowed = isPlainObject(target)
      ? this.#test(decision, target, credentials, currentRule)
      : isTruthy(this.#walk(decision, { target, credentials, context: { currentRule } }));
    return allowed || deny({ rule: this.#nameOf(rule), reason: 'rule' });
  }

  /** {@link enforce} for rules that may have to wait. Remote checks are asked one after the other. */
  async enforceAsync(rule: string | Check, target: Target, requester: Requester): Promise<boolean> {
    return isTruthy(await this.evaluateAsync(rule, target, requester));
  }

  /**
   * Requires that a registered rule allows.
   * @param options `error` makes the error for a denial
   * @throws PolicyNotRegisteredError (ERR_POLICY_NOT_REGISTERED) for a rule no one registered
   * @throws InvalidScopeError (ERR_POLICY_INVALID_SCOPE) for a token of the wrong scope
   * @throws PolicyNotAuthorizedError (ERR_POLICY_NOT_AUTHORIZED), or the error asked for, for a denial
   * @throws whatever {@link enforce} throws
   * @parity oslo.policy 6.0.0 policy.py Enforcer.authorize with do_raise — same
   */
  authorize(
    rule: string,
    target: Target,
    requester: Requester,
    options: Pick<EvaluateOptions, 'error'> = {},
  ): void {
    this.evaluate(rule, target, requester, { ...options, orThrow: true, registeredOnly: true });
  }

  /** {@link authorize} for rules that may have to wait. */
  async authorizeAsync(
    rule: string,
    target: Target,
    requester: Requester,
    options: Pick<EvaluateOptions, 'error'> = {},
  ): Promise<void> {
    await this.evaluateAsync(rule, target, requester, { ...options, orThrow: true, registeredOnly: true });
  }

  /**
   * What the check of a rule returns: a boolean, or from a custom check at the top any value.
   * @parity oslo.policy 6.0.0 policy.py Enforcer.enforce, Enforcer.authorize — same
   */
  evaluate(
    rule: string | Check,
    target: unknown,
    requester: Requester,
    options: EvaluateOptions = {},
  ): unknown {
    this.#requireRegistered(rule, options);
    const decision = this.#decide(rule);
    const credentials = this.#credentialsOf(requester);
    if (!this.#passesScope(rule, decision, credentials, options)) return false;
    const question: Question = {
      target,
      credentials,
      context: { currentRule: typeof rule === 'string' ? rule : null },
    };
    return this.#conclude(rule, decision === null ? false : this.#answer(decision, question), options);
  }

  /** {@link evaluate} for rules that may have to wait. */
  async evaluateAsync(
    rule: string | Check,
    target: unknown,
    requester: Requester,
    options: EvaluateOptions = {},
  ): Promise<unknown> {
    this.#requireRegistered(rule, options);
    const decision = this.#decide(rule);
    const { walker } = this.#current();
    const credentials = this.#credentialsOf(requester);
    if (!this.#passesScope(rule, decision, credentials, options)) return false;
    const question: Question = {
      target,
      credentials,
      context: { currentRule: typeof rule === 'string' ? rule : null },
    };
    if (decision === null) return this.#conclude(rule, false, options);
    if (!decision.mayWait) return this.#conclude(rule, this.#answer(decision, question), options);
    let answer: unknown = false;
    try {
      answer = await runAsync(walker.walk(decision.check, question));
    } catch (error) {
      if (!isUnknownAnswer(error)) throw error;
    }
    return this.#conclude(rule, answer, options);
  }

  /**
   * Sets rules by hand, and stops reading files unless told otherwise.
   * @param rules checks or texts by name
   * @throws EvaluationError (TypeError) when the rules are no object
   * @throws PolicyLoadError (ERR_POLICY_LOAD) unless `compat: 'oslo'`, when any rule is refused
   * @parity oslo.policy 6.0.0 policy.py Enforcer.set_rules — same
   */
  setRules(
    rules: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>,
    { overwrite = true, useConf = false }: { readonly overwrite?: boolean; readonly useConf?: boolean } = {},
  ): void {
    if (!isDict(rules)) {
      throw new EvaluationError(
        'TypeError',
        `Rules must be an object or a Map, got ${typeName(rules)} instead`,
      );
    }
    const checks = this.#isOslo
      ? parseRules(rules, this.#options.checks)
      : readRules(rules, this.#options.checks);
    this.#source.setRules(checks, overwrite, useConf);
  }

  /** Forgets all rules, registered ones too, and stops reading files. */
  clear(): void {
    this.#source.clear();
  }

  /**
   * Registers a rule; the next decision knows it.
   * @throws DuplicatePolicyError (ERR_POLICY_DUPLICATE) when there is one of that name
   */
  registerDefault(rule: RuleDefault): void {
    this.#source.register(rule);
    this.#program = undefined;
  }

  /** {@link registerDefault} for several rules. */
  registerDefaults(rules: Iterable<RuleDefault>): void {
    for (const rule of rules) this.registerDefault(rule);
  }

  /** Adds a kind of checks; rules that were read before keep what the kind meant then. */
  registerCheck(kind: string | null, factory: CustomCheckFactory): void {
    this.#options.checks.register(kind, factory);
  }

  /** Looks at the files as every decision does, without deciding anything. */
  refresh(): void {
    this.#source.refresh();
  }

  /** Stops watching files. The enforcer goes on deciding by the policy it has. */
  close(): void {
    this.#source.close();
  }

  /** {@link close} */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #current(): Program {
    this.#source.refresh();
    const { rules } = this.#source;
    if (this.#program?.rules !== rules) {
      const walker = new Walker(rules, this.#ask);
      this.#program = { rules, walker, compiler: new Compiler(rules, walker), decisions: new Map() };
    }
    return this.#program;
  }

  /** The rule, compiled once per policy; null when there is none. */
  #decide(rule: string | Check): Decision | null {
    const program = this.#current();
    const known = program.decisions.get(rule);
    return known === undefined ? this.#compile(rule, program) : known;
  }

  #compile(rule: string | Check, program: Program): Decision | null {
    let decision: Decision | null;
    try {
      decision = this.#makeDecision(rule, program);
    } catch (error) {
      throw asRecursionError(error);
    }
    // Names nobody defined come from requests and could be without number.
    if (typeof rule === 'string' && decision !== null && program.rules.checks.has(rule)) {
      program.decisions.set(rule, decision);
    }
    return decision;
  }

  #makeDecision(rule: string | Check, { rules, compiler }: Program): Decision | null {
    const ready = (check: Check, label: string, scopeTypes: readonly string[]): Decision => ({
      check,
      label,
      scopeTypes,
      test: compiler.compile(check),
      mayWait: mayWait(check, rules),
    });
    if (isCheck(rule)) {
      const { scopeTypes = NO_SCOPES } = rule as { scopeTypes?: readonly string[] };
      return ready(rule, formatCheck(rule), scopeTypes);
    }
    const check = rules.checks.size === 0 ? undefined : rules.lookup(rule);
    if (check === undefined) return null;
    const registered = this.#source.registered.get(rule);
    return registered === undefined
      ? ready(check, rule, NO_SCOPES)
      : ready(check, formatDefault(registered), registered.scopeTypes);
  }

  #credentialsOf(requester: Requester): Credentials {
    const isPlain = isPlainObject(requester) && requester.toPolicyValues === undefined;
    const credentials = isPlain ? requester : toCredentials(requester);
    return this.#isOslo ? shareScope(credentials) : credentials;
  }

  #nameOf(rule: string | Check): string {
    return isCheck(rule) ? formatCheck(rule) : rule;
  }

  #test(
    decision: Decision,
    target: PlainTarget,
    credentials: Credentials,
    currentRule: string | null,
  ): boolean {
    try {
      return decision.test(target, credentials, currentRule);
    } catch (error) {
      throw asRecursionError(error);
    }
  }

  #walk(decision: Decision, question: Question): unknown {
    return runSync(this.#current().walker.walk(decision.check, question));
  }

  #answer(decision: Decision, question: Question): unknown {
    const { target, credentials, context } = question;
    return decision.mayWait || !isPlainObject(target)
      ? this.#walk(decision, question)
      : this.#test(decision, target, credentials, context.currentRule);
  }

  #requireRegistered(rule: string | Check, { registeredOnly = false }: EvaluateOptions): void {
    if (registeredOnly && !this.#source.registered.has(rule as string)) {
      throw new PolicyNotRegisteredError(this.#nameOf(rule));
    }
  }

  #passesScope(
    rule: string | Check,
    decision: Decision | null,
    credentials: Credentials,
    { orThrow = false }: EvaluateOptions,
  ): boolean {
    if (decision === null || decision.scopeTypes.length === 0) return true;
    const scope = scopeOf(credentials);
    if (decision.scopeTypes.includes(scope)) return true;
    deny({ rule: this.#nameOf(rule), reason: 'scope' });
    if (orThrow) throw new InvalidScopeError(decision.label, decision.scopeTypes, scope);
    return false;
  }

  #conclude(rule: string | Check, answer: unknown, { orThrow = false, error }: EvaluateOptions): unknown {
    if (isTruthy(answer)) return answer;
    deny({ rule: this.#nameOf(rule), reason: 'rule' });
    if (orThrow) throw error?.() ?? new PolicyNotAuthorizedError(this.#nameOf(rule));
    return answer;
  }
}
