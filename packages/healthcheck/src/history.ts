import type { Count, Milliseconds } from '@oslofjord/config';
import type { Reading } from './components/state.ts';

/** A component began to read otherwise. */
export interface Transition {
  /** In milliseconds since 1970. */
  readonly at: Milliseconds;
  readonly component: string;
  readonly from: Reading['status'];
  readonly to: Reading['status'];
  readonly cause: Reading['cause'];
  /** The code or class of the error that came last before it; absent where none did. */
  readonly code?: string;
}

/** The last transitions, a fixed number of them. */
export class History {
  readonly #size: Count;
  readonly #ring: Transition[] = [];
  #next = 0;

  constructor(size: Count) {
    this.#size = size;
  }

  add(transition: Transition): void {
    this.#ring[this.#next] = transition;
    this.#next = (this.#next + 1) % this.#size;
  }

  /** Oldest first. */
  list(): readonly Transition[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }
}
