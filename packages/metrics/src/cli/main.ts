import { cardinality } from './cardinality.ts';
import { check } from './check.ts';
import { type Command, type CommandContext, EXIT, UsageMistake } from './command.ts';
import { daemon, record } from './daemon.ts';
import { replay } from './replay.ts';
import { top } from './top.ts';

const COMMANDS: Readonly<Record<string, Command>> = { daemon, record, replay, check, cardinality, top };

const help = (): string => {
  const lines = Object.entries(COMMANDS).map(
    ([name, { synopsis, summary }]) => `  ${name} ${synopsis}\n      ${summary}\n`,
  );
  return `oslofjord-metrics [COMMAND]

${lines.join('')}
Exit: 0 done; 1 failed; 2 not understood; 3 problems were found.
`;
};

/** parseArgs of Node.js says so. */
const isMistake = (error: unknown): boolean =>
  error instanceof UsageMistake || String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');

/** Runs the tool with its arguments and answers its exit code. */
export const runMetricsTool = async (words: readonly string[], context: CommandContext): Promise<number> => {
  const [first, ...rest] = words;
  if (first === 'help' || first === '--help' || first === '-h') {
    context.out(help());
    return EXIT.ok;
  }
  // oslo-metrics has no commands: without one it is that.
  const isDaemon = first === undefined || first.startsWith('-');
  const command = isDaemon ? daemon : Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  try {
    if (command === undefined) {
      throw new UsageMistake(
        `there is no command ${first ?? ''}; there are ${Object.keys(COMMANDS).join(', ')}`,
      );
    }
    return await command.run(isDaemon ? words : rest, context);
  } catch (error) {
    if (context.signal.aborted) return EXIT.ok;
    context.err(`oslofjord-metrics: ${(error as Error).message}\n`);
    if (isMistake(error)) return EXIT.usage;
    return EXIT.failed;
  }
};
