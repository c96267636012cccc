import { existsSync, readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EvaluationError } from '../errors.ts';

/** The first of the directories that holds a path; an absolute path is itself. Undefined when it is nowhere. */
export const findPath = (path: string, directories: readonly string[]): string | undefined =>
  directories.map((directory) => resolve(directory, path)).find((candidate) => existsSync(candidate));

const byName = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const isPolicyFile = (directory: string, entry: Dirent): boolean => {
  if (entry.name.startsWith('.')) return false;
  return entry.isFile() || (entry.isSymbolicLink() && statSync(join(directory, entry.name)).isFile());
};

/** The files of a policy directory in the order in which they apply: by the bytes of their names, no hidden ones. */
export const listDirectory = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => isPolicyFile(directory, entry))
    .map((entry) => entry.name)
    .sort(byName)
    .map((name) => join(directory, name));

const decode = (path: string, bytes: Uint8Array): string => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.replace(/\r\n?/g, '\n');
  } catch (cause) {
    throw new EvaluationError('ValueError', `${path} is not UTF-8`, { cause });
  }
};

/** The text of a file, with its line ends as `\n`. */
export const readTextSync = (path: string): string => decode(path, readFileSync(path));

/** {@link readTextSync}, asynchronously. */
export const readText = async (path: string): Promise<string> => decode(path, await readFile(path));
