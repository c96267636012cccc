import type { Bytes, Count } from '@oslofjord/config';

interface Slot<Value> {
  readonly key: string;
  value: Value;
  size: Bytes;
  wasVisited: boolean;
  newer: Slot<Value> | undefined;
  older: Slot<Value> | undefined;
}

/** Bounds of a store. */
export interface SieveLimits<Value> {
  /** The most entries it holds. */
  readonly maxEntries: Count;
  /** The most bytes `sizeOf` may count together. */
  readonly maxBytes?: Bytes | undefined;
  readonly sizeOf?: ((key: string, value: Value) => Bytes) | undefined;
  /** Told of each entry that had to go. */
  readonly onEvict?: ((key: string, value: Value) => void) | undefined;
}

/**
 * A bounded map that keeps what is used again: a hit sets one bit, and a hand that moves from old to new removes the
 * first entry without it. Scans pass through without displacing what is in use.
 * @see Zhang, Yang, Yue, Vigfusson, Rashmi: SIEVE is Simpler than LRU, NSDI 2024
 */
export class SieveStore<Value> {
  readonly #slots = new Map<string, Slot<Value>>();
  readonly #limits: SieveLimits<Value>;
  #maxEntries: Count;
  #newest: Slot<Value> | undefined;
  #oldest: Slot<Value> | undefined;
  #hand: Slot<Value> | undefined;
  #bytes: Bytes = 0;

  constructor(limits: SieveLimits<Value>) {
    this.#limits = limits;
    this.#maxEntries = limits.maxEntries;
  }

  get size(): Count {
    return this.#slots.size;
  }

  /** What `sizeOf` counts together; 0 without it. */
  get bytes(): Bytes {
    return this.#bytes;
  }

  /** The value of a key, marked as used. */
  get(key: string): Value | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    slot.wasVisited = true;
    return slot.value;
  }

  /** Stores a value, removing others until the limits hold. A value beyond the byte limit alone is not kept. */
  set(key: string, value: Value): void {
    const { maxBytes, sizeOf } = this.#limits;
    const size = sizeOf === undefined ? 0 : sizeOf(key, value);
    const known = this.#slots.get(key);
    if (maxBytes !== undefined && size > maxBytes) {
      if (known !== undefined) this.#remove(known);
      return;
    }
    if (known === undefined) {
      while (this.#slots.size >= this.#maxEntries && this.#slots.size > 0) this.#evict();
      const slot: Slot<Value> = {
        key,
        value,
        size,
        wasVisited: false,
        newer: undefined,
        older: this.#newest,
      };
      if (this.#newest === undefined) this.#oldest = slot;
      else this.#newest.newer = slot;
      this.#newest = slot;
      this.#slots.set(key, slot);
      this.#bytes += size;
    } else {
      this.#bytes += size - known.size;
      known.value = value;
      known.size = size;
      known.wasVisited = true;
    }
    if (maxBytes !== undefined) while (this.#bytes > maxBytes) this.#evict();
  }

  /** Removes a key; tells whether it was there. */
  delete(key: string): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#remove(slot);
    return true;
  }

  clear(): void {
    this.#slots.clear();
    this.#newest = undefined;
    this.#oldest = undefined;
    this.#hand = undefined;
    this.#bytes = 0;
  }

  /** Removes entries until at most so many are left. */
  shrinkTo(entries: Count): void {
    while (this.#slots.size > entries) this.#evict();
  }

  /** Keys from old to new. */
  keys(): IterableIterator<string> {
    return this.#slots.keys();
  }

  #evict(): void {
    let hand = this.#hand ?? this.#oldest;
    while (hand?.wasVisited === true) {
      hand.wasVisited = false;
      hand = hand.newer ?? this.#oldest;
    }
    if (hand === undefined) return;
    this.#hand = hand.newer;
    this.#limits.onEvict?.(hand.key, hand.value);
    this.#remove(hand);
  }

  #remove(slot: Slot<Value>): void {
    this.#slots.delete(slot.key);
    this.#bytes -= slot.size;
    if (this.#hand === slot) this.#hand = slot.newer;
    if (slot.newer === undefined) this.#newest = slot.older;
    else slot.newer.older = slot.older;
    if (slot.older === undefined) this.#oldest = slot.newer;
    else slot.older.newer = slot.newer;
  }
}
