import { formatCheck, type Check } from '../checks/check.ts';
import type { CheckRegistry } from '../checks/registry.ts';
import type { Position } from '../errors.ts';
import { repr, str } from '../python/text.ts';
import { checkOf, type RuleDefault } from './defaults.ts';

/** A rule as a policy file holds it. */
export interface FileRule {
  /** The value of the rule, as it stands in the file. */
  readonly checkStr: unknown;
  readonly check: Check;
  readonly file: string;
  /** Finds where the value starts; undefined when that is not known. */
  readonly locate: () => Position | undefined;
}

/** Why a rule is not simply its default. */
export interface DeprecationNotice {
  readonly reason: 'renamed' | 'default changed' | 'removal';
  /** The rule's present name. */
  readonly rule: string;
  /** The text Oslo warns with. */
  readonly message: string;
}

/** What a registered rule comes to, and what to tell its operator. */
export interface EffectiveDefault {
  readonly check: Check;
  readonly notices: readonly DeprecationNotice[];
}

const isSame = (a: Check, b: Check | undefined): boolean => b !== undefined && isEqual(a, b);

const isEqual = (a: Check, b: Check): boolean => {
  if (a === b) return true;
  if (a.type !== b.type) return false;
  switch (a.type) {
    case 'and':
    case 'or': {
      const others = (b as typeof a).checks;
      return (
        a.checks.length === others.length && a.checks.every((check, index) => isSame(check, others[index]))
      );
    }
    case 'not':
      return isEqual(a.check, (b as typeof a).check);
    case 'true':
    case 'false':
      return true;
    default:
      return a.kind === (b as typeof a).kind && a.match === (b as typeof a).match;
  }
};

/** As Python's `or`: an empty text gives way, too. */
const firstText = (first: string | null | undefined, second: string | null): string | null =>
  first === undefined || first === '' ? second : (first ?? second);

const changeMessage = (rule: RuleDefault): string => {
  const old = rule.deprecatedRule;
  const since = firstText(old?.deprecatedSince, rule.deprecatedSince);
  const reason = firstText(old?.deprecatedReason, rule.deprecatedReason);
  return (
    `Policy "${old?.name ?? ''}":"${str(old?.checkStr)}" was deprecated in ${str(since)} in favor of ` +
    `"${rule.name}":"${str(rule.checkStr)}". Reason: ${str(reason)}. Either ensure your deployment is ready for ` +
    'the new default or copy/paste the deprecated policy into your policy file and maintain it manually.'
  );
};

/** The notice for a rule that a file sets although it is going away; undefined when there is nothing to say. */
export const removalNotice = (
  rule: RuleDefault,
  fileRules: ReadonlyMap<unknown, FileRule>,
): DeprecationNotice | undefined => {
  if (!rule.deprecatedForRemoval || !fileRules.has(rule.name)) return undefined;
  const message =
    `Policy "${rule.name}":"${str(rule.checkStr)}" was deprecated for removal in ${str(rule.deprecatedSince)}. ` +
    `Reason: ${str(rule.deprecatedReason)}. Its value may be silently ignored in the future.`;
  return { reason: 'removal', rule: rule.name, message };
};

/**
 * What a registered rule decides that no file overrides: its default; or what a file says under its old name,
 * unless that is only the old default or an alias of the new name; or, while old defaults still count, the
 * default or the old one.
 * @parity oslo.policy 6.0.0 policy.py Enforcer._handle_deprecated_rule — same
 */
export const resolveDefault = (
  rule: RuleDefault,
  fileRules: ReadonlyMap<unknown, FileRule>,
  enforceNewDefaults: boolean,
  registry: CheckRegistry,
): EffectiveDefault => {
  const check = checkOf(rule, registry);
  const old = rule.deprecatedRule;
  if (old === undefined) return { check, notices: [] };
  const notices: DeprecationNotice[] = [];
  const isOverridden = fileRules.has(rule.name);
  const underOldName = old.name === rule.name ? undefined : fileRules.get(old.name);
  const oldCheck = checkOf(old, registry);
  if (underOldName !== undefined) {
    notices.push({ reason: 'renamed', rule: rule.name, message: changeMessage(rule) });
    const isOwnRule =
      !isEqual(underOldName.check, oldCheck) && formatCheck(underOldName.check) !== `rule:${rule.name}`;
    if (isOwnRule && !isOverridden) return { check: underOldName.check, notices };
  }
  if (enforceNewDefaults || repr(old.checkStr) === repr(rule.checkStr) || isOverridden)
    return { check, notices };
  notices.push({ reason: 'default changed', rule: rule.name, message: changeMessage(rule) });
  return { check: { type: 'or', checks: [check, oldCheck] }, notices };
};
