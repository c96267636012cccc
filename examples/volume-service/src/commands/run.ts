import { ConfigurationError } from '@oslofjord/config';
import { LimitError } from '@oslofjord/limit';
import { PolicyLoadError } from '@oslofjord/policy';
import { api } from './api.ts';
import { UnavailableError } from '../problems.ts';
import { UsageMistake, type Command, type CommandContext } from './command.ts';
import { manageLimitsExport } from './export-limits.ts';
import { statusUpgradeCheck } from './upgrade-check.ts';
import { worker } from './worker.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  api,
  worker,
  'status upgrade-check': statusUpgradeCheck,
  'manage limits export': manageLimitsExport,
};

const help = (): string =>
  `${Object.entries(COMMANDS)
    .map(([name, { synopsis, summary }]) => `volume-service ${name} ${synopsis}\n    ${summary}\n`)
    .join(
      '',
    )}\nWithout --config-file the file that comes with the service is read; OS_GROUP__OPTION outranks it.\n`;

const isForOperator = (error: unknown): error is Error =>
  error instanceof UsageMistake ||
  error instanceof ConfigurationError ||
  error instanceof PolicyLoadError ||
  error instanceof LimitError ||
  error instanceof UnavailableError ||
  (error as { code?: unknown } | null)?.code === 'ENOENT';

/** Runs a command of the service; answers its exit code, or undefined where it serves until a signal comes. */
export const runVolumeService = async (
  words: readonly string[],
  { err, ...context }: CommandContext & { readonly err: (text: string) => void },
): Promise<number | undefined> => {
  if (words.length === 0 || words[0] === 'help' || words.includes('--help') || words.includes('-h')) {
    context.out(help());
    return 0;
  }
  const found = Object.entries(COMMANDS).find(([name]) => `${words.join(' ')} `.startsWith(`${name} `));
  try {
    if (found === undefined) {
      throw new UsageMistake(
        `there is no such command: ${words.join(' ')}; there are: ${Object.keys(COMMANDS).join(', ')}`,
      );
    }
    const [name, command] = found;
    return await command.run(words.slice(name.split(' ').length), context);
  } catch (error) {
    if (!isForOperator(error)) throw error;
    const { cause } = error as { cause?: unknown };
    const reason = error instanceof UnavailableError && cause instanceof Error ? `: ${cause.message}` : '';
    err(`volume-service: ${error.message}${reason}\n`);
    return 255;
  }
};
