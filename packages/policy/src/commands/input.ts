import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandFailure } from './command.ts';

/** Longer files are refused: no policy is a tenth of it, and work grows with the text. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * The text of a file a command is given.
 * @throws CommandFailure when it is missing, no file, not UTF-8 or too long
 */
export const readInput = (path: string, directory: string): string => {
  const file = resolve(directory, path);
  try {
    const { size } = statSync(file);
    if (size > MAX_BYTES) {
      throw new CommandFailure(`${path} has ${size} bytes; files of more than ${MAX_BYTES} are refused`);
    }
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
    return text.replace(/\r\n?/g, '\n');
  } catch (cause) {
    if (cause instanceof CommandFailure) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CommandFailure(`there is no file ${path}`, { cause });
    if (code === 'EISDIR') throw new CommandFailure(`${path} is a directory`, { cause });
    if (cause instanceof TypeError) throw new CommandFailure(`${path} is not UTF-8`, { cause });
    throw new CommandFailure(`${path} cannot be read: ${message}`, { cause });
  }
};
