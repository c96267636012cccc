import { isTruthy } from '../python/values.ts';
import { str } from '../python/text.ts';
import type { Check, KindCheck } from './check.ts';
import type { Compiler, PlainTarget, Test } from './compile.ts';
import { hasRole, matchesPath, textsAt, type Credentials } from './credentials.ts';
import { classifyKind } from './kinds.ts';
import { templateOf, type RuleLookup } from './walk.ts';

/** A check of which only the target is open. */
export type BoundTest = (target: PlainTarget) => boolean;

/** A bound test, and whether it can be left out or tried early: it has no effect and never throws. */
interface Part {
  readonly test: BoundTest;
  readonly isPure: boolean;
}

const ALLOWS: BoundTest = () => true;
const DENIES: BoundTest = () => false;
const certain = (decides: boolean): Part => ({ test: decides ? ALLOWS : DENIES, isPure: true });

/** A value of the target against one text. Strings, the usual case, are compared without further ado. */
const compareKey = (key: string, text: string): BoundTest =>
  key in Object.prototype
    ? (target) => Object.hasOwn(target, key) && str(target[key]) === text
    : (target) => {
        const value = target[key];
        return typeof value === 'string' ? value === text : Object.hasOwn(target, key) && str(value) === text;
      };

const compareKeyToAny = (key: string, texts: ReadonlySet<string>): BoundTest => {
  const [first = '', ...others] = texts;
  if (texts.size === 0) return DENIES;
  if (others.length === 0) return compareKey(key, first);
  return (target) => Object.hasOwn(target, key) && texts.has(str(target[key]));
};

/**
 * Compiles checks for one caller: roles and everything else that is known of the credentials are decided once, and what
 * is left is a function of the target. It decides as the compiled check does, errors included.
 */
export class Specializer {
  readonly #credentials: Credentials;
  readonly #rules: RuleLookup;
  readonly #compiler: Compiler;
  readonly #references = new Map<string, Part>();

  constructor(credentials: Credentials, rules: RuleLookup, compiler: Compiler) {
    this.#credentials = credentials;
    this.#rules = rules;
    this.#compiler = compiler;
  }

  /** @param currentRule the name given to the enforcer; custom checks see it */
  specialize(check: Check, currentRule: string | null): BoundTest {
    return this.#part(check, currentRule).test;
  }

  #part(check: Check, currentRule: string | null): Part {
    switch (check.type) {
      case 'true':
        return certain(true);
      case 'false':
        return certain(false);
      case 'and':
        return this.#join(check.checks, currentRule, DENIES, ALLOWS);
      case 'or':
        return this.#join(check.checks, currentRule, ALLOWS, DENIES);
      case 'not': {
        const { test, isPure } = this.#part(check.check, currentRule);
        if (test === ALLOWS || test === DENIES) return certain(test === DENIES);
        return { test: (target) => !test(target), isPure };
      }
      case 'rule':
        return this.#reference(check.match, check, currentRule);
      case 'role':
        return this.#role(check) ?? this.#general(check, currentRule);
      case 'generic':
        return this.#generic(check) ?? this.#general(check, currentRule);
      default:
        return this.#general(check, currentRule);
    }
  }

  /** What is decided anew for every target, with the credentials as they are. */
  #general(check: Check, currentRule: string | null): Part {
    const test: Test = this.#compiler.compile(check);
    const credentials = this.#credentials;
    return { test: (target) => isTruthy(test(target, credentials, currentRule)), isPure: false };
  }

  #join(checks: readonly Check[], currentRule: string | null, deciding: BoundTest, neutral: BoundTest): Part {
    const parts: Part[] = [];
    for (const check of checks) {
      const part = this.#part(check, currentRule);
      if (part.test === neutral) continue;
      // What decides by itself makes everything before it needless, unless that could have failed.
      if (part.test === deciding && parts.every(({ isPure }) => isPure)) return part;
      parts.push(part);
      if (part.test === deciding) break;
    }
    const [first, second, ...others] = parts.map(({ test }) => test);
    const isPure = parts.every((part) => part.isPure);
    if (first === undefined) return { test: neutral, isPure: true };
    if (second === undefined) return { test: first, isPure };
    const isAnd = deciding === DENIES;
    if (others.length === 0) {
      return {
        test: isAnd
          ? (target) => first(target) && second(target)
          : (target) => first(target) || second(target),
        isPure,
      };
    }
    const all = [first, second, ...others];
    return {
      test: isAnd
        ? (target) => all.every((test) => test(target))
        : (target) => all.some((test) => test(target)),
      isPure,
    };
  }

  #reference(name: string, check: Check, currentRule: string | null): Part {
    const known = this.#references.get(name);
    if (known !== undefined) return known;
    const rule = this.#rules.lookup(name);
    if (rule === undefined) return certain(false);
    // A cycle, met on the way down, is left to the compiled check, which reports it.
    const general = this.#general(check, currentRule);
    this.#references.set(name, general);
    const part = this.#part(rule, currentRule);
    // Below a rule a missing key denies; the compiled check knows how.
    const settled = part.isPure ? part : general;
    this.#references.set(name, settled);
    return settled;
  }

  #role(check: KindCheck): Part | undefined {
    const { simple } = templateOf(check);
    const [role] = simple ?? [];
    if (role === undefined || simple?.length !== 1) return undefined;
    try {
      return certain(hasRole(this.#credentials, role.toLowerCase()));
    } catch {
      return undefined;
    }
  }

  #generic(check: KindCheck): Part | undefined {
    const { simple } = templateOf(check);
    const kind = classifyKind(check.kind);
    if (simple === undefined || kind.type === 'invalid') return undefined;
    const [before = '', key, after] = simple;
    try {
      if (key === undefined) {
        return certain(
          kind.type === 'literal'
            ? kind.text === before
            : matchesPath(this.#credentials, kind.segments, before),
        );
      }
      if (simple.length !== 3 || before !== '' || after !== '') return undefined;
      const texts = kind.type === 'literal' ? [kind.text] : textsAt(this.#credentials, kind.segments);
      return { test: compareKeyToAny(key, new Set(texts)), isPure: true };
    } catch {
      return undefined;
    }
  }
}
