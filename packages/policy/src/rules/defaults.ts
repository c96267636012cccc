import { formatCheck, type Check } from '../checks/check.ts';
import { parseRule } from '../checks/parse.ts';
import type { CheckRegistry } from '../checks/registry.ts';
import { InvalidRuleDefaultError } from '../errors.ts';
import { str } from '../python/text.ts';

/** An HTTP operation a rule guards. */
export interface Operation {
  readonly path: string;
  /** One method, or several that share the path. */
  readonly method: string | readonly string[];
}

/** What a rule was called, or what it was, before. */
export interface DeprecatedRule {
  readonly name: string;
  readonly checkStr: string;
  /** Why it changed. Leaving it out is an error in a future release of Oslo. */
  readonly deprecatedReason?: string | null;
  /** The release that changed it. */
  readonly deprecatedSince?: string | null;
}

/** How a rule is registered. */
export interface RuleDefaultOptions {
  readonly name: string;
  /** The rule, as text. */
  readonly checkStr: string;
  /** What the rule guards, for the people who read the sample file. */
  readonly description?: string | null;
  /** The scopes a token may have: `system`, `domain`, `project`, or the service's own. @default any scope */
  readonly scopeTypes?: readonly string[] | null;
  /** What the rule was before. */
  readonly deprecatedRule?: DeprecatedRule | null;
  /** Whether the rule is going away; needs a reason and a release. @default false */
  readonly deprecatedForRemoval?: boolean;
  readonly deprecatedReason?: string | null;
  readonly deprecatedSince?: string | null;
}

/** How a documented rule is registered. */
export interface DocumentedRuleDefaultOptions extends RuleDefaultOptions {
  readonly description: string;
  readonly operations: readonly Operation[];
}

/**
 * A rule a service registers in code: what holds when no file says otherwise. Made by {@link ruleDefault}.
 * @parity oslo.policy 6.0.0 policy.py RuleDefault, DocumentedRuleDefault — same
 */
export interface RuleDefault extends Required<Omit<RuleDefaultOptions, 'scopeTypes' | 'deprecatedRule'>> {
  readonly scopeTypes: readonly string[];
  readonly deprecatedRule: DeprecatedRule | undefined;
  /** What the rule guards; empty for a rule that is not documented. */
  readonly operations: readonly Operation[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const checkScopeTypes = (scopeTypes: unknown): readonly string[] => {
  if (scopeTypes === null || scopeTypes === undefined) return [];
  if (!Array.isArray(scopeTypes) || !scopeTypes.every((scope) => typeof scope === 'string')) {
    throw new InvalidRuleDefaultError('scopeTypes', 'scope_types must be a list of strings.');
  }
  if (new Set(scopeTypes).size !== scopeTypes.length) {
    throw new InvalidRuleDefaultError('scopeTypes', 'scope_types must be a list of unique strings.');
  }
  return Object.freeze([...scopeTypes]);
};

const checkOperations = (operations: unknown): readonly Operation[] => {
  const fail = (reason: string): InvalidRuleDefaultError => new InvalidRuleDefaultError('operations', reason);
  if (!Array.isArray(operations)) throw fail('Operations must be a list.');
  if (operations.length === 0) throw fail('Operations list must not be empty.');
  for (const operation of operations as unknown[]) {
    if (!isObject(operation) || !Object.hasOwn(operation, 'path'))
      throw fail('Operation must contain a path.');
    if (!Object.hasOwn(operation, 'method')) throw fail('Operation must contain a method.');
    if (Object.keys(operation).length > 2) throw fail('Operation contains > 2 keys.');
  }
  return operations as readonly Operation[];
};

/**
 * Makes a registered rule.
 * @throws InvalidRuleDefaultError (ERR_POLICY_INVALID_RULE_DEFAULT) for scope types that are no list of
 *   different texts, or a removal without reason and release
 * @throws EvaluationError (TypeError) for a check string that is neither text nor a list
 * @example
 * ruleDefault({ name: 'admin_required', checkStr: 'role:admin' })
 */
export const ruleDefault = (options: RuleDefaultOptions): RuleDefault => {
  const { name, checkStr, description = null, deprecatedForRemoval = false } = options;
  const { deprecatedReason = null, deprecatedSince = null, deprecatedRule } = options;
  parseRule(checkStr);
  if (deprecatedRule) parseRule(deprecatedRule.checkStr);
  if (deprecatedForRemoval && (!deprecatedReason || !deprecatedSince)) {
    throw new InvalidRuleDefaultError(
      'deprecation',
      `${name} deprecated without deprecated_reason or deprecated_since. Both must be supplied if deprecating a policy`,
    );
  }
  return Object.freeze({
    name,
    checkStr,
    description,
    operations: [],
    scopeTypes: checkScopeTypes(options.scopeTypes),
    deprecatedRule: deprecatedRule ? Object.freeze({ ...deprecatedRule }) : undefined,
    deprecatedForRemoval,
    deprecatedReason,
    deprecatedSince,
  });
};

/**
 * Makes a registered rule that says which operations it guards.
 * @throws InvalidRuleDefaultError (ERR_POLICY_INVALID_RULE_DEFAULT) as {@link ruleDefault}, and without a
 *   description or well-formed operations
 */
export const documentedRuleDefault = (options: DocumentedRuleDefaultOptions): RuleDefault => {
  const rule = ruleDefault(options);
  if (!options.description) throw new InvalidRuleDefaultError('description', 'Description is required.');
  return Object.freeze({ ...rule, operations: checkOperations(options.operations) });
};

/** Names what a rule was before, for {@link ruleDefault}. */
export const deprecatedRule = (rule: DeprecatedRule): DeprecatedRule => Object.freeze({ ...rule });

/** The check of a default, with the kinds of a registry. */
export const checkOf = (rule: { readonly checkStr: unknown }, registry: CheckRegistry): Check =>
  parseRule(rule.checkStr, registry);

/** A default as a line of a policy file: `"name": "rule"`. */
export const formatDefault = ({ name, checkStr }: { name: string; checkStr: unknown }): string =>
  `"${name}": "${str(checkStr)}"`;

/**
 * Whether two defaults have the same name and the same check; descriptions, scopes and operations do not count.
 * @parity oslo.policy 6.0.0 policy.py RuleDefault.__eq__ — same
 */
export const isSameDefault = (
  a: { readonly name: string; readonly checkStr: unknown },
  b: { readonly name: string; readonly checkStr: unknown },
  registry?: CheckRegistry,
): boolean =>
  a.name === b.name &&
  formatCheck(parseRule(a.checkStr, registry)) === formatCheck(parseRule(b.checkStr, registry));
