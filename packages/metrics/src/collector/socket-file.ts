import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isRunning, processStart } from '../arenas/process-start.ts';
import { CollectorRunningError, SocketFileError } from '../errors.ts';
import { MOST_PATH_BYTES } from '../receivers/libc.ts';

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const statOf = (path: string): Stats | undefined => {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
};

const remove = (path: string): void => {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};

/** `pid start` of the process that holds a lock; undefined where it has ended. */
const ownerOf = (text: string): number | undefined => {
  const [pid = NaN, start = 0] = text.split(' ').map(Number);
  return Number.isInteger(pid) && isRunning(pid, start) ? pid : undefined;
};

/** Says by a file beside the socket that this process serves it. */
const lock = (path: string): (() => void) => {
  const file = `${path}.lock`;
  const own = `${file}.${String(process.pid)}`;
  const text = `${String(process.pid)} ${String(processStart(process.pid) ?? 0)}`;
  try {
    writeFileSync(own, text, { mode: 0o644 });
  } catch (error) {
    throw new SocketFileError(path, (error as Error).message, { cause: error });
  }
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        // Unlike opening, this makes a lock that is complete from the beginning.
        linkSync(own, file);
        return () => {
          if (textOf(file) === text) remove(file);
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
          throw new SocketFileError(path, (error as Error).message, { cause: error });
        }
      }
      const held = textOf(file);
      const owner = held === undefined ? undefined : ownerOf(held);
      if (owner !== undefined) throw new CollectorRunningError(path, `the process ${String(owner)}`);
      breakLock(file, `${own}.stale`);
    }
    throw new SocketFileError(path, `others keep taking ${file}`);
  } finally {
    remove(own);
  }
};

/** Takes away the lock of a process that has ended, but gives it back where another process was faster. */
const breakLock = (file: string, aside: string): void => {
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (ownerOf(textOf(aside) ?? '') !== undefined) {
    try {
      linkSync(aside, file);
    } catch {
      // Somebody holds it again already.
    }
  }
  remove(aside);
};

/** How a socket file is made. */
export interface SocketFileOptions {
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** Name or number. */
  readonly group: string | undefined;
}

const groupNumber = ({ path, group }: SocketFileOptions): number | undefined => {
  if (group === undefined || group === '') return undefined;
  if (/^[0-9]+$/u.test(group)) return Number(group);
  const line = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${group}:`));
  if (line === undefined) throw new SocketFileError(path, `there is no group '${group}'`);
  return Number(line.split(':')[2]);
};

/** A socket file of this process. */
export interface OwnedSocketFile {
  readonly path: string;
  /** Whether the file is there and is still ours. */
  isOurs(): boolean;
  /** Makes it anew, where it was removed. */
  remake(make: (temporaryPath: string) => void): void;
  /** Removes it if it is ours, and lets another process have it. */
  release(): void;
}

/**
 * Makes a socket file nobody else serves. `make` binds it under another name in the same folder; with the right owner and
 * permissions it is then moved to its place, so that nobody sees it without them.
 * @param isServed whether somebody listens on an existing file
 * @throws SocketFileError
 * @throws CollectorRunningError
 */
export const ownSocketFile = (
  options: SocketFileOptions,
  isServed: (path: string) => boolean,
  make: (temporaryPath: string) => void,
): OwnedSocketFile => {
  const { path, mode } = options;
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path).slice(0, 16)}.${String(process.pid)}`);
  for (const one of [path, temporary]) {
    if (Buffer.byteLength(one) > MOST_PATH_BYTES) {
      throw new SocketFileError(
        path,
        `its name is longer than the ${String(MOST_PATH_BYTES)} bytes there are for it`,
      );
    }
  }
  try {
    if (!statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`);
  } catch (error) {
    throw new SocketFileError(path, (error as Error).message, { cause: error });
  }
  const gid = groupNumber(options);
  const unlock = lock(path);
  let identity = '';
  const identityOf = (file: string): string => {
    const stat = statOf(file);
    return stat === undefined ? '' : `${String(stat.dev)}:${String(stat.ino)}`;
  };
  const put = (bind: (temporaryPath: string) => void): void => {
    remove(temporary);
    try {
      bind(temporary);
      chmodSync(temporary, mode);
      if (gid !== undefined) chownSync(temporary, -1, gid);
      identity = identityOf(temporary);
      renameSync(temporary, path);
    } catch (error) {
      remove(temporary);
      if (error instanceof SocketFileError) throw error;
      throw new SocketFileError(path, (error as Error).message, { cause: error });
    }
  };
  try {
    const existing = statOf(path);
    if (existing !== undefined && !existing.isSocket()) {
      throw new SocketFileError(path, 'there is something else of that name, which is left alone');
    }
    if (existing !== undefined && isServed(path)) throw new CollectorRunningError(path, 'another process');
    put(make);
  } catch (error) {
    unlock();
    throw error;
  }
  let isReleased = false;
  return {
    path,
    isOurs: () => identityOf(path) === identity,
    remake: put,
    release: () => {
      if (isReleased) return;
      isReleased = true;
      if (identityOf(path) === identity) remove(path);
      unlock();
    },
  };
};
