import type { Operation, RuleDefault } from '../rules/defaults.ts';
import { str } from '../python/text.ts';
import { formatPolicyLine } from './policy-line.ts';
import { commentOf } from './wrap.ts';

/** The registered rules of one service or of one of its parts. */
export interface PolicySection {
  readonly name: string;
  readonly rules: readonly RuleDefault[];
}

/** How a rule is written into a sample file. */
export interface RuleTextOptions {
  /** Whether the rule itself is a comment, too. @default true */
  readonly isCommented?: boolean;
  /** Whether what is deprecated is left out. @default false */
  readonly excludeDeprecated?: boolean;
}

/** One pair per method: an operation may name several that share a path. */
export const methodsOf = ({ method, path }: Operation): readonly { method: string; path: string }[] =>
  (typeof method === 'string' ? [method] : method).map((one) => ({ method: one, path }));

/** How the alias of a renamed rule is introduced; operators know these lines from Oslo's sample files. */
const RENAMED = `# WARNING: A rule name change has been identified.
#          This may be an artifact of new rules being
#          included which require legacy fallback
#          rules to ensure proper policy behavior.
#          Alternatively, this may just be an alias.
#          Please evaluate on a case by case basis
#          keeping in mind the format for aliased
#          rules is:
#          "old_rule_name": "new_rule_name".
`;

const operationLines = (rule: RuleDefault): string =>
  rule.operations
    .flatMap(methodsOf)
    .filter(({ method, path }) => method !== '' && path !== '')
    .map(({ method, path }) => `# ${method}  ${path}\n`)
    .join('');

/** As Python's `or`: an empty text gives way, too. */
const firstOf = (first: string | null | undefined, second: string | null): string | null =>
  first === undefined || first === '' ? second : (first ?? second);

const deprecation = (rule: RuleDefault): string => {
  const old = rule.deprecatedRule;
  if (old === undefined) return '';
  const since = firstOf(old.deprecatedSince, rule.deprecatedSince);
  const reason = firstOf(old.deprecatedReason, rule.deprecatedReason);
  const what =
    `"${old.name}":"${str(old.checkStr)}" has been deprecated since ${str(since)} in favor of ` +
    `"${rule.name}":"${str(rule.checkStr)}".`;
  const alias =
    old.name === rule.name ? '' : `${RENAMED}# ${formatPolicyLine(old.name, `rule:${rule.name}`)}\n`;
  return `# DEPRECATED\n${commentOf(what)}\n${commentOf(reason)}\n${alias}\n`;
};

/**
 * A registered rule as it stands in a sample file: what it guards, the scopes it is meant for, the rule, and what it
 * was before. Ends with an empty line.
 * @parity oslo.policy 6.0.0 generator.py _format_rule_default_yaml — differs: sample-escapes, sample-methods
 */
export const formatRuleText = (
  rule: RuleDefault,
  { isCommented = true, excludeDeprecated = false }: RuleTextOptions = {},
): string => {
  const help = rule.description ? `${commentOf(rule.description)}\n` : '';
  const scopes = rule.scopeTypes.length > 0 ? `# Intended scope(s): ${rule.scopeTypes.join(', ')}\n` : '';
  const line = formatPolicyLine(rule.name, rule.checkStr);
  const written = isCommented ? line.replace(/^/gm, '#') : line;
  const text = `${help}${operationLines(rule)}${scopes}${written}\n\n`;
  if (excludeDeprecated) return text;
  if (!rule.deprecatedForRemoval) return text + deprecation(rule);
  return (
    `# DEPRECATED\n# "${rule.name}" has been deprecated since ${str(rule.deprecatedSince)}.\n` +
    `${commentOf(rule.deprecatedReason)}\n${text}`
  );
};

/**
 * A policy file that holds every registered rule as a comment, for operators to copy from.
 * @parity oslo.policy 6.0.0 generator.py _generate_sample — differs: sample-escapes, sample-methods
 */
export const formatSample = (
  sections: readonly PolicySection[],
  options: Pick<RuleTextOptions, 'excludeDeprecated'> = {},
): string =>
  [...sections]
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .flatMap(({ rules }) => rules.map((rule) => formatRuleText(rule, options)))
    .join('');
