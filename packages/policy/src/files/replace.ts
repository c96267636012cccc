import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';

/** What became of a file's former content. */
export interface Replacement {
  /** The file that was written; where the path is a symbolic link, what it leads to. */
  readonly path: string;
  /** The copy of what was there before; undefined when nothing was. */
  readonly backup: string | undefined;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const existing = (path: string): { readonly path: string; readonly stats: Stats } | undefined => {
  try {
    const real = realpathSync(path);
    return { path: real, stats: statSync(real) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** Copies a file to the first of `.bak`, `.bak.1`, `.bak.2`… that does not exist. */
const backUp = (path: string): string => {
  for (let number = 0; ; number += 1) {
    const backup = `${path}.bak${number === 0 ? '' : `.${number}`}`;
    try {
      copyFileSync(path, backup, constants.COPYFILE_EXCL);
      return backup;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
};

/** A mode and owner as the file had; only the super-user can give files away, and nobody else needs to. */
const takeOver = (path: string, { mode, uid, gid }: Stats): void => {
  chmodSync(path, mode & 0o7777);
  try {
    chownSync(path, uid, gid);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
  }
};

/**
 * Writes a file at once: whoever reads it sees the old text or the new one, never a part. Mode and owner stay, and what
 * was there is kept beside it under a name that was free.
 */
export const replaceFile = (
  path: string,
  text: string,
  { keepsBackup = true }: { readonly keepsBackup?: boolean } = {},
): Replacement => {
  const before = existing(path);
  const target = before?.path ?? path;
  const backup = before !== undefined && keepsBackup ? backUp(target) : undefined;
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = openSync(temporary, 'wx', 0o640);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (before !== undefined) takeOver(temporary, before.stats);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return { path: target, backup };
};
