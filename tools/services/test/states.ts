import { existsSync, readFileSync } from 'node:fs';

/**
 * The state letter of a process, as /proc shows it: `T` stopped, `S` sleeping; `X` when it has ended.
 */
export const stateOf = (pid: number | undefined): string => {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const state = text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3);
    return state === 'Z' ? 'X' : state;
  } catch {
    return 'X';
  }
};

/** The user it runs as. */
export const ownerOf = (pid: number): number =>
  Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]);

/** Whether neither the process nor the folder is there any more. */
export const isGone = (pid: number | undefined, directory: string | undefined): boolean =>
  stateOf(pid) === 'X' && !existsSync(directory ?? '');
