import type { Seconds } from '@oslofjord/config';
import type { Entry } from '../entry.ts';
import { NO_VALUE } from '../entry.ts';
import { ExpirationTimeRequiredError } from '../errors.ts';
import { missReasonOf } from '../freshness.ts';
import {
  resolveCreationOptions,
  type Creator,
  type CreatorContext,
  type GetOrCreateOptions,
  type ResolvedCreationOptions,
} from '../options.ts';
import type { Store } from '../store.ts';
import { byCodePoints, type Creation, type MultiCreator } from './creation.ts';
import { Mutexes } from './mutex.ts';

/** What dogpile's lock sees: a payload and the moment it reckons its age from. */
interface Valued {
  readonly payload: unknown;
  readonly createdAt: Seconds;
}

const NEVER_ABORTED = new AbortController().signal;

/**
 * Creation as dogpile.cache does it: a mutex per key, waiters one after another, and no memory of failures.
 * @parity dogpile.cache 1.5 lock.py Lock, region.py CacheRegion.get_or_create — same
 */
export class DogpileCreation implements Creation {
  readonly #store: Store;
  readonly #mutexes = new Mutexes();

  constructor(store: Store) {
    this.#store = store;
  }

  async getOrCreate(
    key: string,
    stored: string,
    creator: Creator<unknown>,
    written: GetOrCreateOptions<unknown> = {},
  ): Promise<unknown> {
    const options = resolveCreationOptions(written, this.#store.options);
    const known = await this.#valueOf(stored, options);
    if (known !== undefined && !this.#isExpired(known, options)) {
      this.#store.countHit();
      return known.payload;
    }
    if (known !== undefined && known.createdAt > 0) {
      if (!this.#tryAcquire(stored)) {
        this.#store.countHit(true);
        return known.payload;
      }
      return this.#createLocked(key, stored, creator, written, options, known);
    }
    await this.#acquire(stored);
    return this.#createLocked(key, stored, creator, written, options, undefined);
  }

  /** Goes on with the mutex held. */
  async #createLocked(
    key: string,
    stored: string,
    creator: Creator<unknown>,
    written: GetOrCreateOptions<unknown>,
    options: ResolvedCreationOptions,
    stale: Valued | undefined,
  ): Promise<unknown> {
    let isHandedOn = false;
    try {
      let known = stale;
      if (known === undefined) {
        known = await this.#valueOf(stored, options);
        if (known !== undefined && !this.#isExpired(known, options)) return known.payload;
      }
      const context: CreatorContext<unknown> = {
        key,
        signal: NEVER_ABORTED,
        stale: known === undefined ? NO_VALUE : known.payload,
        expireAfter: () => undefined,
      };
      const { asyncCreationRunner } = this.#store.options;
      if (known !== undefined && asyncCreationRunner !== undefined) {
        isHandedOn = true;
        asyncCreationRunner(key, () => Promise.resolve(creator(context)), {
          release: () => {
            this.#release(stored);
          },
        });
        return known.payload;
      }
      return await this.#create(stored, () => creator(context), written, options);
    } finally {
      if (!isHandedOn) this.#release(stored);
    }
  }

  async #create(
    stored: string,
    create: () => unknown,
    { shouldCache }: GetOrCreateOptions<unknown>,
    options: ResolvedCreationOptions,
  ): Promise<unknown> {
    this.#store.misses += 1;
    const payload = await this.#store.timed(create);
    const entry = this.#store.entryOf(payload);
    this.#requireExpirationTime(options);
    if (shouldCache === undefined || shouldCache(payload)) {
      await this.#store.write(new Map([[stored, entry]]), options);
    }
    return payload;
  }

