import { parseDuration, type Duration, type Milliseconds } from '@oslofjord/config';
import type { Driver, DriverSupports, WriteRequest } from '../driver.ts';
import type { Entry } from '../entry.ts';

/** Options of the dict driver. */
export interface DictOptions {
  /** After which entries are dropped; 0: never. @default 0, as in Oslo */
  readonly expirationTime?: Duration;
  /** The time in milliseconds. @default Date.now */
  readonly now?: () => Milliseconds;
}

const SUPPORTS: DriverSupports = {
  shared: false,
  persistent: false,
  copies: false,
  ttl: true,
  stores: true,
};

interface Kept {
  readonly entry: Entry;
  readonly until: Milliseconds;
}

const SWEPT_PER_WRITE = 2;

/**
 * An unbounded map in this process, for tests and small tools.
 * @parity oslo.cache 99a7493 backends/dictionary.py DictCacheBackend — differs: dict-sweep
 */
class DictDriver implements Driver {
  readonly name = 'dict';
  readonly supports: DriverSupports = SUPPORTS;
  readonly #kept = new Map<string, Kept>();
  readonly #lifetime: Milliseconds;
  readonly #now: () => Milliseconds;
  #sweep: IterableIterator<[string, Kept]> | undefined;

  constructor({ expirationTime = 0, now = Date.now }: DictOptions) {
    this.#lifetime = parseDuration(expirationTime);
    this.#now = now;
  }

  peek(key: string): Entry | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (this.#now() < kept.until) return kept.entry;
    this.#kept.delete(key);
    return undefined;
  }

  getMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    return Promise.resolve(keys.map((key) => this.peek(key)));
  }

  setMany(entries: ReadonlyMap<string, Entry>, { ttl = Infinity }: WriteRequest = {}): Promise<void> {
    const now = this.#now();
    const until = now + Math.min(ttl, this.#lifetime === 0 ? Infinity : this.#lifetime);
    for (const [key, entry] of entries) this.#kept.set(key, { entry, until });
    this.#expunge(entries.size * SWEPT_PER_WRITE, now);
    return Promise.resolve();
  }

  /** Drops what expired among the next few entries: all are seen in turn, and no write pays for all of them. */
  #expunge(count: number, now: Milliseconds): void {
    for (let seen = 0; seen < count; seen += 1) {
      this.#sweep ??= this.#kept.entries();
      const next = this.#sweep.next();
      if (next.done === true) {
        this.#sweep = undefined;
        return;
      }
      const [key, { until }] = next.value;
      if (now >= until) this.#kept.delete(key);
    }
  }

  deleteMany(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#kept.delete(key);
    return Promise.resolve();
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#kept.clear();
    this.#sweep = undefined;
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Makes a driver around an unbounded map in this process. */
export const dict = (options: DictOptions = {}): Driver => new DictDriver(options);
