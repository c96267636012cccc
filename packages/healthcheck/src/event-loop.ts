import type { Milliseconds } from '@oslofjord/config';

const EVERY: Milliseconds = 1000;

/** How busy the event loop is, looked at once a second: the looking costs a fraction of a microsecond. */
export class EventLoop {
  /** 0 to 1: the share of the last second in which it worked. */
  utilization = 0;
  /** How late the latest tick of the last second was. */
  delay: Milliseconds = 0;
  #sampledAt: Milliseconds = performance.now();
  #tickedAt: Milliseconds = performance.now();
  #worst: Milliseconds = 0;
  #used: ReturnType<typeof performance.eventLoopUtilization> = performance.eventLoopUtilization();

  /**
   * A tick came.
   * @param length how long one is meant to take
   */
  onTick(length: Milliseconds): void {
    const now = performance.now();
    this.#worst = Math.max(this.#worst, now - this.#tickedAt - length);
    this.#tickedAt = now;
    if (now - this.#sampledAt < EVERY) return;
    const used = performance.eventLoopUtilization();
    this.utilization = performance.eventLoopUtilization(used, this.#used).utilization;
    this.#used = used;
    this.delay = Math.max(0, this.#worst);
    this.#worst = 0;
    this.#sampledAt = now;
  }
}
