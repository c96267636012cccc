import { PolicyError } from '../errors.ts';
import { readArguments, WrongArguments } from './arguments.ts';
import { CommandFailure, type Command, type CommandContext, type CommandResult } from './command.ts';
import { OSLO_COMMANDS, OWN_COMMANDS } from './commands.ts';
import { helpOf, overviewOf, PROGRAM, usageOf } from './help.ts';

const overview = (): string =>
  overviewOf([
    ['commands', OWN_COMMANDS],
    ["commands of Oslo's oslopolicy-*", OSLO_COMMANDS],
  ]);

const failed = (command: string, message: string, exitCode: number): CommandResult => ({
  output: '',
  errors: `${PROGRAM} ${command}: ${message}\n`,
  exitCode,
});

const isStackOverflow = (error: unknown): boolean =>
  error instanceof RangeError && error.message.includes('call stack');

const runCommand = async (
  command: Command,
  line: readonly string[],
  context: CommandContext,
): Promise<CommandResult> => {
  try {
    const given = readArguments(line, command.flags);
    if (given.has('help')) return { output: helpOf(command), exitCode: 0 };
    const [operand] = given.operands;
    if (command.operands === undefined && operand !== undefined) {
      throw new WrongArguments(`unrecognized arguments: ${operand}`);
    }
    return await command.run(given, context);
  } catch (error) {
    if (error instanceof WrongArguments) {
      return {
        output: '',
        errors: `${usageOf(command)}${PROGRAM} ${command.name}: error: ${error.message}\n`,
        exitCode: 2,
      };
    }
    if (error instanceof CommandFailure) return failed(command.name, error.message, error.exitCode);
    if (error instanceof PolicyError) return failed(command.name, error.message, 1);
    if (isStackOverflow(error)) {
      return failed(
        command.name,
        'something is nested too deeply, or rules refer to each other in too long a chain',
        1,
      );
    }
    throw error;
  }
};

/**
 * Runs `oslofjord-policy` with what stands behind its name. Touches nothing but the files it is told to.
 * @returns what to print, and the status: 0 all is well, 1 it is not, 2 the line is wrong
 */
export const runLine = async (line: readonly string[], context: CommandContext): Promise<CommandResult> => {
  const [name, ...rest] = line;
  if (name === undefined) return { output: '', errors: overview(), exitCode: 2 };
  if (name === '--help' || name === '-h' || name === 'help') return { output: overview(), exitCode: 0 };
  // Scripts of old call the programs by their own names.
  const command = [...OWN_COMMANDS, ...OSLO_COMMANDS].find(
    (one) => one.name === name.replace(/^oslopolicy-/, ''),
  );
  if (command === undefined) return failed(name, `there is no such command; ${PROGRAM} --help lists them`, 2);
  return runCommand(command, rest, context);
};
