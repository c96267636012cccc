import { EvaluationError } from '../errors.ts';
import type { SimpleFormat, Template } from '../python/template.ts';
import { str } from '../python/text.ts';
import { isTruthy } from '../python/values.ts';
import { operandsOf, type Check, type KindCheck } from './check.ts';
import { hasRole, matchesPath, type Credentials } from './credentials.ts';
import { classifyKind } from './kinds.ts';
import { runSync } from './run.ts';
import { templateOf, type RuleLookup, type Walker } from './walk.ts';

/** The keys and values a rule is decided on: a plain object. */
export type PlainTarget = Readonly<Record<string, unknown>>;

/**
 * A compiled check: decides at once, for a plain object as target.
 * @param currentRule the name given to `enforce`
 */
export type Test = (target: PlainTarget, credentials: Credentials, currentRule: string | null) => boolean;

const ALLOW: Test = () => true;
const DENY: Test = () => false;

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

const all = (tests: readonly Test[]): Test => {
  const [first = ALLOW, second = ALLOW, third = ALLOW] = tests;
  if (tests.length === 1) return first;
  if (tests.length === 2) return (t, c, r) => first(t, c, r) && second(t, c, r);
  if (tests.length === 3) return (t, c, r) => first(t, c, r) && second(t, c, r) && third(t, c, r);
  return (t, c, r) => {
    for (const test of tests) if (!test(t, c, r)) return false;
    return true;
  };
};

const any = (tests: readonly Test[]): Test => {
  const [first = DENY, second = DENY, third = DENY] = tests;
  if (tests.length === 1) return first;
  if (tests.length === 2) return (t, c, r) => first(t, c, r) || second(t, c, r);
  if (tests.length === 3) return (t, c, r) => first(t, c, r) || second(t, c, r) || third(t, c, r);
  return (t, c, r) => {
    for (const test of tests) if (test(t, c, r)) return true;
    return false;
  };
};

/** Fills a format that is only text and plain keys; undefined when the target lacks a key. */
const fillSimple = (format: SimpleFormat, target: PlainTarget): string | undefined => {
  let text = format[0] ?? '';
  for (let index = 1; index < format.length; index += 2) {
    const key = format[index] ?? '';
    if (!Object.hasOwn(target, key)) return undefined;
    text += str(target[key]) + (format[index + 1] ?? '');
  }
  return text;
};

const fillAny = (template: Template, target: PlainTarget): string | undefined => {
  try {
    return template.fill(target);
  } catch (error) {
    if (error instanceof EvaluationError && error.kind === 'KeyError') return undefined;
    throw error;
  }
};

/** How a match gets its text: constant, or from a target; undefined where the target lacks a key. */
type Fill = string | ((target: PlainTarget) => string | undefined);

const fillOf = (check: KindCheck): Fill => {
  const template = templateOf(check);
  const { simple } = template;
  if (simple === undefined) return (target) => fillAny(template, target);
  if (simple.length === 1) return simple[0] ?? '';
  if (simple.length > 3 || simple[0] !== '' || simple[2] !== '')
    return (target) => fillSimple(simple, target);
  const key = simple[1] ?? '';
  return (target) => {
    if (!Object.hasOwn(target, key)) return undefined;
    const value = target[key];
    return typeof value === 'string' ? value : str(value);
  };
};

/** A role that is known beforehand: most members of `roles` differ in length already. */
const compileKnownRole = (role: string): Test => {
  if (!isAscii(role)) return (_, credentials) => hasRole(credentials, role);
  const { length } = role;
  return (_, credentials) => {
    const roles = credentials.roles;
    if (!Array.isArray(roles) || !Object.hasOwn(credentials, 'roles')) return hasRole(credentials, role);
    let found = false;
    for (const member of roles as unknown[]) {
      if (typeof member !== 'string') return hasRole(credentials, role);
      if (member === role || (member.length === length && member.toLowerCase() === role)) found = true;
    }
    return found;
  };
};

const compileRole = (check: KindCheck): Test => {
  const fill = fillOf(check);
  if (typeof fill === 'string') return compileKnownRole(fill.toLowerCase());
  return (target, credentials) => {
    const role = fill(target);
    return role !== undefined && hasRole(credentials, role.toLowerCase());
  };
};

