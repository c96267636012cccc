import type { Count, Milliseconds } from '@oslofjord/config';

interface Failure {
  readonly error: unknown;
  /** Milliseconds of `performance.now()`. */
  readonly until: Milliseconds;
  readonly attempts: Count;
}

const MOST_REMEMBERED: Count = 10_000;
const MOST_DOUBLINGS: Count = 5;

/** The errors of creators that failed a moment ago. The oldest are forgotten beyond 10,000. */
export class FailureMemory {
  readonly #failures = new Map<string, Failure>();

  /** The failure of a key whose back-off is not over. */
  recall(key: string): Failure | undefined {
    const failure = this.#failures.get(key);
    return failure === undefined || performance.now() >= failure.until ? undefined : failure;
  }

  /** Each failure in a row doubles the time, up to 32 times. */
  remember(key: string, error: unknown, backOff: Milliseconds): void {
    if (backOff === 0) return;
    const attempts = (this.#failures.get(key)?.attempts ?? 0) + 1;
    const until = performance.now() + backOff * 2 ** Math.min(attempts - 1, MOST_DOUBLINGS);
    this.#failures.delete(key);
    this.#failures.set(key, { error, until, attempts });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MOST_REMEMBERED) break;
      this.#failures.delete(oldest);
    }
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }
}
