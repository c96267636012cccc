/** Two bits of a number's fraction: four cells to each power of two. */
const CELL_SHIFT = 18;

/** The most cells of a table; bounds further apart than that begin their search early. */
const MOST_CELLS = 4096;

/**
 * Cells of doubles. The upper half of a double, as an integer, grows with the double: it is an index into a table. The
 * arrays are in a function because a bundler makes variables of a module's constants, which are read slower.
 */
const makeCells = (): {
  readonly cellOf: (value: number) => number;
  readonly leastOf: (cell: number) => number;
} => {
  const double = new Float64Array(1);
  double[0] = 1;
  // Every processor that Node runs on has the upper half behind the lower, but for IBM's s390x.
  const isUpperLast = new Int32Array(double.buffer)[0] === 0;
  const upper = new Int32Array(double.buffer, isUpperLast ? 4 : 0, 1);
  const lower = new Int32Array(double.buffer, isUpperLast ? 0 : 4, 1);
  return {
    cellOf: (value) => {
      double[0] = value;
      return (upper[0] ?? 0) >> CELL_SHIFT;
    },
    leastOf: (cell) => {
      upper[0] = cell << CELL_SHIFT;
      lower[0] = 0;
      return double[0] ?? 0;
    },
  };
};

const { cellOf, leastOf } = /* @__PURE__ */ makeCells();

/**
 * Finds the bucket of a value: a table, indexed by the value's exponent and two bits more, says where to begin, so that
 * seldom more than one bound is compared. It takes a third of the time of a binary search, whose branches cannot be
 * predicted.
 */
export class BucketIndex {
  /** Upper bounds, ascending, +Inf last. */
  readonly limits: Float64Array;
  readonly #cells: Uint16Array;
  readonly #first: number;

  constructor(bounds: Float64Array) {
    this.limits = Float64Array.of(...bounds, Infinity);
    const positive = bounds.filter((bound) => bound > 0);
    this.#first = cellOf(positive[0] ?? 1);
    const last = cellOf(positive.at(-1) ?? 1);
    const count = Math.min(last - this.#first + 2, MOST_CELLS);
    this.#cells = Uint16Array.from({ length: count }, (_, cell) => {
      if (cell === 0) return 0;
      const least = leastOf(this.#first + cell);
      return this.limits.findIndex((limit) => limit >= least);
    });
  }

  /** @returns the index of the bucket of a finite value */
  find(value: number): number {
    let cell = cellOf(value) - this.#first;
    if (cell < 0) cell = 0;
    else if (cell >= this.#cells.length) cell = this.#cells.length - 1;
    const { limits } = this;
    let bucket = this.#cells[cell] ?? 0;
    // Mostly one comparison or two.
    if (value > (limits[bucket] ?? 0)) {
      bucket += 1;
      while (value > (limits[bucket] ?? 0)) bucket += 1;
    }
    return bucket;
  }
}
