import { diffPolicies, type RuleDifference } from '../analysis/diff.ts';
import { dumpJson } from '../python/json.ts';
import { formatRuleValue } from '../documents/policy-line.ts';
import { PolicyMigrationError } from '../errors.ts';
import type { FileRule } from '../rules/deprecation.ts';
import { editPolicyText } from './edit.ts';
import { planMigration, type Plan, type Step } from './plan.ts';
import { readFileRules, resolveGround, viewOfRules, type PolicyGround } from './policy-of-text.ts';
import { readPolicyRules } from './policy-rules.ts';

/** What a policy file is brought up to date with, and how far. */
export interface MigrationOptions extends PolicyGround {
  /** The file's name, for errors. @default 'policy.yaml' */
  readonly path?: string;
  /** Whether rules under old names move to the new ones. @default true */
  readonly upgradeNames?: boolean;
  /** Whether rules that equal what holds without them become comments. @default true */
  readonly commentOutDefaults?: boolean;
}

/** What became of one rule of the file. */
export interface MigrationChange {
  readonly rule: string;
  readonly change: Step['type'];
  /** The new names, where there are any. */
  readonly to: readonly string[];
  /** In words. */
  readonly message: string;
}

/** A policy file brought up to date. */
export interface Migration {
  /** The new text, in YAML. */
  readonly text: string;
  readonly changes: readonly MigrationChange[];
  /**
   * The rules that would decide otherwise than before, with a request that shows it; empty when it is proved that none
   * does. Old names and prose that are gone are not among them: nothing refers to them.
   */
  readonly differences: readonly RuleDifference[];
}

const messageOf = (step: Step): string => {
  switch (step.type) {
    case 'comment-out':
      return `commented out: ${step.why}`;
    case 'rename':
      return `now ${step.to.join(', ')}`;
    case 'copy':
      return `also as ${step.to.join(', ')}; the old name stays, because ${step.why}`;
    case 'keep':
      return `stays under its old name: ${step.why}`;
    case 'prose':
      return 'now a comment: it is no rule';
  }
};

const changesOf = ({ steps }: Plan, repeated: readonly string[]): MigrationChange[] => [
  ...Array.from(steps, ([rule, step]) => ({
    rule,
    change: step.type,
    to: 'to' in step ? step.to : [],
    message: messageOf(step),
  })),
  ...repeated
    .filter((rule) => steps.get(rule)?.type !== 'prose')
    .map((rule) => ({
      rule,
      change: 'comment-out' as const,
      to: [],
      message: 'commented out: a later rule of the same name is the one that counts',
    })),
];

const valuesOf = (rules: ReadonlyMap<string, FileRule>): Map<string, unknown> =>
  new Map(Array.from(rules, ([name, { checkStr }]) => [name, checkStr]));

const fingerprint = (rules: ReadonlyMap<string, unknown>): string =>
  dumpJson(
    Array.from(rules, ([name, value]) => [name, formatRuleValue(value)])
      .sort()
      .flat(),
  );

/**
 * Brings a policy file, JSON or YAML, up to date without losing a comment or a decision: JSON becomes YAML, rules under
 * old names move to the new ones, and rules that say what holds anyway become comments. An explicit rule under a new
 * name always wins over one under the old name. Nothing is written; compare `differences` before you do.
 *
 * @throws PolicyLoadError (ERR_POLICY_LOAD) for a text that is no policy file
 * @throws PolicyMigrationError (ERR_POLICY_MIGRATION) where rules cannot be changed one by one
 */
export const migratePolicy = async (text: string, options: MigrationOptions): Promise<Migration> => {
  const path = options.path ?? 'policy.yaml';
  const ground = resolveGround(options);
  const before = readFileRules(path, text, ground.checks);
  const { upgradeNames = true, commentOutDefaults = true } = options;
  const plan = planMigration(before, ground, { upgradeNames, commentOutDefaults });
  const { text: migrated, repeated } = await editPolicyText(path, text, valuesOf(before), plan);
  if (fingerprint(readPolicyRules(path, migrated)) !== fingerprint(valuesOf(plan.result))) {
    throw new PolicyMigrationError(path, 'its rules cannot be told apart from what stands around them');
  }
  const after = readFileRules(path, migrated, ground.checks);
  const { differences } = diffPolicies(viewOfRules(before, ground), viewOfRules(after, ground));
  const isRule = ({ rule }: RuleDifference): boolean => ground.registered.has(rule) || after.has(rule);
  return { text: migrated, changes: changesOf(plan, repeated), differences: differences.filter(isRule) };
};
