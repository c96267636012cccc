import type { Milliseconds } from '@oslofjord/config';
import type { Ticks } from './components/state.ts';

/**
 * Time in ticks: reading it is reading a number. The number is worked out from the monotonic clock each time, so that a
 * process that was blocked knows how long.
 */
export class TickClock {
  /** The present tick, as of the last {@link refresh}. */
  tick: Ticks;
  /** How long a tick is. */
  readonly length: Milliseconds;
  readonly #now: () => Milliseconds;
  #timer: NodeJS.Timeout | undefined;

  /** @param now the monotonic time; by default that of the process */
  constructor(length: Milliseconds, now: () => Milliseconds = () => performance.now()) {
    this.length = length;
    this.#now = now;
    this.tick = Math.floor(now() / length);
  }

  /** Looks at the monotonic clock. */
  refresh(): Ticks {
    this.tick = Math.floor(this.#now() / this.length);
    return this.tick;
  }

  /** Calls `onTick` once a tick, until {@link close}. Keeps no process alive. */
  start(onTick: () => void): void {
    this.#timer ??= setInterval(onTick, this.length).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** A span of time in ticks, rounded up; 0 stays 0. */
  ticksOf(span: Milliseconds): Ticks {
    return span === 0 ? 0 : Math.max(1, Math.ceil(span / this.length));
  }
}
