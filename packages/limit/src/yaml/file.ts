import { readFileSync, watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { refreshChannel, type RefreshEvent } from '../channels.ts';
import { LimitsFileError } from '../errors.ts';
import type { LimitProvider } from '../provider.ts';
import { documentProvider, parseLimits, type LimitsDocument } from './document.ts';

/** How a file of limits is read. */
export interface YamlLimitsOptions {
  /** Whether changes of the file count at once. @default true */
  readonly watch?: boolean;
  /** Told when the file changed and cannot be used; what it said before stays in force. @default nothing */
  readonly onProblem?: (error: LimitsFileError) => void;
}

/** Editors write a file in several steps; it is read this long after the last of them, in milliseconds. */
const SETTLE = 20;

const unreadable = (path: string, error: unknown): LimitsFileError =>
  new LimitsFileError(path, [`cannot be read: ${(error as Error).message}`], { cause: error });

/** Limits in a file, and who is told when it changes. */
class LimitsFile {
  readonly #options: YamlLimitsOptions;
  readonly #listeners = new Set<() => void>();
  #watcher: FSWatcher | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #text: string;
  document: LimitsDocument;

  constructor(path: string, text: string, options: YamlLimitsOptions) {
    this.#text = text;
    this.#options = options;
    this.document = parseLimits(text, path);
    if (options.watch === false) return;
    // The directory, as a file that is replaced by another is watched no more.
    // Its link may be what changes, as in a mounted ConfigMap, so every name in it counts.
    this.#watcher = watch(dirname(path), { persistent: false }, () => {
      this.#soon(path);
    });
    this.#watcher.on('error', () => {
      this.close();
    });
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #soon(path: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#reload(path), SETTLE);
    this.#timer.unref();
  }

  async #reload(path: string): Promise<void> {
    try {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        throw unreadable(path, error);
      });
      if (text === this.#text) return;
      this.document = parseLimits(text, path);
      this.#text = text;
      for (const listener of this.#listeners) listener();
    } catch (error) {
      if (!(error instanceof LimitsFileError)) throw error;
      const event: RefreshEvent = { provider: 'yaml', what: 'all', reason: 'stale', duration: 0, error };
      refreshChannel.publish(event);
      this.#options.onProblem?.(error);
    }
  }
}

/**
 * Limits from a YAML file; a change of the file counts for the next decision. A file that cannot be used any more leaves
 * in force what it said before.
 * @throws LimitsFileError (`ERR_LIMIT_FILE`) when the file cannot be used at first, naming every problem
 * @example
 * const enforcer = await createEnforcer({ limits: yamlLimits('limits.yaml'), usage });
 */
export const yamlLimits = (path: string, options: YamlLimitsOptions = {}): LimitProvider => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
  const file = new LimitsFile(path, text, options);
  return {
    ...documentProvider('yaml', () => file.document),
    onChange: (listener) => file.listen(listener),
    close: async (): Promise<void> => {
      file.close();
      return Promise.resolve();
    },
  };
};