  async getOrCreateMulti(
    keys: readonly string[],
    creator: MultiCreator<unknown>,
    written: GetOrCreateOptions<unknown> = {},
  ): Promise<unknown[]> {
    const store = this.#store;
    const options = resolveCreationOptions(written, store.options);
    const unique = [...new Set(keys)].sort(byCodePoints);
    const found = await store.readMany(unique.map((key) => store.keyOf(key)));
    const payloads = new Map<string, unknown>();
    const missing: string[] = [];
    try {
      for (const [index, key] of unique.entries()) {
        const valued = this.#valuedOf(found[index]?.entry, options);
        payloads.set(key, valued === undefined ? NO_VALUE : valued.payload);
        if (valued !== undefined && !this.#isExpired(valued, options)) continue;
        const stored = store.keyOf(key);
        if (valued !== undefined && valued.createdAt > 0) {
          if (this.#tryAcquire(stored)) missing.push(key);
        } else {
          await this.#acquire(stored);
          missing.push(key);
        }
      }
      if (missing.length > 0) await this.#createMulti(missing, creator, written, options, payloads);
      return keys.map((key) => payloads.get(key));
    } finally {
      for (const key of missing) this.#release(store.keyOf(key));
    }
  }

  async #createMulti(
    missing: readonly string[],
    creator: MultiCreator<unknown>,
    { shouldCache }: GetOrCreateOptions<unknown>,
    options: ResolvedCreationOptions,
    payloads: Map<string, unknown>,
  ): Promise<void> {
    const store = this.#store;
    const created = await store.timed(() => creator(missing));
    this.#requireExpirationTime(options);
    const entries = new Map<string, Entry>();
    for (const [index, key] of missing.entries()) {
      if (index >= created.length) break;
      const payload = created[index];
      payloads.set(key, payload);
      if (shouldCache === undefined || shouldCache(payload)) {
        entries.set(store.keyOf(key), store.entryOf(payload));
      }
    }
    await store.write(entries, options);
  }

  async #valueOf(stored: string, options: ResolvedCreationOptions): Promise<Valued | undefined> {
    const [found] = await this.#store.readMany([stored]);
    return this.#valuedOf(found?.entry, options);
  }

  #valuedOf(entry: Entry | undefined, { expirationTime }: ResolvedCreationOptions): Valued | undefined {
    const { invalidation, clock } = this.#store.options;
    if (entry === undefined || missReasonOf(entry, invalidation) !== undefined) return undefined;
    if (!invalidation.isSoftInvalidated(entry.createdAt)) return entry;
    if (expirationTime === undefined) throw new ExpirationTimeRequiredError();
    return { payload: entry.payload, createdAt: clock.now() - expirationTime - 0.0001 };
  }

  #isExpired({ createdAt }: Valued, { expirationTime }: ResolvedCreationOptions): boolean {
    if (createdAt <= 0) return true;
    return expirationTime !== undefined && this.#store.options.clock.now() - createdAt > expirationTime;
  }

  #requireExpirationTime({ expirationTime }: ResolvedCreationOptions): void {
    if (expirationTime === undefined && this.#store.options.invalidation.wasSoftInvalidated()) {
      throw new ExpirationTimeRequiredError();
    }
  }

  /** The null driver has a lock that nobody ever waits for. */
  get #locks(): boolean {
    return this.#store.driver.supports.stores;
  }

  #tryAcquire(stored: string): boolean {
    return !this.#locks || this.#mutexes.of(stored).tryAcquire();
  }

  async #acquire(stored: string): Promise<void> {
    if (this.#locks) await this.#mutexes.of(stored).acquire();
  }

  #release(stored: string): void {
    if (this.#locks) this.#mutexes.release(stored);
  }

  /** As in dogpile, a deletion does not reach a creation that is under way. */
  forget(): void {
    return undefined;
  }

  /** As in dogpile, an invalidation does not reach a creation that is under way. */
  forgetAll(): void {
    return undefined;
  }

  isLocked(stored: string): boolean {
    return this.#mutexes.isHeld(stored);
  }

  async settled(): Promise<void> {
    return Promise.resolve();
  }
}
