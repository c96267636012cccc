import type { Flag } from './arguments.ts';
import type { Command } from './command.ts';
import { formatTable } from './table.ts';

export const PROGRAM = 'oslofjord-policy';

const written = ({ name, type, value = 'TEXT', choices }: Flag): string =>
  type === 'switch' ? `--${name}` : `--${name} ${choices === undefined ? value : choices.join('|')}`;

/** One line: how a command is called. */
export const usageOf = ({ name, operands }: Command): string =>
  `usage: ${PROGRAM} ${name} [options]${operands === undefined ? '' : ` ${operands}`}\n`;

/** What `--help` prints for a command. */
export const helpOf = (command: Command): string => {
  const rows = [
    ...command.flags.map((flag) => [
      `  ${written(flag)}`,
      flag.type === 'texts' ? `${flag.help} (may be repeated)` : flag.help,
    ]),
    ['  -h, --help', 'show this help'],
  ];
  const notes = command.notes === undefined ? '' : `\n${command.notes.trim()}\n`;
  return `${usageOf(command)}\n${command.summary}\n\noptions:\n${formatTable(rows)}${notes}`;
};

/** What the program prints without a command. */
export const overviewOf = (
  groups: readonly (readonly [title: string, commands: readonly Command[]])[],
): string => {
  const parts = groups.map(
    ([title, commands]) =>
      `${title}:\n${formatTable(commands.map(({ name, summary }) => [`  ${name}`, summary]))}`,
  );
  return `usage: ${PROGRAM} COMMAND [options]\n\n${parts.join('\n')}\n${PROGRAM} COMMAND --help says more.\n`;
};
