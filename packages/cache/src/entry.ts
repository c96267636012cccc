import type { Seconds } from '@oslofjord/config';

/** What a read answers when there is nothing usable; not a value that can be cached. */
export const NO_VALUE: unique symbol = Symbol.for('oslofjord.cache.NO_VALUE');

/** The type of `NO_VALUE`. */
export type NoValue = typeof NO_VALUE;

/** The version of dogpile.cache's entries; entries of another version are created anew. */
export const ENTRY_VERSION = 2;

/** What is stored beside a payload. */
export interface EntryMetadata {
  /** When the value was created. Seconds since 1970, as `ct` in dogpile.cache. */
  readonly createdAt: Seconds;
  /** `v` in dogpile.cache; `ENTRY_VERSION` for what is written here. */
  readonly version: number;
  /** How long this entry counts as fresh; the region's expiration time otherwise. */
  readonly lifetime?: Seconds | undefined;
  /** How long its creator took; what early refresh reckons with. */
  readonly cost?: Seconds | undefined;
  /** The generation of each of its tags when its creation began. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** The version of the region's schema that wrote it. */
  readonly schema?: string | undefined;
}

/** One stored value with its metadata. */
export class Entry implements EntryMetadata {
  readonly payload: unknown;
  readonly createdAt: Seconds;
  readonly version: number;
  readonly lifetime: Seconds | undefined;
  readonly cost: Seconds | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly schema: string | undefined;
  /** The promise that hits are answered with; made once, so that a hit allocates nothing. */
  promise: Promise<unknown> | undefined;

  constructor(payload: unknown, metadata: EntryMetadata) {
    this.payload = payload;
    this.createdAt = metadata.createdAt;
    this.version = metadata.version;
    this.lifetime = metadata.lifetime;
    this.cost = metadata.cost;
    this.tags = metadata.tags;
    this.schema = metadata.schema;
    this.promise = undefined;
  }
}

/** The metadata of an entry apart from its payload. */
export const metadataOf = (entry: Entry): EntryMetadata => {
  const { createdAt, version, lifetime, cost, tags, schema } = entry;
  return { createdAt, version, lifetime, cost, tags, schema };
};

/** The metadata as it is written to servers: `{ ct, v }` as dogpile.cache has it, and what it ignores. */
export interface WireMetadata {
  readonly ct: Seconds;
  readonly v: number;
  readonly l?: Seconds;
  readonly d?: Seconds;
  readonly t?: Readonly<Record<string, string>>;
  readonly s?: string;
}

/** The metadata of an entry in the form servers hold. */
export const toWire = (entry: Entry): WireMetadata => ({
  ct: entry.createdAt,
  v: entry.version,
  ...(entry.lifetime === undefined ? {} : { l: entry.lifetime }),
  ...(entry.cost === undefined ? {} : { d: entry.cost }),
  ...(entry.tags === undefined ? {} : { t: entry.tags }),
  ...(entry.schema === undefined ? {} : { s: entry.schema }),
});

const isText = (value: unknown): value is string => typeof value === 'string';

const isSeconds = (value: unknown): value is Seconds => typeof value === 'number' && !Number.isNaN(value);

const isTags = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null && Object.values(value).every(isText);

/** The entry of a payload and metadata read from a server; undefined when the metadata is none. */
export const fromWire = (payload: unknown, metadata: unknown): Entry | undefined => {
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const { ct, v, l, d, t, s } = metadata as Record<string, unknown>;
  if (!isSeconds(ct) || typeof v !== 'number') return undefined;
  return new Entry(payload, {
    createdAt: ct,
    version: v,
    lifetime: isSeconds(l) ? l : undefined,
    cost: isSeconds(d) ? d : undefined,
    tags: isTags(t) ? t : undefined,
    schema: isText(s) ? s : undefined,
  });
};
