import { resolve } from 'node:path';
import { replaceFile } from '../files/replace.ts';
import type { Arguments, Flag } from './arguments.ts';
import { CommandFailure, type CommandResult } from './command.ts';

export const OUTPUT_FLAG: Flag = {
  name: 'output-file',
  type: 'text',
  value: 'FILE',
  help: 'where to write, instead of standard output; a file that is there is kept as FILE.bak',
};

/** Hands a text to standard output, or to the file that the option `--output-file` names. */
export const writeOutput = (text: string, given: Arguments, directory: string): CommandResult => {
  const path = given.text('output-file');
  if (path === undefined) return { output: text, exitCode: 0 };
  return { output: '', errors: saveOutput(text, path, directory), exitCode: 0 };
};

/** Writes a file and says so. */
export const saveOutput = (
  text: string,
  path: string,
  directory: string,
  options: { readonly keepsBackup?: boolean } = {},
): string => {
  try {
    const { backup } = replaceFile(resolve(directory, path), text, options);
    return `wrote ${path}${backup === undefined ? '' : `; what was there is in ${backup}`}\n`;
  } catch (cause) {
    throw new CommandFailure(`${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
};
