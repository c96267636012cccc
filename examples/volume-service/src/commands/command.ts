import { dirname } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** What a command is given besides its words. */
export interface CommandContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  /** The file that is read where the command line names none. */
  readonly configuration: string;
}

/** A command of `volume-service`; answers its exit code, or nothing where the process serves until it is told to end. */
export interface Command {
  /** What may follow its name. */
  readonly synopsis: string;
  readonly summary: string;
  run(words: readonly string[], context: CommandContext): Promise<number | undefined>;
}

/** The command line cannot be understood. */
export class UsageMistake extends Error {
  override readonly name = 'UsageMistake';
}

/** What a command was told by options of its own, and the files of `--config-file`. */
export interface Words {
  readonly values: Readonly<Record<string, unknown>>;
  readonly files: readonly string[];
}

/** The words of a command that has options of its own besides `--config-file`. @throws UsageMistake */
export const wordsOf = (
  words: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
  configuration: string,
): Words => {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { ...options, 'config-file': { type: 'string', multiple: true } },
      strict: true,
    });
    const { 'config-file': files = [configuration], ...own } = values as Record<string, unknown>;
    return { values: own, files: files as string[] };
  } catch (error) {
    throw new UsageMistake((error as Error).message, { cause: error });
  }
};

/** The folders in which files that a configuration names without a path are looked for. */
export const foldersOf = (files: readonly string[]): readonly string[] => [
  ...new Set([...files].reverse().map((file) => dirname(file))),
];
