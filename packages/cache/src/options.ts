import { parseDuration, type Duration, type Milliseconds, type Seconds } from '@oslofjord/config';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Driver, Proxy } from './driver.ts';
import { ConfigurationError, type CacheIssue } from './errors.ts';
import type { NoValue } from './entry.ts';
import type { RegionInvalidation } from './invalidation.ts';
import { momentInvalidation } from './invalidation.ts';
import type { StandardSchema } from './schema.ts';

/** How long entries count as fresh: a duration, or -1 for ever. */
export type ExpirationOption = Duration;

/** Options of getOrCreate that mean the same for a region and for one call; a call's win. */
export interface CreationOptions {
  /**
   * How old an entry may be; -1 for any age. Also decides for entries written with another one.
   * @default the region's; a region's default is -1
   */
  readonly expirationTime?: ExpirationOption | undefined;
  /**
   * For how long after its expiration an entry is served at once while one caller creates it anew in the background,
   * and instead of an error of the creator. Without it one caller waits for the new value and the others are served
   * the old one of any age meanwhile, as in dogpile.
   */
  readonly staleFor?: Duration | undefined;
  /** After this time of creating, an old value within `staleFor` is served; the creator goes on. */
  readonly timeout?: Duration | undefined;
  /** After this time of creating the caller gets the old value, or CreatorTimeoutError; the creator's signal aborts. */
  readonly hardTimeout?: Duration | undefined;
  /** Shortens each entry's lifetime by a random share of up to this, so that entries do not expire together. 0 to 1. */
  readonly jitter?: number | undefined;
  /**
   * Creates values anew in the background shortly before they expire, earlier the longer their creation takes:
   * probabilistic early expiration (Vattani, Chierichetti, Lowenstein, VLDB 2015) with this beta; 1 is the paper's.
   */
  readonly earlyRefresh?: number | undefined;
  /** How long `null` and `undefined` are kept; without it as long as any value. */
  readonly negativeFor?: Duration | undefined;
  /** After a creator's failure, its error (or an old value) is answered for so long, doubling up to 32 times, without calling it. */
  readonly failureBackOff?: Duration | undefined;
  /** Whether callers that wait for a creator share its error; otherwise each calls its own, one after another. @default true */
  readonly shareFailure?: boolean | undefined;
  /** Whether other processes' creators are waited for where the driver has leases. @default true */
  readonly acrossProcesses?: boolean | undefined;
}

/** Options of one getOrCreate. */
export interface GetOrCreateOptions<Value> extends CreationOptions {
  /** Whether the created value is stored; it is answered in any case. */
  readonly shouldCache?: ((value: Value) => boolean) | undefined;
  /** Names under which the entry can be invalidated with others. */
  readonly tags?: readonly string[] | undefined;
  /** Ends the wait of this caller. The creator goes on for the others. */
  readonly signal?: AbortSignal | undefined;
}

/** How old an entry that a read answers may be. */
export interface ReadOptions {
  /** @default the region's. -1 allows no age at all, as in dogpile. */
  readonly expirationTime?: ExpirationOption | undefined;
  /** Answers entries of any age, invalidated ones as well. @default false */
  readonly ignoreExpiration?: boolean | undefined;
}

