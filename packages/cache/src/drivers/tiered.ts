import { parseDuration, type Duration, type Milliseconds } from '@oslofjord/config';
import type { Driver, LeaseAnswer, LeaseRequest, Leases, Watch, WriteRequest } from '../driver.ts';
import type { Entry } from '../entry.ts';
import { BackendError } from '../errors.ts';
import { memory, type MemoryOptions } from './memory.ts';

/** Options of two tiers. */
export interface TieredOptions {
  /** The store that processes share. */
  readonly far: Driver;
  /** The store in this process. */
  readonly near?: MemoryOptions;
  /**
   * How long an entry stays in this process. Where the shared store tells of changes, they are followed at once and
   * this is only a bound for what it may forget to tell; elsewhere it is how old a value may be that another process
   * changed. @default '5s'; '5m' where changes are told
   */
  readonly nearTime?: Duration;
}

interface Fill {
  isVoid: boolean;
}

/** The error of the shared store, with what this process knows all the same. */
const withAnswers = (
  error: BackendError,
  keys: readonly string[],
  found: readonly (Entry | undefined)[],
): BackendError => {
  const answered = new Map(error.answered);
  for (const [index, key] of keys.entries()) {
    const entry = found[index];
    if (entry !== undefined) answered.set(key, entry);
  }
  return answered.size === 0 ? error : error.withAnswers(answered);
};

/**
 * Two tiers as one driver: what was read from the shared store stays in this process, until it changes there. While
 * the shared store cannot tell of changes although it should, this process trusts nothing of its own.
 */
class TieredDriver implements Driver {
  readonly name: string;
  readonly supports: Driver['supports'];
  readonly leases: Leases | undefined;
  readonly hostOf: Driver['hostOf'];
  readonly #near: Driver;
  readonly #far: Driver;
  readonly #nearTime: Milliseconds;
  readonly #fills = new Map<string, Set<Fill>>();
  readonly #watch: Watch | undefined;
  #isTrusted: boolean;

  constructor({ far, near = {}, nearTime }: TieredOptions) {
    this.#far = far;
    this.#near = memory(near);
    this.name = `memory+${far.name}`;
    // What others change is seen soon, not at once.
    this.supports = { ...far.supports, shared: false, copies: this.#near.supports.copies };
    this.hostOf = far.hostOf?.bind(far);
    this.leases = far.leases === undefined ? undefined : this.#leasesOver(far.leases);
    this.#nearTime = parseDuration(nearTime ?? (far.watch === undefined ? '5s' : '5m'));
    this.#isTrusted = far.watch === undefined;
    this.#watch = far.watch?.({
      changed: (keys) => {
        this.#forget(keys);
      },
      lost: () => {
        this.#isTrusted = false;
        this.#forgetAll();
      },
      resumed: () => {
        this.#forgetAll();
        this.#isTrusted = true;
      },
    });
  }

  /** What is being read of these keys is not kept any more, nor what was. */
  #forget(keys: readonly string[]): void {
    this.#voidFills(keys);
    void this.#near.deleteMany(keys);
  }

  #forgetAll(): void {
    this.#voidFills([...this.#fills.keys()]);
    // Closing a memory driver empties it.
    void this.#near.close();
  }

  #voidFills(keys: Iterable<string>): void {
    for (const key of keys) {
      const fills = this.#fills.get(key);
      if (fills === undefined) continue;
      for (const fill of fills) fill.isVoid = true;
    }
  }

  peek(key: string): Entry | undefined {
    return this.#isTrusted ? this.#near.peek?.(key) : undefined;
  }

  async getMany(keys: readonly string[], request?: WriteRequest): Promise<readonly (Entry | undefined)[]> {
    const found = keys.map((key) => this.peek(key));
    const missing = keys.filter((_, index) => found[index] === undefined);
    if (missing.length === 0) return found;
    const fills = new Map<string, Fill>();
    for (const key of missing) this.#begin(key, fills);
    try {
      const entries = await this.#far.getMany(missing, request);
      const byKey = new Map(missing.map((key, index) => [key, entries[index]]));
      for (const [key, entry] of byKey) {
        if (entry !== undefined && fills.get(key)?.isVoid === false) this.#keep(key, entry, undefined);
      }
      return keys.map((key, index) => found[index] ?? byKey.get(key));
    } catch (error) {
      throw error instanceof BackendError ? withAnswers(error, keys, found) : error;
    } finally {
      for (const [key, each] of fills) this.#finish(key, each);
    }
  }

  #begin(key: string, fills: Map<string, Fill>): void {
    if (fills.has(key)) return;
    const fill: Fill = { isVoid: false };
    fills.set(key, fill);
    const known = this.#fills.get(key);
    if (known === undefined) this.#fills.set(key, new Set([fill]));
    else known.add(fill);
  }

  #finish(key: string, fill: Fill): void {
    const known = this.#fills.get(key);
    known?.delete(fill);
    if (known?.size === 0) this.#fills.delete(key);
  }

  #keep(key: string, entry: Entry, ttl: Milliseconds | undefined): void {
    void this.#near.setMany(new Map([[key, entry]]), { ttl: Math.min(ttl ?? Infinity, this.#nearTime) });
  }

  async setMany(entries: ReadonlyMap<string, Entry>, request: WriteRequest = {}): Promise<void> {
    this.#voidFills(entries.keys());
    for (const [key, entry] of entries) this.#keep(key, entry, request.ttl);
    await this.#far.setMany(entries, request);
  }

  async deleteMany(keys: readonly string[], request?: WriteRequest): Promise<void> {
    this.#forget(keys);
    try {
      await this.#far.deleteMany(keys, request);
    } finally {
      // Reads that began before the deletion was done may have seen the entry.
      this.#forget(keys);
    }
  }

  #leasesOver(leases: Leases): Leases {
    return {
      ...leases,
      acquire: async (key: string, request: LeaseRequest): Promise<LeaseAnswer> => {
        const fills = new Map<string, Fill>();
        this.#begin(key, fills);
        const fill = fills.get(key) ?? { isVoid: true };
        try {
          const answer = await leases.acquire(key, request);
          if (answer.state === 'present' && !fill.isVoid) this.#keep(key, answer.entry, undefined);
          return answer;
        } finally {
          this.#finish(key, fill);
        }
      },
      commit: async (lease, entry, request) => {
        const fills = new Map<string, Fill>();
        this.#begin(lease.key, fills);
        const fill = fills.get(lease.key) ?? { isVoid: true };
        try {
          const isStored = await leases.commit(lease, entry, request);
          if (!isStored) this.#forget([lease.key]);
          else if (!fill.isVoid) this.#keep(lease.key, entry, request.ttl);
          return isStored;
        } finally {
          this.#finish(lease.key, fill);
        }
      },
    };
  }

  async check(request?: WriteRequest): Promise<void> {
    await this.#far.check(request);
  }

  async close(): Promise<void> {
    await this.#watch?.close();
    await this.#near.close();
    await this.#far.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Makes two tiers of a store in this process and one that processes share. */
export const tiered = (options: TieredOptions): Driver => new TieredDriver(options);
