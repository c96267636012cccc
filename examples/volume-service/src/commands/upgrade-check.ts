import { upgradeCheck, upgradeReportText } from '@oslofjord/policy/migration';
import { readOptions } from '../options.ts';
import { policies } from '../policies.ts';
import { foldersOf, wordsOf, type Command } from './command.ts';

/** Looks for what an upgrade of the service would stumble over, a policy file in JSON first of all. */
export const statusUpgradeCheck: Command = {
  synopsis: '[--config-file FILE] [--json]',
  summary: 'says what an upgrade would stumble over; ends with 0, 1 for warnings, 2 for failures',
  async run(words, { environment, out, configuration }) {
    const { values, files } = wordsOf(words, { json: { type: 'boolean' } }, configuration);
    const { policy } = readOptions(files, [], environment);
    const report = await upgradeCheck({ ...policy, policies, configDirs: foldersOf(files) });
    out(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : upgradeReportText(report));
    return report.exitCode;
  },
};
