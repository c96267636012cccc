import type { Seconds } from '@oslofjord/config';
import type { Creation, MultiCreator } from './creation/creation.ts';
import { DogpileCreation } from './creation/dogpile.ts';
import { SharedCreation } from './creation/shared.ts';
import type { Driver, Proxy } from './driver.ts';
import { NO_VALUE, type Entry, type NoValue } from './entry.ts';
import { ClosedError, RegionAlreadyConfiguredError } from './errors.ts';
import { explain, type Explanation } from './explain.ts';
import { isExpired } from './freshness.ts';
import { Namespace } from './namespace.ts';
import {
  expirationOf,
  resolveCreationOptions,
  resolveRegionOptions,
  secondsOf,
  type Creator,
  type ExpirationOption,
  type GetOrCreateOptions,
  type ReadOptions,
  type RegionOptions,
  type ResolvedRegionOptions,
  type SetOptions,
} from './options.ts';
import { Store, type Found, type RegionStatistics } from './store.ts';

/** A cached value and what is known of it. */
export interface ValueMetadata<Value> {
  readonly payload: Value;
  /** Seconds since 1970. */
  readonly createdAt: Seconds;
  readonly age: Seconds;
  readonly version: number;
}

/** Options of `configure`. */
export interface ConfigureOptions {
  readonly expirationTime?: ExpirationOption;
  /** Proxies around the driver, the first outermost. */
  readonly wrap?: readonly Proxy[];
  /** Gives a region that has a driver another one. The old one is not closed. @default false */
  readonly replace?: boolean;
}

const brand: unique symbol = Symbol.for('oslofjord.cache.region');

/**
 * A part of an application's cache: one driver, one expiration time, one way of making keys. At most one creator per
 * key runs at a time.
 * @parity dogpile.cache 1.5 region.py CacheRegion — same with `compat: 'oslo'`
 */
export class CacheRegion implements AsyncDisposable {
  #options: ResolvedRegionOptions;
  readonly #written: RegionOptions;
  #store: Store;
  #creation: Creation;
  #peek: ((key: string) => Entry | undefined) | undefined;
  #mangles: boolean;
  #isClosed = false;

  constructor(options: RegionOptions = {}) {
    this.#written = options;
    this.#options = resolveRegionOptions(options);
    this.#store = new Store(this.#options);
    this.#creation = this.#creationOf(this.#store);
    this.#mangles = this.#options.keyMangler !== undefined;
    Object.defineProperty(this, brand, { value: true });
    if (options.driver !== undefined) this.configure(options.driver, { wrap: options.wrap ?? [] });
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }

