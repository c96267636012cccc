import { formatCheck, type Check } from '../checks/check.ts';
import type { Credentials } from '../checks/credentials.ts';
import { runSync } from '../checks/run.ts';
import { Walker, type Question } from '../checks/walk.ts';
import { AsyncCheckError, EvaluationError } from '../errors.ts';
import { isTruthy } from '../python/values.ts';
import type { PolicyView, RuleSource } from './policy-view.ts';

/** How one check of a decision came out. */
export interface TraceStep {
  /** The check, as text. */
  readonly check: string;
  /** What it decided; undefined when it was not reached, because what stands before it had decided already. */
  readonly result: boolean | undefined;
  /** Why it could not be decided; the whole decision fails with it. */
  readonly error?: string;
  /** For `rule:`, the rule that answered (the default rule where the named one does not exist) and where it stands. */
  readonly rule?: { readonly name: string; readonly source: RuleSource };
  /** The operands, or the check of the rule. */
  readonly steps: readonly TraceStep[];
}

/** Looks rules up as the enforcer does. */
export const ruleNamed = (policy: PolicyView, name: string): string | undefined => {
  if (policy.rules.has(name)) return name;
  const { defaultRule } = policy;
  return defaultRule !== undefined && policy.rules.has(defaultRule) ? defaultRule : undefined;
};

const NEVER_ASK = (): Promise<boolean> => Promise.reject(new Error('a trace asks nobody'));

/** Traces decisions of one request. */
export class Tracer {
  readonly #policy: PolicyView;
  readonly #question: Question;
  readonly #walker: Walker;

  constructor(policy: PolicyView, rule: string, target: unknown, credentials: Credentials) {
    this.#policy = policy;
    this.#question = { target, credentials, context: { currentRule: rule } };
    this.#walker = new Walker({ lookup: () => undefined }, NEVER_ASK);
  }

  /** Decides a check as `enforce` would, and says how. */
  trace(check: Check, path: readonly string[] = []): TraceStep {
    const text = formatCheck(check);
    switch (check.type) {
      case 'and':
      case 'or':
        return this.#traceOperands(text, check.checks, check.type === 'or', path);
      case 'not': {
        const step = this.trace(check.check, path);
        const result = step.result === undefined ? undefined : !step.result;
        return { check: text, result, ...errorOf([step]), steps: [step] };
      }
      case 'rule':
        return this.#traceRule(text, check.match, path);
      default:
        return { check: text, ...this.#decide(check), steps: [] };
    }
  }

  #traceOperands(
    check: string,
    operands: readonly Check[],
    decides: boolean,
    path: readonly string[],
  ): TraceStep {
    const steps: TraceStep[] = [];
    let isDecided = false;
    for (const operand of operands) {
      const step: TraceStep = isDecided ? skipped(operand) : this.trace(operand, path);
      steps.push(step);
      isDecided ||= step.result === decides || step.error !== undefined;
    }
    const failure = errorOf(steps);
    const result = 'error' in failure ? undefined : steps.some((step) => step.result === decides) === decides;
    return { check, result, ...failure, steps };
  }

  #traceRule(check: string, name: string, path: readonly string[]): TraceStep {
    const found = ruleNamed(this.#policy, name);
    const rule = found === undefined ? undefined : this.#policy.rules.get(found);
    if (found === undefined || rule === undefined) return { check, result: false, steps: [] };
    const answered = { name: found, source: rule.source };
    if (path.includes(found)) {
      const error = `rule ${found} refers to itself: ${[...path, found].join(' → ')}`;
      return { check, result: undefined, error, rule: answered, steps: [] };
    }
    const step = this.trace(rule.check, [...path, found]);
    return { check, result: step.result, ...errorOf([step]), rule: answered, steps: [step] };
  }

  #decide(check: Check): { result: boolean | undefined; error?: string } {
    try {
      return { result: isTruthy(runSync(this.#walker.walk(check, this.#question))) };
    } catch (error) {
      if (error instanceof EvaluationError && error.kind === 'KeyError') return { result: false };
      if (error instanceof AsyncCheckError) {
        return { result: undefined, error: 'it asks somebody else, which a trace does not do' };
      }
      return { result: undefined, error: error instanceof Error ? error.message : String(error) };
    }
  }
}

const skipped = (check: Check): TraceStep => ({ check: formatCheck(check), result: undefined, steps: [] });

const errorOf = (steps: readonly TraceStep[]): { error?: string } => {
  const failed = steps.find((step) => step.error !== undefined);
  return failed?.error === undefined ? {} : { error: failed.error };
};
