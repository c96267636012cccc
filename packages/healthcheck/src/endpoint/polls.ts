import type { Count, Milliseconds } from '@oslofjord/config';

/** Who polls, and what it has been told. */
interface Poller {
  /** When it polled last. */
  at: Milliseconds;
  /** Between its last two polls. */
  interval: Milliseconds;
  /** Whether it polled more than once: who asks once is no balancer. */
  isRegular: boolean;
  /** How often in a row it was told that the service is not ready. */
  refusals: Count;
}

/** Pollers that are remembered: there are few balancers. */
const MOST = 64;
/** Beyond three of its intervals a poller is gone; the least that is allowed it. */
const PATIENCE: Milliseconds = 1000;

/** The balancers that ask whether the service is ready, told apart by their addresses. */
export class Polls {
  readonly #pollers = new Map<string, Poller>();
  readonly #waiting = new Set<() => void>();

  /**
   * Somebody was answered.
   * @param now as exact as a tick
   */
  record(address: string, isReady: boolean, now: Milliseconds): void {
    const poller = this.#pollers.get(address);
    if (poller === undefined) {
      if (this.#pollers.size >= MOST) this.#forget(now);
      if (this.#pollers.size < MOST) {
        this.#pollers.set(address, { at: now, interval: 0, isRegular: false, refusals: isReady ? 0 : 1 });
      }
    } else {
      poller.interval = now - poller.at;
      poller.at = now;
      poller.isRegular = true;
      poller.refusals = isReady ? 0 : poller.refusals + 1;
    }
    if (!isReady) for (const wake of this.#waiting) wake();
  }

  /**
   * Whether all who poll have been refused so often that they know.
   * @returns `'nobody'` where nobody polls
   */
  haveSeen(refusals: Count, now: Milliseconds): 'nobody' | 'some' | 'all' {
    const regular = [...this.#pollers.values()].filter(
      ({ at, interval, isRegular }) => isRegular && now - at <= Math.max(3 * interval, PATIENCE),
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
