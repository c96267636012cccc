import { formatCheck } from '../checks/check.ts';
import { parseRule } from '../checks/parse.ts';
import { formatPolicyLine } from '../documents/policy-line.ts';
import { formatRuleText } from '../documents/sample.ts';
import { readPolicyRules } from '../migration/policy-rules.ts';
import type { RuleDefault } from '../rules/defaults.ts';
import { CommandFailure, type Command } from './command.ts';
import { readInput } from './input.ts';
import { OUTPUT_FLAG, writeOutput } from './output.ts';
import { CONFIG_FLAGS, requireServices, SERVICE_FLAGS, withConfiguration } from './setup.ts';

const EXTRA = `# WARNING: Below rules are either deprecated rules
# or extra rules in policy file, it is strongly
# recommended to switch to new rules.
`;

/** A rule of the file with the registered rule's help; a comment where it says the same. */
const formatOverride = (rule: RuleDefault, value: unknown): string => {
  const isSame = formatCheck(parseRule(rule.checkStr)) === formatCheck(parseRule(value));
  const written = { ...rule, description: rule.description ?? rule.name, checkStr: value as string };
  return formatRuleText(written, { isCommented: isSame, excludeDeprecated: true });
};

/**
 * A policy file in the order of the registered rules: overrides with their help, defaults as comments, the rest below.
 * @parity oslo.policy 6.0.0 generator.py _convert_policy_json_to_yaml — differs: convert-escapes, convert-yaml
 */
export const formatConverted = (
  rules: ReadonlyMap<string, unknown>,
  defaults: readonly RuleDefault[],
): string => {
  const extra = new Map(rules);
  const parts: string[] = [];
  for (const rule of defaults) {
    if (!extra.has(rule.name)) continue;
    parts.push(formatOverride(rule, extra.get(rule.name)));
    extra.delete(rule.name);
  }
  if (extra.size > 0) parts.push(EXTRA);
  for (const [name, value] of extra) parts.push(`${formatPolicyLine(name, value)}\n`);
  return parts.join('');
};

export const convertJsonToYaml: Command = {
  name: 'convert-json-to-yaml',
  summary: 'Writes a policy file anew in YAML, with the help of the registered rules.',
  notes: 'The command convert keeps comments and order, and proves that nothing changes.',
  flags: [
    ...SERVICE_FLAGS,
    ...CONFIG_FLAGS,
    { name: 'policy-file', type: 'text', value: 'FILE', help: 'the policy file to convert' },
    OUTPUT_FLAG,
  ],
  async run(line, { directory }) {
    const given = withConfiguration(line, directory);
    const services = await requireServices(given, directory);
    const path = given.text('policy-file');
    if (path === undefined) throw new CommandFailure('value required for option policy-file');
    const rules = readPolicyRules(path, readInput(path, directory));
    const sections = [...services].sort((a, b) => (a.name < b.name ? -1 : 1));
    return writeOutput(
      formatConverted(
        rules,
        sections.flatMap((section) => section.rules),
      ),
      given,
      directory,
    );
  },
};
