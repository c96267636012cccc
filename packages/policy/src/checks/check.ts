import type { CustomCheckFactory } from './registry.ts';

/** Always allows: written `@` or as an empty rule. */
export interface TrueCheck {
  readonly type: 'true';
}

/** Always denies: written `!`, and what Oslo makes of a rule or check it cannot read. */
export interface FalseCheck {
  readonly type: 'false';
}

/** Allows when every operand does. Operands are tried from left to right. */
export interface AndCheck {
  readonly type: 'and';
  readonly checks: readonly Check[];
}

/** Allows when any operand does. Operands are tried from left to right. */
export interface OrCheck {
  readonly type: 'or';
  readonly checks: readonly Check[];
}

/** Allows when its operand does not. */
export interface NotCheck {
  readonly type: 'not';
  readonly check: Check;
}

/** `rule:NAME`: what the named rule decides. The name is taken literally. */
export interface RuleCheck {
  readonly type: 'rule';
  readonly kind: string;
  readonly match: string;
}

/** `role:NAME`: the credentials' `roles` hold the name, in any letter case. */
export interface RoleCheck {
  readonly type: 'role';
  readonly kind: string;
  readonly match: string;
}

/** `KIND:MATCH`: the text of a literal or of a value in the credentials equals the match. */
export interface GenericCheck {
  readonly type: 'generic';
  readonly kind: string;
  readonly match: string;
}

/** `http:…` or `https:…`: a remote server answers `True`. */
export interface RemoteCheck {
  readonly type: 'http' | 'https';
  readonly kind: string;
  readonly match: string;
}

/** A check of a kind the service registered. */
export interface CustomCheck {
  readonly type: 'custom';
  readonly kind: string;
  readonly match: string;
  readonly factory: CustomCheckFactory;
}

/** A check without operands that has a kind and a match. */
export type KindCheck = RuleCheck | RoleCheck | GenericCheck | RemoteCheck | CustomCheck;

/**
 * A parsed rule: a tree of plain, immutable data.
 * @parity oslo.policy 6.0.0 _checks.py BaseCheck and its subclasses — same
 */
export type Check = TrueCheck | FalseCheck | AndCheck | OrCheck | NotCheck | KindCheck;

/** The one check that always allows. */
export const TRUE_CHECK: TrueCheck = Object.freeze({ type: 'true' });

/** The one check that always denies. */
export const FALSE_CHECK: FalseCheck = Object.freeze({ type: 'false' });

const CHECK_TYPES: ReadonlySet<unknown> = new Set<Check['type']>([
  ...(['true', 'false', 'and', 'or', 'not'] as const),
  ...(['rule', 'role', 'generic', 'http', 'https', 'custom'] as const),
]);

/** Whether a value is a {@link Check} rather than the name or text of a rule. */
export const isCheck = (value: unknown): value is Check =>
  typeof value === 'object' && value !== null && 'type' in value && CHECK_TYPES.has(value.type);

/**
 * Writes a check in Oslo's canonical text: two checks are equal exactly when their texts are.
 * Lists keep their order, every `and` and `or` has parentheses, and an empty rule is written `@`.
 * @parity oslo.policy 6.0.0 _checks.py __str__ of every check — same
 */
export const formatCheck = (check: Check): string => {
  switch (check.type) {
    case 'true':
      return '@';
    case 'false':
      return '!';
    case 'and':
      return `(${check.checks.map(formatCheck).join(' and ')})`;
    case 'or':
      return `(${check.checks.map(formatCheck).join(' or ')})`;
    case 'not':
      return `not ${formatCheck(check.check)}`;
    default:
      return `${check.kind}:${check.match}`;
  }
};

/** The direct operands of a check, in order; none for a leaf. */
export const operandsOf = (check: Check): readonly Check[] => {
  if (check.type === 'and' || check.type === 'or') return check.checks;
  return check.type === 'not' ? [check.check] : [];
};
