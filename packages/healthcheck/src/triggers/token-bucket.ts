import type { Count, Milliseconds } from '@oslofjord/config';

/** Lets a few through at once, and then one every so often. */
export class TokenBucket {
  readonly #burst: Count;
  readonly #every: Milliseconds;
  readonly #now: () => Milliseconds;
  #tokens: number;
  #at: Milliseconds;

  /**
   * @param burst how many at once
   * @param every after how long there is another one
   */
  constructor(burst: Count, every: Milliseconds, now: () => Milliseconds) {
    this.#burst = burst;
    this.#every = every;
    this.#now = now;
    this.#tokens = burst;
    this.#at = now();
  }

  /** How long until there is one; 0 when there is. */
  wait(): Milliseconds {
    const now = this.#now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) / this.#every);
    this.#at = now;
    return this.#tokens >= 1 ? 0 : (1 - this.#tokens) * this.#every;
  }

  /** Takes one, which {@link wait} said is there. */
  take(): void {
    this.#tokens -= 1;
  }
}
