import { existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Milliseconds } from '@oslofjord/config';
import type { PathLooker } from './backend.ts';

/** Looks when it is asked, as Oslo does. A file system that hangs, hangs the process. */
export const lookAtOnce: PathLooker = { exists: (path) => existsSync(path), hangs: () => false };

/** How long a file system may take to answer. */
const DEADLINE: Milliseconds = 500;
/**
 * Looks under way in the process. Node has four threads for files and names: hung looks must leave some of them, or
 * nothing else could open a file or resolve a name.
 */
const MOST = 2;
let free = MOST;
const waiting: (() => void)[] = [];

/** Waits for one of the process's two looks, and gives it back when the look is over. */
const withLook = async (look: () => Promise<void>): Promise<void> => {
  if (free > 0) free -= 1;
  else
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  try {
    await look();
  } finally {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }
};

/**
 * Looks at paths again and again, and answers with what it saw last. A path on a file system that hangs keeps its last
 * answer: one look at it is under way at a time, two in the process, and nobody waits for them.
 */
export class PathWatch implements PathLooker {
  readonly #seen = new Map<string, boolean>();
  readonly #looking = new Map<string, Milliseconds>();
  readonly #interval: Milliseconds;
  readonly #onChange: () => void;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param interval how long it waits between two looks
   * @param onChange called when a path appeared or disappeared
   */
  constructor(paths: Iterable<string>, interval: Milliseconds, onChange: () => void) {
    for (const path of paths) this.#seen.set(path, false);
    this.#interval = interval;
    this.#onChange = onChange;
  }

  /** Begins to look. Resolves when every path was looked at, or when that takes longer than a file system may. */
  async start(): Promise<void> {
    const first = this.#lookAtAll();
    this.#timer ??= setInterval(() => void this.#lookAtAll(), this.#interval).unref();
    let patience: NodeJS.Timeout | undefined;
    await Promise.race([
      first,
      new Promise((resolve) => {
        patience = setTimeout(resolve, DEADLINE);
      }),
    ]);
    clearTimeout(patience);
  }

  exists(path: string): boolean {
    return this.#seen.get(path) ?? false;
  }

  hangs(path: string): boolean {
    const since = this.#looking.get(path);
    return since !== undefined && performance.now() - since > DEADLINE;
  }

  /** Ends it; the last answers remain. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #lookAtAll(): Promise<void> {
    const paths = [...this.#seen.keys()].filter((path) => !this.#looking.has(path));
    await Promise.all(paths.map(async (path) => this.#lookAt(path)));
  }

  async #lookAt(path: string): Promise<void> {
    this.#looking.set(path, performance.now());
    await withLook(async () => {
      try {
        await access(path);
        this.#set(path, true);
      } catch {
        this.#set(path, false);
      }
    });
    this.#looking.delete(path);
  }

  #set(path: string, isThere: boolean): void {
    if (this.#seen.get(path) === isThere) return;
    this.#seen.set(path, isThere);
    this.#onChange();
  }
}
