import type { Seconds } from '@oslofjord/config';
import { codecErrorChannel, createChannel, hitChannel, missChannel, voidedChannel } from './channels.ts';
import type { Driver } from './driver.ts';
import { BackendError, RegionNotConfiguredError, SchemaError } from './errors.ts';
import { ENTRY_VERSION, Entry, metadataOf } from './entry.ts';
import type { MissReason } from './freshness.ts';
import type { ResolvedCreationOptions, ResolvedRegionOptions } from './options.ts';
import { issuesWith } from './schema.ts';
import { Reads } from './reads.ts';
import { Tags } from './tags.ts';

/** What reading one key found. */
export interface Found {
  /** The entry, if it may be used at all. */
  readonly entry: Entry | undefined;
  /** Why there is none. */
  readonly reason: MissReason | undefined;
}

const ABSENT: Found = { entry: undefined, reason: 'absent' };
const FAILED: Found = { entry: undefined, reason: 'backend error' };

/** What an entry is made with beside its payload. */
export interface EntryParts {
  readonly lifetime?: Seconds | undefined;
  readonly cost?: Seconds | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Counts of what a region did since it was made. */
export interface RegionStatistics {
  readonly hits: number;
  readonly staleHits: number;
  readonly misses: number;
  readonly creations: number;
  readonly failures: number;
  readonly voided: number;
}

/**
 * A region's entries: reads and writes through its driver, with the region's schema, tags and failure policy applied.
 */
export class Store {
  readonly options: ResolvedRegionOptions;
  readonly tags: Tags;
  readonly #reads: Reads;
  #driver: Driver | undefined;
  hits = 0;
  staleHits = 0;
  misses = 0;
  creations = 0;
  failures = 0;
  voided = 0;

  constructor(options: ResolvedRegionOptions) {
    this.options = options;
    this.#reads = new Reads(this);
    this.tags = new Tags(this);
  }

