import { formatDifference } from '../documents/requests.ts';
import { migratePolicy, type Migration, type MigrationOptions } from '../migration/migrate.ts';
import type { Arguments, Flag } from './arguments.ts';
import { CommandFailure, type CommandResult } from './command.ts';
import { readInput } from './input.ts';
import { OUTPUT_FLAG, saveOutput } from './output.ts';
import { CONFIG_FLAGS, readSetup, requireServices, SERVICE_FLAGS, withConfiguration } from './setup.ts';
import { countOf } from './table.ts';

/** Options of the commands that write a policy file anew. */
export const MIGRATION_FLAGS: readonly Flag[] = [
  ...SERVICE_FLAGS,
  ...CONFIG_FLAGS,
  OUTPUT_FLAG,
  {
    name: 'enforce-new-defaults',
    type: 'switch',
    help: 'whether old defaults no longer count; --noenforce-new-defaults keeps them',
  },
  { name: 'allow-changes', type: 'switch', help: 'write also where a rule would decide otherwise' },
];

const report = ({ changes, differences }: Migration): string => {
  const lines = changes.map(({ rule, message }) => `${rule}: ${message}\n`);
  const proof =
    differences.length === 0
      ? 'proved: every rule decides as before\n'
      : `${countOf(differences.length, 'rule')} would decide otherwise:\n${differences.map(formatDifference).join('')}`;
  return lines.join('') + proof;
};

/** Writes the file that a command makes of another one, unless it would mean something else. */
export const migrate = async (
  line: Arguments,
  directory: string,
  source: { readonly path: string; readonly inPlace: boolean },
  options: Pick<MigrationOptions, 'upgradeNames' | 'commentOutDefaults'>,
): Promise<CommandResult> => {
  const given = withConfiguration(line, directory);
  const services = await requireServices(given, directory);
  const { options: configured } = readSetup(line, directory);
  const { enforceNewDefaults, policyDefaultRule } = configured;
  const { path, inPlace } = source;
  const text = readInput(path, directory);
  const migration = await migratePolicy(text, {
    path,
    policies: services.flatMap(({ rules }) => rules),
    ...(enforceNewDefaults === undefined ? {} : { enforceNewDefaults }),
    ...(policyDefaultRule === undefined ? {} : { policyDefaultRule }),
    ...options,
  });
  const said = report(migration);
  if (migration.differences.length > 0 && !given.has('allow-changes')) {
    throw new CommandFailure(`${said}nothing was written; --allow-changes writes it all the same`);
  }
  const output = given.text('output-file') ?? (inPlace ? path : undefined);
  if (output === undefined) return { output: migration.text, errors: said, exitCode: 0 };
  if (inPlace && migration.text === text)
    return { output: '', errors: `${said}${path} is up to date\n`, exitCode: 0 };
  return { output: '', errors: said + saveOutput(migration.text, output, directory), exitCode: 0 };
};
