import { CommandFailure, type Command } from './command.ts';
import { migrate, MIGRATION_FLAGS } from './migrating.ts';
import { withConfiguration } from './setup.ts';

/** @parity oslo.policy 6.0.0 generator.py upgrade_policy — differs: upgrade-comments, upgrade-overrides, upgrade-splits */
export const policyUpgrade: Command = {
  name: 'policy-upgrade',
  summary: 'Writes a policy file with new names for old ones, comments and order kept.',
  flags: [
    { name: 'policy', type: 'text', value: 'FILE', help: 'the policy file to upgrade' },
    ...MIGRATION_FLAGS,
  ],
  async run(given, { directory }) {
    const path = withConfiguration(given, directory).text('policy');
    if (path === undefined) throw new CommandFailure('value required for option policy');
    return migrate(given, directory, { path, inPlace: false }, { commentOutDefaults: false });
  },
};
