import type { Milliseconds } from '@oslofjord/config';
import type { Awaitable } from '../provider.ts';

/** Tells the time in milliseconds from any start; never goes back. */
export type Clock = () => Milliseconds;

/** A value and when it was read. */
export interface Reading<T> {
  readonly value: T;
  readonly readAt: Milliseconds;
}

/** How old a cached value may be. */
export interface Freshness {
  /** A value older than this is read again before it is used. */
  readonly maxStale: Milliseconds;
  /** When reading fails, a value up to this age is used still. */
  readonly staleIfError: Milliseconds;
  /** After a failure, how long not to try again while there is a value to use. */
  readonly retryAfter: Milliseconds;
}

/** Why a value is read: nothing is known, what is known is old or was said to have changed, or a request is about to be refused on it. */
export type LoadReason = 'cold' | 'stale' | 'changed' | 'rejection';

/** Reads the value; its age is above 0 when somebody else read it. */
export type Load<T> = (reason: LoadReason) => Promise<{ readonly value: T; readonly age: Milliseconds }>;

/** One cached value: read once for all who ask at the same time, kept while fresh, and for a time when it cannot be read. */
export class CachedValue<T> {
  readonly #load: Load<T>;
  readonly #freshness: Freshness;
  readonly #now: Clock;
  #reading: Reading<T> | undefined;
  /** How often the value was said to have changed, and how often that had been when the known one was asked for. */
  #changes = 0;
  #seenChanges = 0;
  #inFlight: Promise<Reading<T>> | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(load: Load<T>, freshness: Freshness, now: Clock) {
    this.#load = load;
    this.#freshness = freshness;
    this.#now = now;
  }

  /** The value if it may be used, at once where it is known; rejects with the provider's error. */
  read(): Awaitable<Reading<T>> {
    const known = this.#reading;
    if (known === undefined) return this.#fetch('cold');
    const age = this.#now() - known.readAt;
    if (this.#seenChanges === this.#changes && age < this.#freshness.maxStale) return known;
    if (age <= this.#freshness.staleIfError && this.#now() - this.#failedAt < this.#freshness.retryAfter)
      return known;
    return this.#fetch(this.#seenChanges === this.#changes ? 'stale' : 'changed').catch((error: unknown) => {
      if (this.#now() - known.readAt <= this.#freshness.staleIfError) return known;
      throw error;
    });
  }

  /** Reads it again, together with whoever is reading it now for the same reason. */
  refetch(): Promise<Reading<T>> {
    return this.#fetch('rejection');
  }

  /** The next read is from the provider; what is known stays for when that fails. */
  invalidate(): void {
    this.#changes += 1;
    // What is on its way may be from before.
    this.#inFlight = undefined;
  }

  #fetch(reason: LoadReason): Promise<Reading<T>> {
    if (this.#inFlight !== undefined) return this.#inFlight;
    const flight = this.#fetchNow(reason).finally(() => {
      if (this.#inFlight === flight) this.#inFlight = undefined;
    });
    this.#inFlight = flight;
    return flight;
  }

  async #fetchNow(reason: LoadReason): Promise<Reading<T>> {
    // What was true before the question was asked is what the answer is sure to know.
    const readAt = this.#now();
    const changes = this.#changes;
    try {
      const { value, age } = await this.#load(reason);
      const reading = { value, readAt: readAt - age };
      // A later question may have been answered first.
      if (changes >= this.#seenChanges) {
        this.#reading = reading;
        this.#seenChanges = changes;
      }
      this.#failedAt = Number.NEGATIVE_INFINITY;
      return reading;
    } catch (error) {
      this.#failedAt = this.#now();
      throw error;
    }
  }
}
