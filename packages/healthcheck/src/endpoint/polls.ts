import type { Count, Milliseconds } from '@oslofjord/config';

/** Who polls, and what it has been told. */
interface Poller {
  /** When it polled last. */
  at: Milliseconds;
  /** Between its last two polls; 0 until it polled twice. */
  interval: Milliseconds;
  /** How often in a row it was told that the service is not ready. */
  refusals: Count;
}

/** Pollers that are remembered: there are few balancers. */
const MOST = 64;
/** Beyond three of its intervals a poller is gone; the least that is allowed it. */
const PATIENCE: Milliseconds = 1000;

/** The balancers that ask whether the service is ready, told apart by their addresses. */
export class Polls {
  readonly #now: () => Milliseconds;
  readonly #pollers = new Map<string, Poller>();
  readonly #waiting = new Set<() => void>();

  constructor(now: () => Milliseconds = () => performance.now()) {
    this.#now = now;
  }

  /** Somebody was answered. */
  record(address: string, isReady: boolean): void {
    const now = this.#now();
    const poller = this.#pollers.get(address);
    if (poller === undefined) {
      if (this.#pollers.size >= MOST) this.#forget(now);
      if (this.#pollers.size < MOST) {
        this.#pollers.set(address, { at: now, interval: 0, refusals: isReady ? 0 : 1 });
      }
    } else {
      poller.interval = now - poller.at;
      poller.at = now;
      poller.refusals = isReady ? 0 : poller.refusals + 1;
    }
    if (!isReady) for (const wake of this.#waiting) wake();
  }

  /**
   * Whether all who poll have been refused so often that they know.
   * @returns `'nobody'` where nobody polls
   */
  haveSeen(refusals: Count): 'nobody' | 'some' | 'all' {
    const now = this.#now();
    const regular = [...this.#pollers.values()].filter(
      ({ at, interval }) => interval > 0 && now - at <= Math.max(3 * interval, PATIENCE),
    );
    if (regular.length === 0) return 'nobody';
    return regular.every((poller) => poller.refusals >= refusals) ? 'all' : 'some';
  }

  /** Calls `wake` after every refusal. @returns a function that ends it */
  onRefusal(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }

  #forget(now: Milliseconds): void {
    for (const [address, { at, interval }] of this.#pollers) {
      if (now - at > Math.max(3 * interval, PATIENCE)) this.#pollers.delete(address);
    }
  }
}
