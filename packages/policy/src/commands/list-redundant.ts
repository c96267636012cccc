import { formatPolicyLine } from '../documents/policy-line.ts';
import { redundantOverrides } from '../migration/redundancy.ts';
import type { Command } from './command.ts';
import {
  compatOf,
  loadEnforcer,
  POLICY_FLAGS,
  readSetup,
  requireServices,
  withConfiguration,
} from './setup.ts';

/** @parity oslo.policy 6.0.0 generator.py list_redundant — differs: missing-file-is-silent */
export const listRedundant: Command = {
  name: 'list-redundant',
  summary: 'Lists the rules of policy files that say what is registered anyway.',
  flags: [...POLICY_FLAGS, { name: 'fail', type: 'switch', help: 'end with status 1 when there are any' }],
  async run(line, { directory }) {
    const given = withConfiguration(line, directory);
    const services = await requireServices(given, directory);
    const setup = readSetup(line, directory);
    const enforcer = await loadEnforcer(services, { ...setup.options, compat: compatOf(given, 'oslo') });
    const redundant = redundantOverrides(enforcer);
    const isMissing = setup.policyPath === undefined;
    return {
      output: redundant.map(({ name, checkStr }) => `${formatPolicyLine(name, checkStr)}\n`).join(''),
      errors: isMissing ? `the policy file ${setup.policyFile} was not found\n` : '',
      exitCode: isMissing || (given.has('fail') && redundant.length > 0) ? 1 : 0,
    };
  },
};
