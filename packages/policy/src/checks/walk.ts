import { EvaluationError } from '../errors.ts';
import { compileTemplate, type Template } from '../python/template.ts';
import { isTruthy } from '../python/values.ts';
import type { Check, CustomCheck, KindCheck, RemoteCheck } from './check.ts';
import { hasRole, matchesPath, withSystem, type Credentials } from './credentials.ts';
import { classifyKind } from './kinds.ts';
import type { CheckContext, CustomCheckFunction } from './registry.ts';

/** What a check is decided on. */
export interface Question {
  readonly target: unknown;
  readonly credentials: Credentials;
  readonly context: CheckContext;
}

/** Something the answer of which may take time. */
export interface Wait {
  /** The check that waits, as text. */
  readonly check: KindCheck;
  /** Starts the work; called at most once. */
  start(): unknown;
}

/** The rules `rule:` refers to. */
export interface RuleLookup {
  /** The check of a rule, or of the default rule; undefined when there is neither. */
  lookup(name: unknown): Check | undefined;
}

/** Asks a remote server about a check whose address is known. */
export type AskRemote = (check: RemoteCheck, address: string, question: Question) => Promise<boolean>;

/** Rules referring to rules deeper than this are taken for a cycle, which Python's stack ends, too. */
const MAX_RULE_DEPTH = 1000;

const templates = new WeakMap<KindCheck, Template>();
const customs = new WeakMap<CustomCheck, CustomCheckFunction>();

/** The match of a check as a template, read once. For remote checks the kind is part of it. */
export const templateOf = (check: KindCheck): Template => {
  let template = templates.get(check);
  if (template === undefined) {
    const isRemote = check.type === 'http' || check.type === 'https';
    template = compileTemplate(isRemote ? `${check.kind}:${check.match}` : check.match);
    templates.set(check, template);
  }
  return template;
};

const functionOf = (check: CustomCheck): CustomCheckFunction => {
  let decide = customs.get(check);
  if (decide === undefined) {
    decide = check.factory(check.kind, check.match);
    customs.set(check, decide);
  }
  return decide;
};

const isKeyError = (error: unknown): boolean => error instanceof EvaluationError && error.kind === 'KeyError';

/** Fills in the match of a check; undefined when the target lacks a key, which denies. */
const fillOrDeny = (check: KindCheck, target: unknown): string | undefined => {
  try {
    return templateOf(check).fill(target);
  } catch (error) {
    if (isKeyError(error)) return undefined;
    throw error;
  }
};

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/**
 * Decides checks exactly as Oslo does, one operand after the other, for targets of any type. It yields what
 * has to be waited for and goes on with the answer; the last value is what the top check returned, which for
 * custom checks is any value. Slower than compiled checks, and what they are compared with.
 * @parity oslo.policy 6.0.0 _checks.py __call__ of every check — same
 */
export class Walker {
  readonly #rules: RuleLookup;
  readonly #ask: AskRemote;

  constructor(rules: RuleLookup, ask: AskRemote) {
    this.#rules = rules;
    this.#ask = ask;
  }

  *walk(check: Check, question: Question, depth = 0): Generator<Wait, unknown, unknown> {
    switch (check.type) {
      case 'true':
        return true;
      case 'false':
        return false;
      case 'and':
        for (const operand of check.checks)
          if (!isTruthy(yield* this.walk(operand, question, depth))) return false;
        return true;
      case 'or':
        for (const operand of check.checks)
          if (isTruthy(yield* this.walk(operand, question, depth))) return true;
        return false;
      case 'not':
        return !isTruthy(yield* this.walk(check.check, question, depth));
      case 'rule':
        return yield* this.#walkRule(check.match, question, depth);
      case 'role': {
        const role = fillOrDeny(check, question.target);
        return role !== undefined && hasRole(question.credentials, role.toLowerCase());
      }
      case 'generic':
        return this.#decideGeneric(check, question);
      case 'custom':
        return yield* this.#walkCustom(check, question);
      default: {
        const address = templateOf(check).fill(question.target);
        return yield { check, start: () => this.#ask(check, address, question) };
      }
    }
  }

  /** A missing key anywhere below denies; so does a rule that does not exist. */
  *#walkRule(name: string, question: Question, depth: number): Generator<Wait, unknown, unknown> {
    if (depth > MAX_RULE_DEPTH) throw new EvaluationError('RecursionError', `rule:${name} refers to itself`);
    const check = this.#rules.lookup(name);
    if (check === undefined) return false;
    try {
      return yield* this.walk(check, question, depth + 1);
    } catch (error) {
      if (isKeyError(error)) return false;
      throw error;
    }
  }

  #decideGeneric(check: KindCheck, { target, credentials }: Question): boolean {
    const match = fillOrDeny(check, target);
    if (match === undefined) return false;
    const kind = classifyKind(check.kind);
    if (kind.type === 'invalid') throw kind.error;
    return kind.type === 'literal' ? kind.text === match : matchesPath(credentials, kind.segments, match);
  }

  *#walkCustom(check: CustomCheck, question: Question): Generator<Wait, unknown, unknown> {
    const { target, credentials, context } = question;
    const answer = functionOf(check)(target, withSystem(credentials), context);
    return isPromise(answer) ? yield { check, start: () => answer } : answer;
  }
}
