import type { Seconds } from '@oslofjord/config';
import { ENTRY_VERSION, type Entry } from './entry.ts';
import type { RegionInvalidation } from './invalidation.ts';

/** Why a read found nothing usable. */
export type MissReason =
  | 'absent'
  | 'version'
  | 'schema'
  | 'tag invalidated'
  | 'hard invalidated'
  | 'soft invalidated'
  | 'expired'
  | 'backend error';

/** How old an entry may be: seconds; undefined: any age. */
export type ExpirationTime = Seconds | undefined;

/** What to do with an entry: serve it, serve it only while it is created anew, or treat it as absent. */
export type Verdict =
  | { readonly state: 'fresh' }
  | { readonly state: 'stale'; readonly reason: MissReason; readonly age: Seconds }
  | { readonly state: 'missing'; readonly reason: MissReason };

const FRESH: Verdict = { state: 'fresh' };

/**
 * The reason why an entry cannot even serve as an old value.
 * @parity dogpile.cache 1.5 region.py CacheRegion._is_cache_miss — same
 */
export const missReasonOf = (
  entry: Entry | undefined,
  invalidation: RegionInvalidation,
): MissReason | undefined => {
  if (entry === undefined) return 'absent';
  if (entry.version !== ENTRY_VERSION) return 'version';
  return invalidation.isHardInvalidated(entry.createdAt) ? 'hard invalidated' : undefined;
};

/** Whether an entry is older than it may be. Strict: at exactly that age it is not. */
export const isExpired = (entry: Entry, expirationTime: ExpirationTime, now: Seconds): boolean =>
  expirationTime !== undefined && now - entry.createdAt > expirationTime;

/** Judges an entry for getOrCreate. `expirationTime` is undefined where nothing expires. */
export const judge = (
  entry: Entry | undefined,
  expirationTime: ExpirationTime,
  invalidation: RegionInvalidation,
  now: Seconds,
): Verdict => {
  const reason = missReasonOf(entry, invalidation);
  if (entry === undefined || reason !== undefined) return { state: 'missing', reason: reason ?? 'absent' };
  const age = now - entry.createdAt;
  if (invalidation.isSoftInvalidated(entry.createdAt))
    return { state: 'stale', reason: 'soft invalidated', age };
  // A value that claims to be created before 1970 counts as never created, as in dogpile.
  if (entry.createdAt <= 0) return { state: 'missing', reason: 'expired' };
  return isExpired(entry, expirationTime, now) ? { state: 'stale', reason: 'expired', age } : FRESH;
};
