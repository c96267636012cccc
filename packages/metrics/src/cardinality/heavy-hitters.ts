/** A value that came often. */
export interface HeavyHitter {
  readonly value: string;
  /** How often it came, at most. */
  readonly count: number;
  /** How much less often it may have come. */
  readonly error: number;
}

/** How much of a value is kept: enough to recognise it. */
const KEPT_CHARACTERS = 128;

/**
 * The values that come most often, in memory for a fixed number of them. A value that came more often than
 * `total / capacity` is among them.
 * @see Metwally, Agrawal, El Abbadi: Space-Saving, 2005
 */
export class HeavyHitters {
  readonly #capacity: number;
  readonly #kept = new Map<string, { count: number; error: number }>();

  constructor(capacity = 16) {
    this.#capacity = capacity;
  }

  add(value: string): void {
    // A slice would keep the whole text it was cut from in memory.
    const key =
      value.length > KEPT_CHARACTERS ? `${Buffer.from(value.slice(0, KEPT_CHARACTERS)).toString()}…` : value;
    const known = this.#kept.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    if (this.#kept.size < this.#capacity) {
      this.#kept.set(key, { count: 1, error: 0 });
      return;
    }
    let rarest: string | undefined;
    let least = Infinity;
    for (const [other, { count }] of this.#kept) {
      if (count < least) {
        least = count;
        rarest = other;
      }
    }
    if (rarest !== undefined) this.#kept.delete(rarest);
    this.#kept.set(key, { count: least + 1, error: least });
  }

  /** The values, most frequent first. */
  get top(): HeavyHitter[] {
    return [...this.#kept]
      .map(([value, { count, error }]) => ({ value, count, error }))
      .sort((a, b) => b.count - b.error - (a.count - a.error) || (a.value < b.value ? -1 : 1));
  }
}
