import { formatCheck } from '../checks/check.ts';
import { formatPolicyLine } from '../documents/policy-line.ts';
import type { Enforcer } from '../enforcer.ts';
import { MAX_PARTS } from '../migration/policy-rules.ts';
import { hasAtMost } from '../python/extent.ts';
import { checkOf } from '../rules/defaults.ts';
import type { Command } from './command.ts';
import { OUTPUT_FLAG, writeOutput } from './output.ts';
import {
  compatOf,
  loadEnforcer,
  POLICY_FLAGS,
  readSetup,
  requireServices,
  withConfiguration,
} from './setup.ts';

/** What decides for a registered rule that no file sets, as text: as registered, unless an old rule counts as well. */
const effectiveText = (enforcer: Enforcer, name: string): unknown => {
  const rule = enforcer.registeredRules.get(name);
  const check = enforcer.currentRules.get(name);
  if (rule === undefined || check === undefined) return undefined;
  const own = formatCheck(checkOf(rule, enforcer.checks));
  const effective = formatCheck(check);
  return own === effective ? rule.checkStr : effective.replace(/^\((.*)\)$/s, '$1');
};

/** The policy in force as a policy file: the operator's rules, then what is registered beside them. */
export const formatPolicy = (enforcer: Enforcer): string => {
  const { fileRules, registeredRules } = enforcer;
  const lines = Array.from(fileRules, ([name, { checkStr, check }]) =>
    // What aliases have made too large to write out is written as it reads.
    formatPolicyLine(name, hasAtMost(checkStr, MAX_PARTS) ? checkStr : formatCheck(check)),
  );
  for (const name of registeredRules.keys()) {
    if (!fileRules.has(name)) lines.push(formatPolicyLine(name, effectiveText(enforcer, name)));
  }
  return lines.map((line) => `${line}\n`).join('');
};

/** @parity oslo.policy 6.0.0 generator.py generate_policy — differs: effective-policy, policy-escapes */
export const policyGenerator: Command = {
  name: 'policy-generator',
  summary: 'Writes the policy in force: files, registered rules, and old rules that still count.',
  flags: [
    ...POLICY_FLAGS,
    OUTPUT_FLAG,
    {
      name: 'exclude-deprecated',
      type: 'switch',
      help: 'accepted as in Oslo; the policy in force has no such entries',
    },
  ],
  async run(line, { directory }) {
    const given = withConfiguration(line, directory);
    const services = await requireServices(given, directory);
    const { options } = readSetup(line, directory);
    const enforcer = await loadEnforcer(services, { ...options, compat: compatOf(given, 'oslo') });
    return writeOutput(formatPolicy(enforcer), given, directory);
  },
};
