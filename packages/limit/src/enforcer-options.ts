import { parseDuration, type Duration, type Milliseconds } from '@oslofjord/config';
import type { Clock } from './cache/cached-value.ts';
import type { ResolvedCacheOptions } from './cache/limit-reader.ts';
import type { CacheRegion } from './cache/region.ts';
import type { ClaimStore } from './claims/store.ts';
import type { MissingPolicy } from './decision.ts';
import { InvalidArgumentError } from './errors.ts';
import type { RootDefault } from './models/hierarchy.ts';
import type { EnforcementModelName, LimitProvider } from './provider.ts';
import type { TreeUsageCallback, UsageCallback } from './usage.ts';

/** How limits are kept. */
export interface CacheOptions {
  /** How long a limit may admit after it was read; 0 reads limits for every decision. @default 30 s */
  readonly maxStale?: Duration;
  /** How long a known limit decides while the provider cannot be read. @default 5 minutes */
  readonly staleIfError?: Duration;
  /** Refusals about one project read its limits again at most this often. @default 1 s */
  readonly refetchAfter?: Duration;
  /** After a failed read, how long known limits are used without trying again. @default 1 s */
  readonly retryAfter?: Duration;
  /** Read the limits of all projects at once instead of one by one. @default false */
  readonly prefetch?: boolean;
  /** How many projects to keep. @default 10 000 */
  readonly maxProjects?: number;
  /** A second level that processes share. @default none */
  readonly region?: CacheRegion;
  /** What its keys start with. @default 'oslofjord:limit:' */
  readonly regionPrefix?: string;
}

/** How claims are held. */
export interface ClaimOptions {
  /** How long a claim outlives its process; renewed at a third of it while its work goes on. @default 30 s */
  readonly ttl?: Duration;
  /** How long to wait when only claims of others are in the way. @default 1 s */
  readonly wait?: Duration;
}

/** What an enforcer is made of. */
export interface EnforcerOptions {
  /** Where limits come from. */
  readonly limits: LimitProvider;
  /** Counts what is used. */
  readonly usage: UsageCallback;
  /** Counts for many projects at once; used by the hierarchical models. @default `usage` for each */
  readonly treeUsage?: TreeUsageCallback;
  /** The enforcement model. @default what the provider says */
  readonly model?: EnforcementModelName;
  /** How a domain without a limit of its own is limited. @default 'registered' */
  readonly rootDefault?: RootDefault;
  /** What becomes of resources that nobody registered. @default 'deny' */
  readonly missing?: MissingPolicy;
  /** What becomes of requests when limits cannot be read. @default 'deny' */
  readonly onUnavailable?: 'deny' | 'allow';
  /** Resources whose limits are reported (channel `oslofjord:limit:soft`) and not enforced; true for all. @default false */
  readonly soft?: boolean | readonly string[];
  /** Shares of a limit whose passing is reported on `oslofjord:limit:threshold`. @default [0.8, 0.95] */
  readonly thresholds?: readonly number[];
  readonly cache?: CacheOptions;
  /** Where claims are kept. @default in memory, which holds for this process only */
  readonly claims?: ClaimStore;
  readonly claim?: ClaimOptions;
  /** `'oslo'` does exactly as oslo.limit, with what `divergences.ts` lists. @default strict */
  readonly compat?: 'oslo';
  /** With `compat: 'oslo'`: whether limits once found are kept for the enforcer's life, as Oslo's `cache`. @default true */
  readonly osloCache?: boolean;
  /** Milliseconds that never go back. @default performance.now */
  readonly clock?: Clock;
}

/** Options with all defaults in place and durations in milliseconds. */
export interface ResolvedEnforcerOptions {
  readonly missing: MissingPolicy;
  readonly onUnavailable: 'deny' | 'allow';
  readonly soft: boolean | ReadonlySet<string>;
  readonly thresholds: readonly number[];
  readonly cache: ResolvedCacheOptions;
  readonly claimTtl: Milliseconds;
  readonly claimWait: Milliseconds;
  readonly clock: Clock;
}

/**
 * Completes the options.
 * @throws InvalidArgumentError naming every option that makes no sense
 */
export const resolveEnforcerOptions = (options: EnforcerOptions): ResolvedEnforcerOptions => {
  const { cache = {}, claim = {}, soft = false, thresholds = [0.8, 0.95] } = options;
  const problems: string[] = [];
  const duration = (name: string, value: Duration): Milliseconds => {
    try {
      return parseDuration(value);
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
      return 0;
    }
  };
  const resolved: ResolvedEnforcerOptions = {
    missing: options.missing ?? 'deny',
    onUnavailable: options.onUnavailable ?? 'deny',
    soft: typeof soft === 'boolean' ? soft : new Set(soft),
    thresholds: [...thresholds].sort((a, b) => a - b),
    cache: {
      maxStale: duration('cache.maxStale', cache.maxStale ?? 30),
      staleIfError: duration('cache.staleIfError', cache.staleIfError ?? '5m'),
      refetchAfter: duration('cache.refetchAfter', cache.refetchAfter ?? 1),
      retryAfter: duration('cache.retryAfter', cache.retryAfter ?? 1),
      prefetch: cache.prefetch ?? false,
      maxProjects: cache.maxProjects ?? 10_000,
      region: cache.region,
      regionPrefix: cache.regionPrefix ?? 'oslofjord:limit:',
    },
    claimTtl: duration('claim.ttl', claim.ttl ?? 30),
    claimWait: duration('claim.wait', claim.wait ?? 1),
    clock: options.clock ?? ((): Milliseconds => performance.now()),
  };
  if (!Number.isSafeInteger(resolved.cache.maxProjects) || resolved.cache.maxProjects < 1)
    problems.push('cache.maxProjects: must be a whole number above 0');
  if (resolved.claimTtl < 1) problems.push('claim.ttl: must be above 0');
  if (!thresholds.every((share) => share > 0)) problems.push('thresholds: must be shares above 0');
  if (problems.length > 0) throw new InvalidArgumentError(problems.join('; '));
  return resolved;
};
