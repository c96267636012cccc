/** A stretch of 64-bit floats in an arena. */
export interface Slots {
  readonly values: Float64Array;
  /** Index of the first in `values`. */
  readonly offset: number;
  /** Index of the first in the whole arena. */
  readonly position: number;
}

/**
 * Where the numbers of a registry live. Arenas that others read have one layout: an append-only list of records, which
 * say what the slots mean, and the slots themselves.
 */
export interface Arena {
  /** Takes `length` slots, all zero; undefined where the arena is full. */
  allocate(length: number): Slots | undefined;
  /** Gives slots back. */
  release(slots: Slots, length: number): void;
  /** Appends what says how to read slots; false where the arena is full. Undefined where nobody else reads. */
  readonly record: ((line: string) => boolean) | undefined;
}
