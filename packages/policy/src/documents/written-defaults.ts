import { EvaluationError, InvalidRuleDefaultError } from '../errors.ts';
import { hasAtMost } from '../python/extent.ts';
import { isDict, getKey, typeName } from '../python/values.ts';
import {
  documentedRuleDefault,
  ruleDefault,
  type DocumentedRuleDefaultOptions,
  type RuleDefault,
  type RuleDefaultOptions,
} from '../rules/defaults.ts';

/** The fields of a written default, under the name Oslo gives them and the one they have here. */
const FIELDS: readonly (readonly [string, keyof DocumentedRuleDefaultOptions])[] = [
  ['name', 'name'],
  ['check_str', 'checkStr'],
  ['description', 'description'],
  ['operations', 'operations'],
  ['scope_types', 'scopeTypes'],
  ['deprecated_rule', 'deprecatedRule'],
  ['deprecated_for_removal', 'deprecatedForRemoval'],
  ['deprecated_reason', 'deprecatedReason'],
  ['deprecated_since', 'deprecatedSince'],
];

/** Values with more parts than this are refused. */
const MAX_PARTS = 1_000_000;

const plainOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plainOf);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries(Array.from(value, ([key, item]) => [String(key), plainOf(item)]));
};

/**
 * Maps as objects, whose keys are only ever their own.
 * @throws EvaluationError (ValueError) for a value that aliases have made too large
 */
export const toPlain = (value: unknown): unknown => {
  if (hasAtMost(value, MAX_PARTS)) return plainOf(value);
  throw new EvaluationError('ValueError', `a value has more than ${MAX_PARTS} parts`);
};

const readFields = (written: unknown, what: string): Record<string, unknown> => {
  if (!isDict(written)) throw new InvalidRuleDefaultError('description', `${what} is a ${typeName(written)}`);
  const fields: Record<string, unknown> = {};
  for (const [oslo, ours] of FIELDS) {
    const value = getKey(written, oslo) ?? getKey(written, ours);
    if (value !== undefined && value !== null) fields[ours] = toPlain(value);
  }
  return fields;
};

const isText = (value: unknown): value is string => typeof value === 'string';

const readDefault = (written: unknown): RuleDefault => {
  const fields = readFields(written, 'a rule');
  if (!isText(fields.name)) throw new InvalidRuleDefaultError('description', 'a rule has no name');
  if (fields.checkStr === undefined)
    throw new InvalidRuleDefaultError('description', `the rule ${fields.name} has no check_str`);
  // Python's releases write an empty list where there is none.
  if (Array.isArray(fields.deprecatedRule) && fields.deprecatedRule.length === 0)
    delete fields.deprecatedRule;
  if (fields.deprecatedRule !== undefined) {
    const old = readFields(fields.deprecatedRule, `the deprecated rule of ${fields.name}`);
    if (!isText(old.name) || old.checkStr === undefined)
      throw new InvalidRuleDefaultError('deprecation', `the deprecated rule of ${fields.name} is incomplete`);
    fields.deprecatedRule = old;
  }
  const options = fields as unknown as RuleDefaultOptions & Partial<DocumentedRuleDefaultOptions>;
  return Array.isArray(fields.operations) && fields.operations.length > 0 && isText(fields.description)
    ? documentedRuleDefault(options as DocumentedRuleDefaultOptions)
    : ruleDefault(options);
};

/**
 * Registered rules from data: a list of rules, or a mapping with one under `rules`, each with the names Oslo's Python
 * classes give their parts (`check_str`, `scope_types`) or those of {@link ruleDefault}.
 * @throws InvalidRuleDefaultError (ERR_POLICY_INVALID_RULE_DEFAULT) for what is no rule
 */
export const readDefaults = (value: unknown): RuleDefault[] => {
  const rules = isDict(value) ? getKey(value, 'rules') : value;
  if (!Array.isArray(rules)) {
    throw new EvaluationError('TypeError', `expected a list of rules, found a ${typeName(rules)}`);
  }
  return rules.map(readDefault);
};