/** A single name in the credentials against a text; texts are compared without further ado. */
const compileName = (name: string, fill: Fill): Test => {
  const segments = [name];
  if (typeof fill === 'string') {
    return (_, credentials) => {
      if (!Object.hasOwn(credentials, name)) return false;
      const value = credentials[name];
      return typeof value === 'string' ? value === fill : matchesPath(credentials, segments, fill);
    };
  }
  return (target, credentials) => {
    const match = fill(target);
    if (match === undefined || !Object.hasOwn(credentials, name)) return false;
    const value = credentials[name];
    return typeof value === 'string' ? value === match : matchesPath(credentials, segments, match);
  };
};

const compilePath = (segments: readonly string[], fill: Fill): Test => {
  const [name = ''] = segments;
  if (segments.length === 1 && name !== 'system') return compileName(name, fill);
  return (target, credentials) => {
    const match = typeof fill === 'string' ? fill : fill(target);
    return match !== undefined && matchesPath(credentials, segments, match);
  };
};

const compileGeneric = (check: KindCheck): Test => {
  const fill = fillOf(check);
  const kind = classifyKind(check.kind);
  if (kind.type === 'path') return compilePath(kind.segments, fill);
  if (kind.type === 'literal') {
    const { text } = kind;
    if (typeof fill === 'string') return fill === text ? ALLOW : DENY;
    return (target) => fill(target) === text;
  }
  const { error } = kind;
  return (target) => {
    if (typeof fill !== 'string' && fill(target) === undefined) return false;
    throw error;
  };
};

/** Whether a check, without the rules it refers to, holds one that may end in a KeyError. */
const mayMissKeys = (check: Check): boolean =>
  check.type === 'custom' ||
  check.type === 'http' ||
  check.type === 'https' ||
  operandsOf(check).some(mayMissKeys);

const denyMissingKeys =
  (test: Test): Test =>
  (target, credentials, currentRule) => {
    try {
      return test(target, credentials, currentRule);
    } catch (error) {
      if (error instanceof EvaluationError && error.kind === 'KeyError') return false;
      throw error;
    }
  };

/**
 * Compiles checks to closures, each rule once. The closures decide as the walker does, which they leave
 * custom and remote checks to.
 */
export class Compiler {
  readonly #rules: RuleLookup;
  readonly #walker: Walker;
  readonly #compiled = new Map<string, Test>();
  readonly #references = new Map<string, Test>();

  constructor(rules: RuleLookup, walker: Walker) {
    this.#rules = rules;
    this.#walker = walker;
  }

  compile(check: Check): Test {
    switch (check.type) {
      case 'true':
        return ALLOW;
      case 'false':
        return DENY;
      case 'and':
        return all(check.checks.map((operand) => this.compile(operand)));
      case 'or':
        return any(check.checks.map((operand) => this.compile(operand)));
      case 'not': {
        const test = this.compile(check.check);
        return (t, c, r) => !test(t, c, r);
      }
      case 'rule':
        return this.#compileReference(check.match);
      case 'role':
        return compileRole(check);
      case 'generic':
        return compileGeneric(check);
      default:
        return (target, credentials, currentRule) =>
          isTruthy(runSync(this.#walker.walk(check, { target, credentials, context: { currentRule } })));
    }
  }

  /** What `rule:NAME` compiles to: the rule itself, or while that is being compiled a step towards it. */
  #compileReference(name: string): Test {
    const known = this.#references.get(name);
    if (known !== undefined) return known;
    const check = this.#rules.lookup(name);
    if (check === undefined) return DENY;
    this.#references.set(name, (t, c, r) => this.#compileReference(name)(t, c, r));
    const test = this.#compileOnce(name, check);
    const reference = mayMissKeys(check) ? denyMissingKeys(test) : test;
    this.#references.set(name, reference);
    return reference;
  }

  #compileOnce(name: string, check: Check): Test {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const test = this.compile(check);
    this.#compiled.set(name, test);
    return test;
  }
}
