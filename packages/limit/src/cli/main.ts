import { parseArgs } from 'node:util';
import { ConfigError } from '@oslofjord/config';
import { LimitError } from '../errors.ts';
import { COMMANDS, type Command } from './commands.ts';
import { EXIT, UsageMistake, type CommandContext } from './output.ts';

const help = (): string => {
  const lines = Object.entries(COMMANDS).map(
    ([name, { synopsis, summary }]) => `  ${name} ${synopsis}\n      ${summary}\n`,
  );
  return `oslofjord-limit COMMAND

${lines.join('')}
Keystone is found by --config-file FILE ([oslo_limit]), by --os-cloud NAME (clouds.yaml), or by the environment (OS_…);
whose limits, by --endpoint-id ID, or --service-type TYPE --service-name NAME --region NAME --interface NAME.

Exit: 0 done or nothing to do; 1 failed; 2 changes to make, or not understood; 3 not registered, or Keystone would refuse.
`;
};

const parse = (command: Command, words: readonly string[]): ReturnType<typeof parseArgs> => {
  try {
    return parseArgs({ args: [...words], options: command.options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageMistake((error as Error).message, { cause: error });
  }
};

/** Runs the tool with its arguments and answers its exit code. */
export const runLimitTool = async (words: readonly string[], context: CommandContext): Promise<number> => {
  const [name, ...rest] = words;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    context.out(help());
    return EXIT.ok;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (command === undefined)
      throw new UsageMistake(`there is no command ${name}; there are ${Object.keys(COMMANDS).join(', ')}`);
    const { values, positionals } = parse(command, rest);
    return await command.run(
      values as Readonly<Record<string, string | boolean | undefined>>,
      positionals,
      context,
    );
  } catch (error) {
    if (error instanceof UsageMistake) {
      context.err(`oslofjord-limit: ${error.message}\n`);
      return EXIT.changes;
    }
    const isExpected =
      error instanceof LimitError ||
      error instanceof ConfigError ||
      (error as { code?: string }).code === 'ENOENT';
    if (!isExpected) throw error;
    context.err(`oslofjord-limit: ${(error as Error).message}\n`);
    return EXIT.failed;
  }
};
