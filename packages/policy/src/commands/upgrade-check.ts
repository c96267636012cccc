import { upgradeCheck as checkUpgrade, upgradeReportText } from '../upgrade-check.ts';
import { CommandFailure, type Command } from './command.ts';
import { POLICY_FLAGS, readSetup, requireServices, withConfiguration } from './setup.ts';

export const upgradeCheck: Command = {
  name: 'upgrade-check',
  summary: 'Looks for what an upgrade would stumble over; ends with 1 for warnings and 2 for failures.',
  notes:
    'Set enforce_new_defaults, in the configuration or here, to say that the service has made the change already.',
  flags: [
    ...POLICY_FLAGS.filter(({ name }) => name !== 'compat'),
    { name: 'json', type: 'switch', help: 'print JSON' },
  ],
  async run(line, { directory }) {
    const given = withConfiguration(line, directory);
    const services = await requireServices(given, directory);
    const { options, policyPath, policyFile, isPolicyFileChosen } = readSetup(line, directory);
    if (policyPath === undefined && isPolicyFileChosen) {
      throw new CommandFailure(`the policy file ${policyFile} was not found`, { exitCode: 2 });
    }
    const checks = services.map((service) => service.checks).find((registry) => registry !== undefined);
    const report = await checkUpgrade({
      ...options,
      policies: services.flatMap(({ rules }) => rules),
      ...(checks === undefined ? {} : { checks }),
    });
    return {
      output: given.has('json') ? `${JSON.stringify(report, null, 2)}\n` : upgradeReportText(report),
      exitCode: report.exitCode,
    };
  },
};
