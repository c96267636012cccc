import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What reading a path gives: a text, or why there is none. */
export type FileReading =
  | { readonly text: string }
  | {
      readonly problem: 'missing' | 'forbidden' | 'directory' | 'encoding' | 'unreadable';
      readonly message: string;
    };

const PROBLEMS: ReadonlyMap<string, { problem: 'missing' | 'forbidden' | 'directory'; message: string }> =
  new Map([
    ['ENOENT', { problem: 'missing', message: 'there is no such file' }],
    ['EACCES', { problem: 'forbidden', message: 'reading the file is not permitted' }],
    ['EISDIR', { problem: 'directory', message: 'is a directory, not a file' }],
  ]);

/** The absolute path, with the home directory for a leading `~`. */
export const absolutePath = (path: string): string =>
  resolve(path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path);

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'an unknown reason';

/** Reads a whole file as UTF-8. Never throws. A byte order mark is kept. */
export const readText = (path: string): FileReading => {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = codeOf(error);
    return PROBLEMS.get(code) ?? { problem: 'unreadable', message: `cannot be read: ${code}` };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { problem: 'encoding', message: 'is not UTF-8' };
  }
};

const byCodePoint = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));

/** Paths of the visible `*.conf` of a directory in order of name; `undefined` when it cannot be listed. */
export const listConfigurationFiles = (directory: string): readonly string[] | undefined => {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.conf') && !name.startsWith('.'))
      .sort(byCodePoint)
      .map((name) => join(directory, name));
  } catch {
    return undefined;
  }
};
