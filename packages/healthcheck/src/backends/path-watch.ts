import { existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Milliseconds } from '@oslofjord/config';
import type { PathLooker } from './backend.ts';

/** Looks when it is asked, as Oslo does. A file system that hangs, hangs the process. */
export const lookAtOnce: PathLooker = { exists: (path) => existsSync(path) };

/**
 * Looks at paths again and again, and answers with what it saw last. A path on a file system that hangs keeps its last
 * answer: one look at it is under way at a time, and nobody waits for it.
 */
export class PathWatch implements PathLooker {
  readonly #seen = new Map<string, boolean>();
  readonly #looking = new Set<string>();
  readonly #interval: Milliseconds;
  #timer: NodeJS.Timeout | undefined;

  /** @param interval how long it waits between two looks */
  constructor(paths: Iterable<string>, interval: Milliseconds) {
    for (const path of paths) this.#seen.set(path, false);
    this.#interval = interval;
  }

  /** Begins to look. Resolves when every path was looked at, or when the first look takes longer than the interval. */
  async start(): Promise<void> {
    const first = this.#lookAtAll();
    this.#timer ??= setInterval(() => void this.#lookAtAll(), this.#interval).unref();
    await Promise.race([
      first,
      new Promise((resolve) => {
        setTimeout(resolve, this.#interval).unref();
      }),
    ]);
  }

  exists(path: string): boolean {
    return this.#seen.get(path) ?? false;
  }

  /** Ends it; the last answers remain. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #lookAtAll(): Promise<void> {
    await Promise.all([...this.#seen.keys()].map((path) => this.#lookAt(path)));
  }

  async #lookAt(path: string): Promise<void> {
    if (this.#looking.has(path)) return;
    this.#looking.add(path);
    try {
      await access(path);
      this.#seen.set(path, true);
    } catch {
      this.#seen.set(path, false);
    } finally {
      this.#looking.delete(path);
    }
  }
}
