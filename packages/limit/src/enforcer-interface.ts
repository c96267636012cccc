import type { Duration } from '@oslofjord/config';
import type { CacheStats } from './cache/limit-reader.ts';
import type { Claim } from './claims/held-claim.ts';
import type { Lease } from './claims/lease.ts';
import type { OverLimitInfo } from './errors.ts';
import type { EnforcementModelName } from './provider.ts';
import type { Deltas } from './validation.ts';

/** What every call can say besides what it asks for. */
export interface CallOptions {
  /** Handed to the usage callbacks. */
  readonly context?: unknown;
  /** Ends waiting; handed to the usage callbacks. */
  readonly signal?: AbortSignal;
}

/** Options of a claim. */
export interface ClaimCallOptions extends CallOptions {
  /** @default the enforcer's `claim.ttl` */
  readonly ttl?: Duration;
  /** @default the enforcer's `claim.wait` */
  readonly wait?: Duration;
}

/** How many units will do. */
export interface CountRange {
  /** @default 1 */
  readonly min?: number;
  readonly max: number;
}

/** A limit and what is used of it; a negative limit is none. */
export interface ProjectUsage {
  readonly limit: number;
  readonly usage: number;
}

/** A resource and its limit; a negative limit is none. */
export type NamedLimit = readonly [resourceName: string, limit: number];

/** One limit that a request was compared with. */
export interface CheckedLimit extends ProjectUsage {
  readonly resourceName: string;
  readonly scope: 'project' | 'tree';
  readonly nodeId: string | null;
  readonly isRegistered: boolean;
  readonly isDefault: boolean;
}

/** What `check` found. */
export interface Verdict {
  readonly isGranted: boolean;
  /** What would be over, by name. */
  readonly over: readonly OverLimitInfo[];
  /** Everything that was compared; empty when limits were unavailable. */
  readonly limits: readonly CheckedLimit[];
  /** Age of the limits it rests on, in milliseconds. */
  readonly age: number;
}

/** How many units fit, and what stops more. */
export interface Fit {
  /** Infinity when nothing limits it. */
  readonly count: number;
  /** The limit that binds, with how much of it is free. */
  readonly binding: (CheckedLimit & { readonly free: number }) | undefined;
}

/** Options of a lease. */
export interface LeaseOptions extends ClaimCallOptions {
  /** Units to take from the store at a time. @default 20 */
  readonly block?: number;
}

/** Decides whether projects may have more. */
export interface Enforcer {
  /** The model that is enforced. */
  readonly model: EnforcementModelName;
  /**
   * Returns when the project may have the deltas.
   * @throws ProjectOverLimitError (`ERR_LIMIT_OVER`), InvalidArgumentError, UsageError, LimitsUnavailableError, HierarchyError
   */
  enforce(projectId: string | null, deltas: Deltas, options?: CallOptions): Promise<void>;
  /** Answers what `enforce` would throw. @throws InvalidArgumentError, UsageError, LimitsUnavailableError, HierarchyError */
  check(projectId: string | null, deltas: Deltas, options?: CallOptions): Promise<Verdict>;
  /** Limits and usage of the names, in their order, for reports. */
  calculateUsage(
    projectId: string | null,
    names: readonly string[],
    options?: CallOptions,
  ): Promise<Readonly<Record<string, ProjectUsage>>>;
  /** Registered limits of the names, 0 where there is none; of everything without names. */
  getRegisteredLimits(names?: readonly string[] | null): Promise<readonly NamedLimit[]>;
  /** Limits in force for the project, 0 where there is none; without names those that the project has of its own. */
  getProjectLimits(
    projectId: string | null,
    names?: readonly string[] | null,
  ): Promise<readonly NamedLimit[]>;
  /**
   * Claims the deltas, runs `work`, and releases the claim when what it created can be counted: no limit is passed
   * however many do so at once.
   * @throws ProjectOverLimitError, ClaimLostError when the claim ended before the work, ClaimStoreError, and what `enforce` throws
   */
  claim<T>(
    projectId: string,
    deltas: Deltas,
    work: (claim: Claim) => T | PromiseLike<T>,
    options?: ClaimCallOptions,
  ): Promise<T>;
  /** Like `claim`, for `await using`: the claim is held until it is released. */
  hold(projectId: string, deltas: Deltas, options?: ClaimCallOptions): Promise<Claim>;
  /** Claims as many units as fit, up to `max`; `claim.count` says how many. */
  claimUpTo<T>(
    projectId: string,
    unit: Deltas,
    range: CountRange,
    work: (claim: Claim) => T | PromiseLike<T>,
    options?: ClaimCallOptions,
  ): Promise<T>;
  /** Claims blocks of units, so that most admissions need nobody else. */
  lease(projectId: string, unit: Deltas, options?: LeaseOptions): Lease;
  /** How many units the project could have, by one read of limits and usage. */
  fit(projectId: string | null, unit: Deltas, range?: CountRange, options?: CallOptions): Promise<Fit>;
  /** The same enforcer for one request: its limits stay the same all through it, and its context goes to the callbacks. */
  request(context?: unknown): RequestEnforcer;
  /** Reads limits from the provider before the next decision. */
  invalidate(): void;
  stats(): CacheStats;
  /** Stops watching the provider and closes it and the claim store. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The part of an enforcer that a request needs. */
export type RequestEnforcer = Pick<
  Enforcer,
  'enforce' | 'check' | 'calculateUsage' | 'claim' | 'hold' | 'claimUpTo' | 'fit'
>;
