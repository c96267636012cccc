/** Registers of the estimate; its standard error is 1.04 / √256 = 6.5 %. */
const REGISTERS = 256;

/**
 * Estimates how many different values there were, in 256 bytes whatever their number.
 * @see Flajolet, Fusy, Gandouet, Meunier: HyperLogLog, 2007
 */
export class DistinctEstimate {
  readonly #registers = new Uint8Array(REGISTERS);

  add(value: string): void {
    const hash = hashOf(value);
    const register = hash >>> 24;
    const rank = Math.clz32((hash << 8) | 0x80) + 1;
    if (rank > (this.#registers[register] ?? 0)) this.#registers[register] = rank;
  }

  /** How many there were, about. */
  get count(): number {
    let sum = 0;
    let empty = 0;
    for (const rank of this.#registers) {
      sum += 2 ** -rank;
      if (rank === 0) empty += 1;
    }
    const estimate = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS ** 2) / sum;
    const isSmall = estimate <= 2.5 * REGISTERS && empty > 0;
    return Math.round(isSmall ? REGISTERS * Math.log(REGISTERS / empty) : estimate);
  }
}

/** FNV-1a, with the final mixing of MurmurHash3 so that every bit depends on all of the text. */
const hashOf = (value: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < value.length; index += 1) {
    hash = Math.imul(hash ^ value.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};