/** Options of a write. */
export interface SetOptions {
  /** How long this entry counts as fresh. @default the region's expiration time */
  readonly expirationTime?: Duration | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** What a creator is told and may say. */
export interface CreatorContext<Value> {
  readonly key: string;
  /** Aborts when the value is no longer wanted. */
  readonly signal: AbortSignal;
  /** The old value, for conditional requests. */
  readonly stale: Value | NoValue;
  /** Sets the lifetime of this value from the value itself. */
  expireAfter(duration: Duration): void;
}

/** Makes the value of a key. */
export type Creator<Value> = (context: CreatorContext<Value>) => Value | PromiseLike<Value>;

/**
 * Runs a creator elsewhere when an old value exists, and releases the mutex when done.
 * @parity dogpile.cache 1.5 CacheRegion async_creation_runner — same
 */
export type AsyncCreationRunner = (
  key: string,
  creator: () => Promise<unknown>,
  mutex: { release(): void },
) => void;

/** Options of `createRegion`. */
export interface RegionOptions extends CreationOptions {
  /** Its name in events and errors. @default 'default' */
  readonly name?: string;
  /** Where entries are; also given later by `configure`. */
  readonly driver?: Driver;
  /** Proxies around the driver, the first outermost. */
  readonly wrap?: readonly Proxy[];
  /** Changes keys on their way to the driver. @default none */
  readonly keyMangler?: (key: string) => string;
  /** How memoized functions make keys of their arguments. @default 'typed'; 'dogpile' with `compat: 'oslo'` */
  readonly keys?: 'typed' | 'dogpile';
  /** What values must satisfy. */
  readonly schema?: StandardSchema;
  /** The version of the values' shape: entries of another one are misses, or go through `migrate`. */
  readonly schemaVersion?: string;
  /** Makes a value of an older version current; throwing makes it a miss. */
  readonly migrate?: (payload: unknown, from: string | undefined) => unknown;
  /** How long the store keeps entries beyond their expiration time; absent: as long as `staleFor`, or for ever. */
  readonly backendExpirationTime?: Duration;
  /** How long a process may create before another one does. @default '30s' */
  readonly leaseTime?: Duration;
  readonly asyncCreationRunner?: AsyncCreationRunner;
  /** Which entries `invalidate()` reaches. @default those created earlier by this process's clock */
  readonly invalidation?: RegionInvalidation;
  /** `'oslo'`: exactly as oslo.cache and dogpile.cache, also where that is worse. */
  readonly compat?: 'oslo';
  /** What happens when the driver fails: it counts as a miss, or the call rejects. @default 'miss' */
  readonly onBackendError?: 'miss' | 'throw';
  readonly clock?: Clock;
  /** Numbers from 0 to 1, for jitter and early refresh. @default Math.random */
  readonly random?: () => number;
}

/** Creation options in the units of the code. */
export interface ResolvedCreationOptions {
  readonly expirationTime: Seconds | undefined;
  readonly staleFor: Seconds | undefined;
  readonly timeout: Milliseconds | undefined;
  readonly hardTimeout: Milliseconds | undefined;
  readonly jitter: number;
  readonly earlyRefresh: number;
  readonly negativeFor: Seconds | undefined;
  readonly failureBackOff: Milliseconds;
  readonly shareFailure: boolean;
  readonly acrossProcesses: boolean;
}

/** Region options in the units of the code. */
export interface ResolvedRegionOptions extends ResolvedCreationOptions {
  readonly name: string;
  readonly keyMangler: ((key: string) => string) | undefined;
  readonly keys: 'typed' | 'dogpile';
  readonly schema: StandardSchema | undefined;
  readonly schemaVersion: string | undefined;
  readonly migrate: ((payload: unknown, from: string | undefined) => unknown) | undefined;
  readonly backendExpirationTime: Milliseconds | undefined;
  readonly leaseTime: Milliseconds;
  readonly asyncCreationRunner: AsyncCreationRunner | undefined;
  readonly invalidation: RegionInvalidation;
  readonly compat: 'oslo' | undefined;
  readonly onBackendError: 'miss' | 'throw';
  readonly clock: Clock;
  readonly random: () => number;
}

/** Seconds of a duration. A number is taken as it is, also below zero: -1 has meanings of its own. */
export const secondsOf = (duration: ExpirationOption): Seconds =>
  typeof duration === 'number' ? duration : parseDuration(duration) / 1000;

const NOTHING_SET: ResolvedCreationOptions = {
  expirationTime: undefined,
  staleFor: undefined,
  timeout: undefined,
  hardTimeout: undefined,
  jitter: 0,
  earlyRefresh: 0,
  negativeFor: undefined,
  failureBackOff: 0,
  shareFailure: true,
  acrossProcesses: true,
};

/** The expiration time of a call or region; `-1` becomes none. */
export const expirationOf = (
  written: ExpirationOption | undefined,
  inherited: Seconds | undefined,
): Seconds | undefined => {
  if (written === undefined) return inherited;
  const seconds = secondsOf(written);
  return seconds === -1 ? undefined : seconds;
};

const milliseconds = (written: Duration | undefined): Milliseconds | undefined =>
  written === undefined ? undefined : parseDuration(written);

const seconds = (written: Duration | undefined): Seconds | undefined =>
  written === undefined ? undefined : parseDuration(written) / 1000;

/** Options of a call over those it inherits. */
export const resolveCreationOptions = (
  written: CreationOptions,
  inherited: ResolvedCreationOptions = NOTHING_SET,
): ResolvedCreationOptions => ({
  expirationTime: expirationOf(written.expirationTime, inherited.expirationTime),
  staleFor: seconds(written.staleFor) ?? inherited.staleFor,
  timeout: milliseconds(written.timeout) ?? inherited.timeout,
  hardTimeout: milliseconds(written.hardTimeout) ?? inherited.hardTimeout,
  jitter: written.jitter ?? inherited.jitter,
  earlyRefresh: written.earlyRefresh ?? inherited.earlyRefresh,
  negativeFor: seconds(written.negativeFor) ?? inherited.negativeFor,
  failureBackOff: milliseconds(written.failureBackOff) ?? inherited.failureBackOff,
  shareFailure: written.shareFailure ?? inherited.shareFailure,
  acrossProcesses: written.acrossProcesses ?? inherited.acrossProcesses,
});

const issuesOf = (options: RegionOptions): readonly CacheIssue[] => {
  const issues: CacheIssue[] = [];
  const { jitter, earlyRefresh, timeout, staleFor, migrate, schemaVersion } = options;
  if (jitter !== undefined && !(jitter >= 0 && jitter <= 1)) {
    issues.push({ path: 'jitter', message: `${String(jitter)} is not between 0 and 1` });
  }
  if (earlyRefresh !== undefined && !(earlyRefresh >= 0)) {
    issues.push({ path: 'earlyRefresh', message: `${String(earlyRefresh)} is not zero or more` });
  }
  if (timeout !== undefined && staleFor === undefined) {
    issues.push({ path: 'timeout', message: 'has no effect without staleFor; set it, or use hardTimeout' });
  }
  if (migrate !== undefined && schemaVersion === undefined) {
    issues.push({ path: 'migrate', message: 'has no effect without schemaVersion' });
  }
  return issues;
};

/**
 * The options of a region with all defaults.
 * @throws ConfigurationError with every problem
 */
export const resolveRegionOptions = (options: RegionOptions): ResolvedRegionOptions => {
  const issues = issuesOf(options);
  if (issues.length > 0) throw new ConfigurationError(issues);
  return Object.freeze({
    ...resolveCreationOptions(options),
    name: options.name ?? 'default',
    keyMangler: options.keyMangler,
    keys: options.keys ?? (options.compat === 'oslo' ? 'dogpile' : 'typed'),
    schema: options.schema,
    schemaVersion: options.schemaVersion,
    migrate: options.migrate,
    backendExpirationTime: milliseconds(options.backendExpirationTime),
    leaseTime: milliseconds(options.leaseTime) ?? 30_000,
    asyncCreationRunner: options.asyncCreationRunner,
    invalidation: options.invalidation ?? momentInvalidation(),
    compat: options.compat,
    onBackendError: options.onBackendError ?? (options.compat === 'oslo' ? 'throw' : 'miss'),
    clock: options.clock ?? systemClock(),
    random: options.random ?? Math.random,
  });
};
