/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index is masked to the ring's size */
import type { Count } from '@oslofjord/config';
import type { Stuck, Ticks } from './state.ts';

/**
 * How many calls are under way, by the tick in which they began: what tells a component that hangs, for its calls never
 * end. Beginning and ending a call is two additions of integers and allocates nothing.
 */
export class InFlight {
  /** Calls by the tick they began in, as a ring. */
  readonly #begun: Int32Array;
  /** How many calls had succeeded when a tick began, as a ring. */
  readonly #okAtTick: Float64Array;
  readonly #mask: number;
  readonly #limit: Ticks;
  readonly #share: number;
  #now: Ticks;
  #oks = 0;
  /** Calls that began before the ring. */
  #ancient = 0;
  #writtenOff = 0;
  #writtenOffBefore: Ticks = -1;

  /**
   * @param now the present tick
   * @param limit from how many ticks on a call is stuck; 0 for never. A call begins somewhere within its tick: one tick
   *   more than the time that is meant makes sure that none counts too early
   * @param share 0 to 1: from what share of the calls that should have ended on, most are stuck
   */
  constructor(now: Ticks, limit: Ticks, share: number) {
    let size = 8;
    while (size < limit + 2) size *= 2;
    this.#begun = new Int32Array(size);
    this.#okAtTick = new Float64Array(size);
    this.#mask = size - 1;
    this.#limit = limit;
    this.#share = share;
    this.#now = now;
  }

  begin(): void {
    this.#begun[this.#now & this.#mask]!++;
  }

  /** @param begun the tick in which it began */
  end(begun: Ticks): void {
    const index = begun & this.#mask;
    if (begun < this.#writtenOffBefore) {
      if (this.#writtenOff > 0) this.#writtenOff -= 1;
    } else if (this.#now - begun > this.#mask) {
      if (this.#ancient > 0) this.#ancient -= 1;
    } else if (this.#begun[index]! > 0) {
      this.#begun[index]!--;
    }
  }

  /** Ends a call that succeeded. */
  endOk(begun: Ticks): void {
    this.#oks += 1;
    if (begun !== this.#now) {
      this.end(begun);
      return;
    }
    // Most calls end in the tick they began in: two comparisons less, which is a nanosecond.
    const index = begun & this.#mask;
    const calls = this.#begun[index]!;
    if (calls > 0) this.#begun[index] = calls - 1;
  }

  /** Calls that succeeded. */
  get oks(): Count {
    return this.#oks;
  }

  /** The clock went on. */
  advance(now: Ticks): void {
    const size = this.#mask + 1;
    const from = Math.max(this.#now + 1, now - this.#mask);
    // Of a jump longer than the ring every slot is left behind.
    if (now - this.#now >= size) for (let tick = 0; tick < size; tick += 1) this.#leaveBehind(tick);
    for (let tick = from; tick <= now; tick += 1) {
      this.#leaveBehind(tick & this.#mask);
      this.#okAtTick[tick & this.#mask] = this.#oks;
    }
    this.#now = now;
  }

  /** Writes off the calls that began before a tick. */
  writeOff(before: Ticks): void {
    for (let age = 0; age <= this.#mask; age += 1) {
      const index = (this.#now - age) & this.#mask;
      if (this.#now - age >= before) continue;
      this.#writtenOff += this.#begun[index]!;
      this.#begun[index] = 0;
    }
    this.#writtenOff += this.#ancient;
    this.#ancient = 0;
    this.#writtenOffBefore = before;
  }

  /** How much is stuck, of what should have ended within the limit. */
  get stuck(): Stuck {
    if (this.#limit === 0) return 'none';
    let stuck = this.#ancient;
    for (let age = this.#limit; age <= this.#mask; age += 1) {
      stuck += this.#begun[(this.#now - age) & this.#mask]!;
    }
    if (stuck === 0) return 'none';
    const ended = this.#oks - this.#okAtTick[(this.#now - this.#limit + 1) & this.#mask]!;
    return stuck >= this.#share * (stuck + ended) ? 'most' : 'some';
  }

  /** Calls under way, without those written off. */
  get count(): number {
    return this.#begun.reduce((sum, calls) => sum + calls, this.#ancient);
  }

  /** Calls that were written off and have not ended. */
  get abandoned(): number {
    return this.#writtenOff;
  }

  /** The age of the oldest call in ticks; undefined when there is none. Of calls older than the ring, at least this much. */
  get oldest(): Ticks | undefined {
    if (this.#ancient > 0) return this.#mask + 1;
    for (let age = this.#mask; age >= 0; age -= 1) {
      if (this.#begun[(this.#now - age) & this.#mask]! > 0) return age;
    }
    return undefined;
  }

  #leaveBehind(index: number): void {
    this.#ancient += this.#begun[index]!;
    this.#begun[index] = 0;
  }
}
