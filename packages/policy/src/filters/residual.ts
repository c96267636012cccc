import { formatCheck, type Check, type KindCheck } from '../checks/check.ts';
import { hasRole, scopeOf, textsAt, type Credentials } from '../checks/credentials.ts';
import { classifyKind } from '../checks/kinds.ts';
import { templateOf } from '../checks/walk.ts';
import type { PolicyView } from '../analysis/policy-view.ts';
import { ruleNamed } from '../analysis/trace.ts';
import { UnsupportedFilterError } from '../errors.ts';
import { str } from '../python/text.ts';

/** What is left of a rule once the caller is known: a condition on the target. */
export type Residual =
  | { readonly type: 'all' }
  | { readonly type: 'none' }
  | { readonly type: 'and' | 'or'; readonly operands: readonly Residual[] }
  /** The text of the target's value under a key is, or is not, this one. */
  | { readonly type: 'equals'; readonly key: string; readonly text: string; readonly negated: boolean };

export const ALL: Residual = { type: 'all' };
export const NONE: Residual = { type: 'none' };

/** What is known of the targets before they are looked at. */
export interface TargetShape {
  /** The keys whose values differ from row to row. */
  readonly keys: ReadonlySet<string>;
  /** Values that are the same for all rows. */
  readonly values: Readonly<Record<string, unknown>>;
}

const MAX_DEPTH = 1000;

/**
 * What a rule leaves open of the targets for one caller. `not` is pushed down to the comparisons, so that a database may
 * take an unknown for a no.
 * @throws UnsupportedFilterError (ERR_POLICY_UNSUPPORTED_FILTER) for a check on the rows that is no plain comparison
 */
export const residualOf = (
  policy: PolicyView,
  rule: string,
  credentials: Credentials,
  shape: TargetShape,
): Residual => {
  const answering = ruleNamed(policy, rule);
  const check = answering === undefined ? undefined : policy.rules.get(answering)?.check;
  const scopes = policy.rules.get(rule)?.scopeTypes ?? [];
  if (check === undefined) return NONE;
  if (scopes.length > 0 && !scopes.includes(scopeOf(credentials))) return NONE;
  return new Reduction(policy, rule, credentials, shape).reduce(check, true, 0);
};

class Reduction {
  readonly #policy: PolicyView;
  readonly #rule: string;
  readonly #credentials: Credentials;
  readonly #shape: TargetShape;

  constructor(policy: PolicyView, rule: string, credentials: Credentials, shape: TargetShape) {
    this.#policy = policy;
    this.#rule = rule;
    this.#credentials = credentials;
    this.#shape = shape;
  }

  /** @param holds whether the check is to hold; false below an odd number of `not`s */
  reduce(check: Check, holds: boolean, depth: number): Residual {
    if (depth > MAX_DEPTH)
      throw new UnsupportedFilterError(this.#rule, formatCheck(check), 'it refers to itself');
    switch (check.type) {
      case 'true':
        return holds ? ALL : NONE;
      case 'false':
        return holds ? NONE : ALL;
      case 'and':
      case 'or': {
        const isAnd = (check.type === 'and') === holds;
        return join(isAnd ? 'and' : 'or', check.checks, (operand) => this.reduce(operand, holds, depth));
      }
      case 'not':
        return this.reduce(check.check, !holds, depth);
      case 'rule': {
        const name = ruleNamed(this.#policy, check.match);
        const rule = name === undefined ? undefined : this.#policy.rules.get(name);
        if (rule === undefined) return holds ? NONE : ALL;
        return this.reduce(rule.check, holds, depth + 1);
      }
      default:
        return this.#compare(check, holds);
    }
  }

  #compare(check: KindCheck, holds: boolean): Residual {
    const certain = (isSo: boolean): Residual => (isSo === holds ? ALL : NONE);
    const unsupported = (why: string): UnsupportedFilterError =>
      new UnsupportedFilterError(this.#rule, formatCheck(check), why);
    if (check.type !== 'role' && check.type !== 'generic') throw unsupported('it is decided one by one');
    const template = templateOf(check);
    const open = template.keys.filter((key) => this.#shape.keys.has(key));
    if (template.keys.some((key) => !open.includes(key) && !Object.hasOwn(this.#shape.values, key))) {
      return certain(false);
    }
    if (open.length === 0) {
      const match = template.fill(this.#shape.values);
      return certain(
        check.type === 'role'
          ? hasRole(this.#credentials, match.toLowerCase())
          : this.#texts(check).includes(match),
      );
    }
    if (check.type === 'role') throw unsupported('its role depends on the row');
    const [before, key, after] = this.#around(template.simple, open, unsupported);
    const texts = this.#texts(check)
      .filter((text) => text.length >= before.length + after.length)
      .filter((text) => text.startsWith(before) && text.endsWith(after))
      .map((text) => text.slice(before.length, text.length - after.length));
    return join(holds ? 'or' : 'and', [...new Set(texts)], (text) => ({
      type: 'equals',
      key,
      text,
      negated: !holds,
    }));
  }

  /** The one key of a match that differs from row to row, and the texts around it. */
  #around(
    simple: readonly string[] | undefined,
    open: readonly string[],
    unsupported: (why: string) => UnsupportedFilterError,
  ): [string, string, string] {
    const places =
      simple?.flatMap((part, index) => (index % 2 === 1 && open.includes(part) ? [index] : [])) ?? [];
    const [place] = places;
    if (simple === undefined || place === undefined || places.length > 1) {
      throw unsupported('it puts several values or a format into one text');
    }
    const text = (parts: readonly string[], first: number): string =>
      parts.map((part, index) => ((index + first) % 2 === 1 ? str(this.#shape.values[part]) : part)).join('');
    return [text(simple.slice(0, place), 0), simple[place] ?? '', text(simple.slice(place + 1), place + 1)];
  }

  /** The texts the left side of a check has for this caller. */
  #texts(check: KindCheck): string[] {
    const kind = classifyKind(check.kind);
    if (kind.type === 'invalid') throw kind.error;
    return kind.type === 'literal' ? [kind.text] : textsAt(this.#credentials, kind.segments);
  }
}

/** Combines what is left of operands; one that decides alone is all that remains. */
const join = <Operand>(
  type: 'and' | 'or',
  operands: readonly Operand[],
  reduce: (operand: Operand) => Residual,
): Residual => {
  const [deciding, neutral] = type === 'and' ? (['none', 'all'] as const) : (['all', 'none'] as const);
  const left: Residual[] = [];
  for (const operand of operands) {
    const residual = reduce(operand);
    if (residual.type === deciding) return residual;
    if (residual.type === neutral) continue;
    if (residual.type === type) left.push(...residual.operands);
    else left.push(residual);
  }
  const [first] = left;
  if (first === undefined) return type === 'and' ? ALL : NONE;
  return left.length === 1 ? first : { type, operands: left };
};