  #creationOf(store: Store): Creation {
    return this.#options.compat === 'oslo' ? new DogpileCreation(store) : new SharedCreation(store);
  }

  get name(): string {
    return this.#options.name;
  }

  /** The options in force, with all defaults. */
  get options(): ResolvedRegionOptions {
    return this.#options;
  }

  /** How long entries count as fresh; undefined: for ever. */
  get expirationTime(): Seconds | undefined {
    return this.#options.expirationTime;
  }

  get isConfigured(): boolean {
    return this.#store.isConfigured;
  }

  /**
   * The driver with all its proxies.
   * @throws RegionNotConfiguredError
   */
  get driver(): Driver {
    return this.#store.driver;
  }

  /**
   * Gives the region its driver, and what was not known when it was made.
   * @throws RegionAlreadyConfiguredError
   */
  configure(
    driver: Driver,
    options: ConfigureOptions & Omit<RegionOptions, 'driver' | 'wrap' | 'expirationTime'> = {},
  ): this {
    const { wrap = [], replace = false, expirationTime, ...others } = options;
    if (this.isConfigured && !replace) {
      throw new RegionAlreadyConfiguredError(this.name, this.driver.name);
    }
    const known = Object.entries(others).some(([, value]) => value !== undefined);
    if (known || expirationTime !== undefined) {
      this.#options = resolveRegionOptions({
        ...this.#written,
        ...others,
        ...(expirationTime === undefined ? {} : { expirationTime }),
      });
      this.#mangles = this.#options.keyMangler !== undefined;
    }
    this.#store = new Store(this.#options);
    this.#creation = this.#creationOf(this.#store);
    this.#use(wrap.reduceRight((inner, proxy) => proxy(inner), driver));
    return this;
  }

  /** Puts a proxy around the driver, outside of those it has. */
  wrap(proxy: Proxy): this {
    this.#use(proxy(this.driver));
    return this;
  }

  #use(driver: Driver): void {
    this.#store.use(driver);
    this.#peek = driver.peek?.bind(driver);
  }

  /** The value of a key, or `NO_VALUE`. */
  async get<Value = unknown>(key: string, options?: ReadOptions): Promise<Value | NoValue> {
    const stored = this.#store.keyOf(key);
    if (options === undefined) {
      const entry = this.#peek?.(stored);
      if (entry !== undefined && this.#isHit(entry, undefined)) {
        this.#store.countHit();
        return entry.payload as Value;
      }
    }
    return this.#valueOf(await this.#store.read(stored), options) as Value | NoValue;
  }

  /** The values of keys in their order, in one request. */
  async getMulti<Value = unknown>(
    keys: readonly string[],
    options?: ReadOptions,
  ): Promise<(Value | NoValue)[]> {
    if (keys.length === 0) return [];
    const found = await this.#store.readMany(keys.map((key) => this.#store.keyOf(key)));
    return found.map((each) => this.#valueOf(each, options) as Value | NoValue);
  }

  /** What is known of a key's value; undefined when there is none. */
  async metadata<Value = unknown>(
    key: string,
    options?: ReadOptions,
  ): Promise<ValueMetadata<Value> | undefined> {
    const found = await this.#store.read(this.#store.keyOf(key));
    const { entry } = found;
    if (entry === undefined || this.#valueOf(found, options) === NO_VALUE) return undefined;
    const { createdAt, version } = entry;
    return {
      payload: entry.payload as Value,
      createdAt,
      age: this.#options.clock.now() - createdAt,
      version,
    };
  }

  /** The value at once, where the driver keeps it in this process; `NO_VALUE` otherwise. Counts no miss. */
  peek(key: string): unknown {
    const entry = this.#peek?.(this.#store.keyOf(key));
    if (entry === undefined || !this.#isHit(entry, undefined)) return NO_VALUE;
    this.#store.countHit();
    return entry.payload;
  }

  #valueOf({ entry, reason }: Found, options: ReadOptions | undefined): unknown {
    if (entry === undefined) {
      this.#store.countMiss(reason ?? 'absent');
      return NO_VALUE;
    }
    if (options?.ignoreExpiration !== true) {
      const { clock, invalidation } = this.#options;
      const written = options?.expirationTime;
      const limit =
        written === undefined ? (entry.lifetime ?? this.#options.expirationTime) : secondsOf(written);
      if (isExpired(entry, limit, clock.now())) {
        this.#store.countMiss('expired');
        return NO_VALUE;
      }
      if (invalidation.isInvalidated(entry.createdAt)) {
        this.#store.countMiss(
          invalidation.isHardInvalidated(entry.createdAt) ? 'hard invalidated' : 'soft invalidated',
        );
        return NO_VALUE;
      }
    }
    this.#store.countHit();
    return entry.payload;
  }

  /** Stores a value, whatever was there. */
  async set(key: string, value: unknown, options: SetOptions = {}): Promise<void> {
    await this.setMulti(new Map([[key, value]]), options);
  }

  /** Stores values in one request, with one moment of creation. Nothing is sent for no values. */
  async setMulti(
    values: ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>,
    options: SetOptions = {},
  ): Promise<void> {
    const pairs =
      values instanceof Map ? [...(values as ReadonlyMap<string, unknown>)] : Object.entries(values);
    if (pairs.length === 0) return;
    const { tags = [], expirationTime } = options;
    const stored = pairs.map(([key]) => this.#store.keyOf(key));
    this.#creation.forget(stored);
    const generations = tags.length === 0 ? undefined : await this.#store.tags.generations(tags);
    if (tags.length > 0 && generations === undefined) return;
    const lifetime = expirationTime === undefined ? undefined : expirationOf(expirationTime, undefined);
    const now = this.#options.clock.now();
    const entries = new Map<string, Entry>();
    for (const [index, [, value]] of pairs.entries()) {
      const valid = this.#store.valid(value);
      const payload = this.#options.schema === undefined ? valid : await valid;
      entries.set(stored[index] ?? '', this.#store.entryOf(payload, { lifetime, tags: generations }, now));
    }
    await this.#store.write(entries, resolveCreationOptions({ expirationTime }, this.#options));
  }

  /** Removes a key; absent keys are no error. A creation of it that is under way is not stored. */
  async delete(key: string): Promise<void> {
    await this.deleteMulti([key]);
  }

  /** Removes keys in one request; nothing is sent for no keys. */
  async deleteMulti(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const stored = keys.map((key) => this.#store.keyOf(key));
    this.#creation.forget(stored);
    this.#store.outdate(stored);
    try {
      await this.#store.driver.deleteMany(stored);
    } catch (error) {
      this.#store.tolerate(error);
    }
  }

  /**
   * The value of a key, created if there is none that is fresh. Of all callers one runs its creator; while an old
   * value exists, the others are answered that.
   */
  getOrCreate<Value>(
    key: string,
    creator: Creator<Value>,
    options?: GetOrCreateOptions<Value>,
  ): Promise<Value> {
    const stored = this.#mangles || key.charCodeAt(0) === 1 ? this.#store.keyOf(key) : key;
    if (this.#peek !== undefined) {
      const entry = this.#peek(stored);
      if (entry !== undefined && this.#isHit(entry, options as GetOrCreateOptions<unknown> | undefined)) {
        this.#store.countHit();
        // One promise per entry answers all its hits, so that a hit allocates nothing of ours.
        return (entry.promise ??= Promise.resolve(entry.payload)) as Promise<Value>;
      }
    }
    return this.#creation.getOrCreate(
      key,
      stored,
      creator as Creator<unknown>,
      options as GetOrCreateOptions<unknown> | undefined,
    ) as Promise<Value>;
  }

  /** Whether an entry answers a call at once; whatever needs more thought does not. */
  #isHit(entry: Entry, options: GetOrCreateOptions<unknown> | undefined): boolean {
    const { expirationTime, earlyRefresh, schemaVersion, invalidation, clock } = this.#options;
    if (entry.version !== 2 || entry.createdAt <= 0 || entry.schema !== schemaVersion) return false;
    if (invalidation.isInvalidated(entry.createdAt)) return false;
    const limit = entry.lifetime ?? expirationTime;
    if (options !== undefined) {
      if (options.expirationTime !== undefined || options.earlyRefresh !== undefined) return false;
      if (options.signal?.aborted === true) return false;
    }
    if (earlyRefresh > 0 && entry.cost !== undefined) return false;
    if (limit !== undefined && clock.coarse() - entry.createdAt > limit) return false;
    return entry.tags === undefined || this.#tagsHold(entry.tags);
  }

  #tagsHold(tags: Readonly<Record<string, string>>): boolean {
    for (const tag of Object.keys(tags)) {
      if (this.#store.tags.peek(tag) !== tags[tag]) return false;
    }
    return true;
  }

  /** The values of keys in their order. `creator` is given all missing keys at once, sorted, and answers in their order. */
  async getOrCreateMulti<Value>(
    keys: readonly string[],
    creator: MultiCreator<Value>,
    options?: GetOrCreateOptions<Value>,
  ): Promise<Value[]> {
    if (keys.length === 0) return [];
    return (await this.#creation.getOrCreateMulti(
      keys,
      creator,
      options as GetOrCreateOptions<unknown> | undefined,
    )) as Value[];
  }

  /**
   * Makes all entries created until now invalid, in this process: hard, they are misses; soft, they are served while
   * one caller creates anew, for which calls need an expiration time.
   */
  invalidate({ hard = true }: { readonly hard?: boolean } = {}): void {
    this.#options.invalidation.invalidate(hard, this.#options.clock.now());
    this.#creation.forgetAll();
  }

  /** Makes all entries that carry one of these tags misses, for all processes, at the cost of one write. */
  async invalidateTags(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    try {
      await this.#store.tags.invalidate(tags);
    } catch (error) {
      this.#store.tolerate(error);
    }
  }

  /** A part of this region with keys of its own, which can be emptied at the cost of one write. */
  namespace(name: string): Namespace {
    return new Namespace(this, name);
  }

  /** Whether a creator of this key runs in this process. */
  isLocked(key: string): boolean {
    // dogpile looks the key up as it is given, although its locks go by mangled keys.
    const isUnmangled = this.#options.compat === 'oslo';
    return this.#creation.isLocked(isUnmangled ? key : this.#store.keyOf(key));
  }

  /** What is known of a key and what a read of it would answer, and why. Counts nothing. */
  async explain(key: string, options: ReadOptions = {}): Promise<Explanation> {
    const expirationTime = expirationOf(options.expirationTime, this.#options.expirationTime);
    return explain(this.#store, key, expirationTime, this.isLocked(key));
  }

  /** What happened in this region so far. */
  statistics(): RegionStatistics {
    return this.#store.statistics();
  }

  /** Resolves when everything that goes on in the background is over. */
  async settled(): Promise<void> {
    await this.#creation.settled();
  }

  /** Waits for what is under way and closes the driver; any number of times. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#creation.settled();
    if (this.isConfigured) await this.driver.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @throws ClosedError after close() */
  assertOpen(): void {
    if (this.#isClosed) throw new ClosedError(this.name);
  }
}

/** Makes a region. Without a driver it waits for `configure` or `configureCacheRegion`. */
export const createRegion = (options: RegionOptions = {}): CacheRegion => new CacheRegion(options);
