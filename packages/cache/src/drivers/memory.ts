import { parseSize, type Bytes, type Count, type Milliseconds, type Size } from '@oslofjord/config';
import { getHeapStatistics } from 'node:v8';
import { Entry } from '../entry.ts';
import type { Driver, DriverSupports, WriteRequest } from '../driver.ts';
import { sizeInMemory } from '../stores/size.ts';
import { SieveStore } from '../stores/sieve.ts';

/** Options of the memory driver. */
export interface MemoryOptions {
  /** @default 10000 */
  readonly maxEntries?: Count;
  /** An estimate of the memory that entries take; costs a walk through each value at its write. @default no limit */
  readonly maxBytes?: Size;
  /** `'clone'`: writes and reads copy, so that changing a value changes nothing cached. @default 'share' */
  readonly isolation?: 'share' | 'clone';
  /** Gives up half of the entries while the heap is fuller than this share of its limit. 0 to 1. @default off */
  readonly shrinkAbove?: number;
}

const COPYING: DriverSupports = { shared: false, persistent: false, copies: true, ttl: true, stores: true };
const SHARING: DriverSupports = { ...COPYING, copies: false };
const WRITES_PER_LOOK = 256;

interface Kept {
  readonly entry: Entry;
  /** Milliseconds of `performance.now()`; infinite where nothing ends it. */
  readonly until: Milliseconds;
}

const copyOf = (entry: Entry): Entry => new Entry(structuredClone(entry.payload), entry);

/** Entries in this process, in a SIEVE store: the most useful ones stay. */
class MemoryDriver implements Driver {
  readonly name = 'memory';
  readonly supports: DriverSupports;
  readonly #store: SieveStore<Kept>;
  readonly #copies: boolean;
  readonly #shrinkAbove: number | undefined;
  #writes = 0;

  constructor({ maxEntries = 10_000, maxBytes, isolation = 'share', shrinkAbove }: MemoryOptions) {
    this.#copies = isolation === 'clone';
    this.supports = this.#copies ? COPYING : SHARING;
    this.#shrinkAbove = shrinkAbove;
    const bytes: Bytes | undefined = maxBytes === undefined ? undefined : parseSize(maxBytes);
    this.#store = new SieveStore<Kept>({
      maxEntries,
      ...(bytes === undefined
        ? {}
        : {
            maxBytes: bytes,
            sizeOf: (key, { entry }) => sizeInMemory(key) + sizeInMemory(entry.payload) + 200,
          }),
    });
  }

  peek(key: string): Entry | undefined {
    const kept = this.#store.get(key);
    if (kept === undefined) return undefined;
    if (kept.until !== Infinity && performance.now() >= kept.until) {
      this.#store.delete(key);
      return undefined;
    }
    return this.#copies ? copyOf(kept.entry) : kept.entry;
  }

  getMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    return Promise.resolve(keys.map((key) => this.peek(key)));
  }

  setMany(entries: ReadonlyMap<string, Entry>, { ttl }: WriteRequest = {}): Promise<void> {
    const until = ttl === undefined ? Infinity : performance.now() + ttl;
    for (const [key, entry] of entries) {
      this.#store.set(key, { entry: this.#copies ? copyOf(entry) : entry, until });
    }
    this.#writes += entries.size;
    if (this.#shrinkAbove !== undefined && this.#writes >= WRITES_PER_LOOK) this.#relieve(this.#shrinkAbove);
    return Promise.resolve();
  }

  #relieve(limit: number): void {
    this.#writes = 0;
    const { used_heap_size: used, heap_size_limit: most } = getHeapStatistics();
    if (used > most * limit) this.#store.shrinkTo(Math.floor(this.#store.size / 2));
  }

  deleteMany(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#store.delete(key);
    return Promise.resolve();
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#store.clear();
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Makes a driver that keeps entries in this process; the fastest, and the first of two tiers. */
export const memory = (options: MemoryOptions = {}): Driver => new MemoryDriver(options);
