import type { Milliseconds } from '@oslofjord/config';
import type { Clock } from '../cache/cached-value.ts';
import { claimChannel, type ClaimEvent } from '../channels.ts';
import { ClaimLostError } from '../errors.ts';
import type { Deltas } from '../validation.ts';
import type { ClaimRecord, ClaimStore } from './store.ts';

/** Tells those who watch about a claim. */
export const publishClaim = (
  claimId: string,
  projectId: string,
  event: ClaimEvent['event'],
  error?: unknown,
): void => {
  if (!claimChannel.hasSubscribers) return;
  const message: ClaimEvent =
    error === undefined ? { claimId, projectId, event } : { claimId, projectId, event, error };
  claimChannel.publish(message);
};

/** What is claimed for work that goes on: the store holds it against all others until it is released. */
export interface Claim extends AsyncDisposable {
  readonly id: string;
  readonly projectId: string;
  /** What is claimed, in total. */
  readonly deltas: Deltas;
  /** How many units were granted; 1 but for `claimUpTo`. */
  readonly count: number;
  /** Aborts with a {@link ClaimLostError} when the claim can no longer be held; stop creating then. */
  readonly signal: AbortSignal;
  /**
   * Ends the claim; call it once what was created shows in the usage callback. Any number of times.
   * @throws ClaimLostError when it was not held until now
   */
  release(): Promise<void>;
}

/** A claim in a store, renewed at a third of its ttl until it is released. */
export class HeldClaim implements Claim {
  readonly id: string;
  readonly projectId: string;
  readonly deltas: Deltas;
  readonly count: number;
  readonly #record: ClaimRecord;
  readonly #store: ClaimStore;
  readonly #now: Clock;
  readonly #abort = new AbortController();
  #heldUntil: Milliseconds;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #release: Promise<void> | undefined;

  constructor(
    store: ClaimStore,
    record: ClaimRecord,
    granted: { readonly projectId: string; readonly deltas: Deltas; readonly count: number },
    reservedAt: Milliseconds,
    now: Clock,
  ) {
    this.id = record.claimId;
    this.projectId = granted.projectId;
    this.deltas = granted.deltas;
    this.count = granted.count;
    this.#store = store;
    this.#record = record;
    this.#now = now;
    this.#heldUntil = reservedAt + record.ttl;
    this.#schedule();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  release(): Promise<void> {
    this.#release ??= this.#releaseNow();
    return this.#release;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  #schedule(): void {
    if (this.#record.lines.length === 0) return;
    this.#timer = setTimeout(() => void this.#renew(), this.#record.ttl / 3);
    this.#timer.unref();
  }

  async #renew(): Promise<void> {
    const before = this.#now();
    let isHeld: boolean | undefined;
    try {
      isHeld = await this.#store.renew(this.#record);
    } catch (error) {
      if (this.#release === undefined) publishClaim(this.id, this.projectId, 'renew-failed', error);
    }
    if (this.#release !== undefined) return;
    if (isHeld === true) {
      this.#heldUntil = before + this.#record.ttl;
      publishClaim(this.id, this.projectId, 'renewed');
    } else if (isHeld === false || this.#now() >= this.#heldUntil) {
      this.#lose();
      return;
    }
    this.#schedule();
  }

  #lose(error?: unknown): void {
    if (this.#abort.signal.aborted) return;
    publishClaim(this.id, this.projectId, 'lost', error);
    this.#abort.abort(new ClaimLostError(this.id));
  }

  async #releaseNow(): Promise<void> {
    clearTimeout(this.#timer);
    let end: ClaimEvent['event'] = 'released';
    let wasHeld = true;
    let failure: unknown;
    try {
      if (this.#record.lines.length > 0) wasHeld = await this.#store.release(this.#record);
    } catch (error) {
      // Nobody is over a limit by it: the claim stays in the way until its ttl.
      end = 'release-failed';
      failure = error;
      wasHeld = this.#now() < this.#heldUntil;
    }
    if (!wasHeld) this.#lose(failure);
    this.#abort.signal.throwIfAborted();
    publishClaim(this.id, this.projectId, end, failure);
  }
}

/** Runs the work under the claim and releases it: an error of the work comes before that of a lost claim. */
export const during = async <T>(claim: Claim, work: (claim: Claim) => T | PromiseLike<T>): Promise<T> => {
  let result: T;
  try {
    result = await work(claim);
  } catch (error) {
    await claim.release().catch(() => undefined);
    throw error;
  }
  await claim.release();
  return result;
};
