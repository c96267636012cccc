import type { Credentials, PolicyContext } from '../checks/credentials.ts';
import type { Enforcer, Target } from '../enforcer.ts';
import { PolicyNotRegisteredError } from '../errors.ts';
import {
  documentedRuleDefault,
  ruleDefault,
  type Operation,
  type RuleDefault,
  type RuleDefaultOptions,
} from '../rules/defaults.ts';
import type { KeysOf, ReferencesOf } from './rule-text.ts';

/** A rule as it is declared: its text, or its text with everything else there is to say. */
export type RuleDeclaration =
  string | (Omit<RuleDefaultOptions, 'name'> & { readonly operations?: readonly Operation[] });

/** Rules by name. */
export type RuleDeclarations = Readonly<Record<string, RuleDeclaration>>;

type TextOf<Rule> = Rule extends string
  ? Rule
  : Rule extends { readonly checkStr: infer Text extends string }
    ? Text
    : never;

/** The names a rule refers to that are not declared. */
export type UndefinedReferences<Rules extends RuleDeclarations, Name extends keyof Rules> = Exclude<
  ReferencesOf<TextOf<Rules[Name]>>,
  keyof Rules
>;

/** Takes only rules that refer to declared rules; of others the type says what is missing. */
export type Checked<Rules extends RuleDeclarations> = {
  readonly [Name in keyof Rules]: [UndefinedReferences<Rules, Name>] extends [never]
    ? unknown
    : { readonly error: `rule:${UndefinedReferences<Rules, Name>} is not declared` };
};

/** The keys a decision on a rule reads from the target, through `rule:` as well. */
export type TargetKeys<Rules extends RuleDeclarations, Name, Seen = never> = Name extends Seen
  ? never
  : Name extends keyof Rules
    ? KeysOf<TextOf<Rules[Name]>> | TargetKeys<Rules, ReferencesOf<TextOf<Rules[Name]>>, Seen | Name>
    : never;

/** A target with every key that a rule reads; it may have more. */
export type TargetOf<Rules extends RuleDeclarations, Name extends keyof Rules> = Target &
  Readonly<Record<TargetKeys<Rules, Name>, unknown>>;

/** Declared rules, for the enforcer and for the compiler. */
export interface Policies<Rules extends RuleDeclarations> {
  /** For the enforcer's option `policies`. */
  readonly defaults: readonly RuleDefault[];
  /** An enforcer that takes only declared names, and targets with the keys that their rules read. */
  typed(enforcer: Enforcer): TypedEnforcer<Rules>;
}

/** An enforcer whose calls the compiler checks against the declared rules. */
export interface TypedEnforcer<Rules extends RuleDeclarations> {
  /** See {@link Enforcer.enforce}. */
  enforce<Name extends keyof Rules & string>(
    rule: Name,
    target: TargetOf<Rules, Name>,
    requester: Credentials | PolicyContext,
  ): boolean;
  /** See {@link Enforcer.authorize}. */
  authorize<Name extends keyof Rules & string>(
    rule: Name,
    target: TargetOf<Rules, Name>,
    requester: Credentials | PolicyContext,
  ): void;
}

const toDefault = (name: string, rule: RuleDeclaration): RuleDefault => {
  if (typeof rule === 'string') return ruleDefault({ name, checkStr: rule });
  const { operations, description, ...others } = rule;
  return operations === undefined || description === undefined || description === null
    ? ruleDefault({ ...others, ...(description === undefined ? {} : { description }), name })
    : documentedRuleDefault({ ...others, description, operations, name });
};

/**
 * Declares a service's rules so that the compiler knows them: a name that does not exist, a reference to a rule that is
 * not declared and a target that lacks a key are errors where they are written.
 * @throws InvalidRuleDefaultError (ERR_POLICY_INVALID_RULE_DEFAULT) as `ruleDefault`
 * @example
 * const policies = definePolicies({
 *   admin: 'role:admin',
 *   'volume:show': { checkStr: 'rule:admin or project_id:%(project_id)s', scopeTypes: ['project'] },
 * });
 */
export const definePolicies = <const Rules extends RuleDeclarations>(
  rules: Rules & Checked<Rules>,
): Policies<Rules> => {
  const defaults = Object.entries<RuleDeclaration>(rules).map(([name, rule]) => toDefault(name, rule));
  return Object.freeze({
    defaults,
    typed: (enforcer: Enforcer): TypedEnforcer<Rules> => {
      const missing = defaults.find(({ name }) => !enforcer.registeredRules.has(name));
      if (missing !== undefined) throw new PolicyNotRegisteredError(missing.name);
      return enforcer;
    },
  });
};
