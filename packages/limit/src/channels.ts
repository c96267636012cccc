import { channel, type Channel } from 'node:diagnostics_channel';
import type { OverLimitInfo } from './errors.ts';

/** Limits were read from the provider, or could not be. */
export interface RefreshEvent {
  readonly provider: string;
  /** What was read. */
  readonly what: 'registered' | 'project' | 'all' | 'tree';
  /** Why: nothing was known, what was known is old or has changed, or a request was about to be refused on it. */
  readonly reason: 'cold' | 'stale' | 'changed' | 'rejection';
  /** How long it took, in milliseconds. */
  readonly duration: number;
  readonly error?: unknown;
}

/** A request was decided; a claim that waits for others is one request. */
export interface EnforceEvent {
  readonly operation: 'enforce' | 'check' | 'claim';
  readonly projectId: string | null;
  readonly granted: boolean;
  readonly over: readonly OverLimitInfo[];
  /** Age of the limits that decided, in milliseconds. */
  readonly age: number;
}

/** A soft limit was passed: the request was granted nevertheless. */
export interface SoftLimitEvent {
  readonly projectId: string | null;
  readonly over: readonly OverLimitInfo[];
}

/** A granted request takes a resource past a share of its limit. */
export interface ThresholdEvent {
  readonly projectId: string | null;
  readonly resourceName: string;
  readonly limit: number;
  /** Usage once the request is done, and all that others have claimed. */
  readonly usage: number;
  /** The share passed, such as 0.8. */
  readonly threshold: number;
}

/**
 * Something happened to a claim. It begins with `reserved` and has one end: `released`, `refused`, `lost` (it expired under
 * its work) or `release-failed` (it stays until its ttl). One that waits for others begins anew with each try.
 */
export interface ClaimEvent {
  readonly claimId: string;
  readonly projectId: string;
  readonly event:
    'reserved' | 'refused' | 'released' | 'renewed' | 'lost' | 'release-failed' | 'renew-failed';
  /** What failed; with `released`: why there was no work, such as what counting usage threw. */
  readonly error?: unknown;
}

/** Limits could not be read and `onUnavailable: 'allow'` let the request pass. */
export interface UnavailableEvent {
  readonly projectId: string | null;
  readonly error: unknown;
}

const named = <Payload>(name: string): Channel<unknown, Payload> =>
  channel(`oslofjord:limit:${name}`) as Channel<unknown, Payload>;

/** `oslofjord:limit:refresh` */
export const refreshChannel: Channel<unknown, RefreshEvent> = /* @__PURE__ */ named<RefreshEvent>('refresh');

/** `oslofjord:limit:enforce` */
export const enforceChannel: Channel<unknown, EnforceEvent> = /* @__PURE__ */ named<EnforceEvent>('enforce');

/** `oslofjord:limit:soft` */
export const softChannel: Channel<unknown, SoftLimitEvent> = /* @__PURE__ */ named<SoftLimitEvent>('soft');

/** `oslofjord:limit:threshold` */
export const thresholdChannel: Channel<unknown, ThresholdEvent> =
  /* @__PURE__ */ named<ThresholdEvent>('threshold');

/** `oslofjord:limit:claim` */
export const claimChannel: Channel<unknown, ClaimEvent> = /* @__PURE__ */ named<ClaimEvent>('claim');

/** `oslofjord:limit:unavailable` */
export const unavailableChannel: Channel<unknown, UnavailableEvent> =
  /* @__PURE__ */ named<UnavailableEvent>('unavailable');