  get driver(): Driver {
    if (this.#driver === undefined) throw new RegionNotConfiguredError(this.options.name);
    return this.#driver;
  }

  get isConfigured(): boolean {
    return this.#driver !== undefined;
  }

  use(driver: Driver): void {
    this.#driver = driver;
  }

  /** The key as the driver knows it. */
  keyOf(key: string): string {
    const { keyMangler, compat } = this.options;
    if (keyMangler !== undefined) return keyMangler(key);
    // Keys of tags begin with U+0001; keys of users never do.
    return compat === undefined && key.charCodeAt(0) === 1 ? `\u0001${key}` : key;
  }

  /** Reads one key, together with what else is read in this turn of the event loop; `tags` are asked for with it. */
  async read(stored: string, tags?: readonly string[]): Promise<Found> {
    let entry: Entry | undefined;
    try {
      if (tags !== undefined && tags.length > 0) this.tags.prefetch(tags);
      entry = await this.#reads.read(stored);
    } catch (error) {
      this.tolerate(error);
      return FAILED;
    }
    if (entry === undefined) return ABSENT;
    if (entry.tags === undefined && this.options.schemaVersion === undefined) {
      return { entry, reason: undefined };
    }
    return this.#admit(entry);
  }

  /** The generation of a tag, or whatever is stored under a key. @throws BackendError */
  async readRaw(stored: string): Promise<unknown> {
    return (await this.#reads.read(stored))?.payload;
  }

  /** Reads of these keys that are under way answer what was before. */
  outdate(stored: readonly string[]): void {
    this.#reads.outdate(stored);
  }

  /** Reads keys in one request. The generations of `tags` are asked for with it. */
  async readMany(stored: readonly string[], tags: readonly string[] = []): Promise<readonly Found[]> {
    let entries: readonly (Entry | undefined)[];
    let answered: ReadonlyMap<string, Entry | undefined> | undefined;
    try {
      if (tags.length > 0) this.tags.prefetch(tags);
      entries = await this.driver.getMany(stored);
    } catch (error) {
      this.tolerate(error);
      ({ answered } = error as BackendError);
      if (answered === undefined) return stored.map(() => FAILED);
      const known = answered;
      entries = stored.map((key) => known.get(key));
    }
    const found = (entry: Entry | undefined, index: number): Found => {
      if (entry !== undefined) return { entry, reason: undefined };
      return answered?.has(stored[index] ?? '') === false ? FAILED : ABSENT;
    };
    if (this.options.schemaVersion === undefined && entries.every((entry) => entry?.tags === undefined)) {
      return entries.map(found);
    }
    return Promise.all(
      entries.map(async (entry, index) => (entry === undefined ? found(entry, index) : this.#admit(entry))),
    );
  }

  async #admit(entry: Entry | undefined): Promise<Found> {
    if (entry === undefined) return ABSENT;
    if (entry.tags !== undefined) {
      const holds = await this.tags.hold(entry.tags);
      if (holds !== true) return { entry: undefined, reason: holds };
    }
    const { schemaVersion, migrate } = this.options;
    if (schemaVersion === undefined || entry.schema === schemaVersion) return { entry, reason: undefined };
    if (migrate === undefined) return { entry: undefined, reason: 'schema' };
    try {
      const payload = await this.#valid(migrate(entry.payload, entry.schema));
      return {
        entry: new Entry(payload, { ...metadataOf(entry), schema: schemaVersion }),
        reason: undefined,
      };
    } catch (error) {
      if (codecErrorChannel.hasSubscribers) {
        codecErrorChannel.publish({ driver: this.driver.name, message: `migrate: ${(error as Error).name}` });
      }
      return { entry: undefined, reason: 'schema' };
    }
  }

  async #valid(payload: unknown): Promise<unknown> {
    const { schema } = this.options;
    if (schema === undefined) return payload;
    const { value, issues } = await issuesWith(schema, payload);
    if (issues.length > 0) throw new SchemaError(issues);
    return value;
  }

  /** The payload as it may be stored. @throws SchemaError */
  valid(payload: unknown): unknown {
    return this.options.schema === undefined ? payload : this.#valid(payload);
  }

  /** An entry created now. */
  entryOf(payload: unknown, parts: EntryParts = {}, now: Seconds = this.options.clock.now()): Entry {
    return new Entry(payload, {
      createdAt: now,
      version: ENTRY_VERSION,
      schema: this.options.schemaVersion,
      ...parts,
    });
  }

  /** Writes entries. In mode 'miss' a failing driver is tolerated. */
  async write(entries: ReadonlyMap<string, Entry>, options: ResolvedCreationOptions): Promise<void> {
    if (entries.size === 0) return;
    this.outdate([...entries.keys()]);
    try {
      await this.driver.setMany(entries, { ttl: this.ttlOf(options) });
    } catch (error) {
      this.tolerate(error);
    }
  }

  /** How long the driver keeps an entry, in milliseconds; undefined: as long as it can. */
  ttlOf({ expirationTime, staleFor }: ResolvedCreationOptions): number | undefined {
    if (this.options.backendExpirationTime !== undefined) return this.options.backendExpirationTime;
    if (expirationTime === undefined || staleFor === undefined) return undefined;
    return Math.ceil((expirationTime + staleFor) * 1000);
  }

  /** Passes over a failure of the driver where the region is told to; throws it otherwise, and anything else. */
  tolerate(error: unknown): void {
    if (!(error instanceof BackendError) || this.options.onBackendError === 'throw') throw error;
  }

  countMiss(reason: MissReason): void {
    this.misses += 1;
    if (missChannel.hasSubscribers) missChannel.publish({ region: this.options.name, reason });
  }

  /** @param isStale whether the value answered was older than its expiration time */
  countHit(isStale = false): void {
    if (isStale) this.staleHits += 1;
    else this.hits += 1;
    if (hitChannel.hasSubscribers) hitChannel.publish({ region: this.options.name, isStale });
  }

  countVoided(): void {
    this.voided += 1;
    if (voidedChannel.hasSubscribers) voidedChannel.publish({ region: this.options.name });
  }

  /** Runs a creator, counting it and telling of it. */
  async timed<Value>(create: () => Value | PromiseLike<Value>): Promise<Value> {
    this.creations += 1;
    const started = performance.now();
    const tell = (error?: string): void => {
      if (!createChannel.hasSubscribers) return;
      const duration = performance.now() - started;
      createChannel.publish({
        region: this.options.name,
        duration,
        ...(error === undefined ? {} : { error }),
      });
    };
    try {
      const value = await create();
      tell();
      return value;
    } catch (error) {
      this.failures += 1;
      tell(error instanceof Error ? error.name : typeof error);
      throw error;
    }
  }

  statistics(): RegionStatistics {
    const { hits, staleHits, misses, creations, failures, voided } = this;
    return { hits, staleHits, misses, creations, failures, voided };
  }
}
