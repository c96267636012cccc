/** What a native histogram is asked to be. */
export interface NativeOptions {
  /**
   * How fine buckets are at first: each is 2^(2^−schema) times as wide as the one before; −4 to 8.
   * @default 3
   */
  readonly schema?: number;
  /**
   * Values this near to zero fall into the zero bucket.
   * @default 2.938735877055719e-39
   */
  readonly zeroThreshold?: number;
  /**
   * How many buckets each sign may span. When values lie further apart, buckets are made twice as wide.
   * @default 160
   */
  readonly maxBuckets?: number;
}

/** Prometheus' default: 2^-128. */
const ZERO_THRESHOLD = 2 ** -128;

/** Slots before the buckets: count in the zero bucket, schema, then of each sign the first index and the span. */
const ZERO = 0;
const SCHEMA = 1;
const POSITIVE = 2;
const NEGATIVE = 4;
const HEADER = 6;

/** The buckets of one sign. */
export interface NativeBuckets {
  /** Index of the first bucket; bucket i holds values up to 2^(i · 2^−schema). */
  readonly start: number;
  readonly counts: readonly number[];
}

/** A native histogram as read from its slots. */
export interface NativeReading {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positive: NativeBuckets;
  readonly negative: NativeBuckets;
}

/** How near to a bound a scaled logarithm, at most some 280,000, is not trusted: ten times its error. */
const UNSURE = 1e-9;

/** @returns the index of the bucket of a positive value: the smallest i with value ≤ 2^(i · 2^−schema) */
export const nativeBucketOf = (value: number, schema: number): number => {
  const scale = 2 ** schema;
  const exact = Math.log2(value) * scale;
  const near = Math.ceil(exact);
  const distance = near - exact;
  if (distance > UNSURE && distance < 1 - UNSURE) return near;
  // So near to a bound the logarithm may be off by its last bits: look whether a neighbour is right.
  if (value > 2 ** (near / scale)) return near + 1;
  return value <= 2 ** ((near - 1) / scale) ? near - 1 : near;
};

/**
 * How the native part of a histogram lies in slots: a window of buckets for each sign. A value outside makes the
 * window wider, then buckets coarser. All of it is in the slots, so that another process can read and add it.
 */
export class NativeLayout {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly maxBuckets: number;
  /** How many slots it takes. */
  readonly length: number;

  constructor({ schema = 3, zeroThreshold = ZERO_THRESHOLD, maxBuckets = 160 }: NativeOptions) {
    this.schema = schema;
    this.zeroThreshold = zeroThreshold;
    this.maxBuckets = maxBuckets;
    this.length = HEADER + 2 * maxBuckets;
  }

  /** Makes new slots an empty histogram. */
  begin(values: Float64Array, at: number): void {
    values[at + SCHEMA] = this.schema;
  }

  /** Counts a finite value. */
  observe(values: Float64Array, at: number, value: number): void {
    const size = Math.abs(value);
    if (size <= this.zeroThreshold) {
      values[at + ZERO] = (values[at + ZERO] ?? 0) + 1;
      return;
    }
    this.add(values, at, value > 0 ? POSITIVE : NEGATIVE, nativeBucketOf(size, values[at + SCHEMA] ?? 0), 1);
  }

  /** Adds to the bucket `index` of one sign, which is an index in the schema that the slots have now. */
  private add(values: Float64Array, at: number, sign: number, index: number, count: number): void {
    const first = at + (sign === POSITIVE ? HEADER : HEADER + this.maxBuckets);
    const start = values[at + sign] ?? 0;
    const span = values[at + sign + 1] ?? 0;
    if (index >= start && index < start + span) {
      const slot = first + index - start;
      values[slot] = (values[slot] ?? 0) + count;
      return;
    }
    if (span === 0) {
      values[at + sign] = index;
      values[at + sign + 1] = 1;
      values[first] = count;
      return;
    }
    const low = Math.min(start, index);
    const high = Math.max(start + span - 1, index);
    if (high - low >= this.maxBuckets) {
      this.coarsen(values, at);
      this.add(values, at, sign, Math.ceil(index / 2), count);
      return;
    }
    if (low < start) {
      values.copyWithin(first + start - low, first, first + span);
      values.fill(0, first, first + start - low);
      values[at + sign] = low;
    }
    values[at + sign + 1] = high - low + 1;
    const slot = first + index - low;
    values[slot] = (values[slot] ?? 0) + count;
  }

  /** Makes every bucket twice as wide on the scale of logarithms. */
  private coarsen(values: Float64Array, at: number): void {
    for (const sign of [POSITIVE, NEGATIVE]) {
      const first = at + (sign === POSITIVE ? HEADER : HEADER + this.maxBuckets);
      const start = values[at + sign] ?? 0;
      const span = values[at + sign + 1] ?? 0;
      if (span === 0) continue;
      const counts = values.slice(first, first + span);
      const low = Math.ceil(start / 2);
      values.fill(0, first, first + span);
      for (let index = 0; index < span; index += 1) {
        const slot = first + Math.ceil((start + index) / 2) - low;
        values[slot] = (values[slot] ?? 0) + (counts[index] ?? 0);
      }
      values[at + sign] = low;
      values[at + sign + 1] = Math.ceil((start + span - 1) / 2) - low + 1;
    }
    values[at + SCHEMA] = (values[at + SCHEMA] ?? 0) - 1;
  }

  /** Adds what another histogram of the same layout holds, whatever its schema has become. */
  merge(values: Float64Array, at: number, from: Float64Array, source: number): void {
    const { schema, zeroCount, positive, negative } = this.read(from, source);
    values[at + ZERO] = (values[at + ZERO] ?? 0) + zeroCount;
    while ((values[at + SCHEMA] ?? 0) > schema) this.coarsen(values, at);
    for (const [sign, { start, counts }] of [
      [POSITIVE, positive],
      [NEGATIVE, negative],
    ] as const) {
      for (const [offset, count] of counts.entries()) {
        if (count === 0) continue;
        const shift = 2 ** (schema - (values[at + SCHEMA] ?? 0));
        this.add(values, at, sign, Math.ceil((start + offset) / shift), count);
      }
    }
  }

  read(values: Float64Array, at: number): NativeReading {
    const buckets = (sign: number, first: number): NativeBuckets => ({
      start: values[at + sign] ?? 0,
      counts: [...values.subarray(first, first + (values[at + sign + 1] ?? 0))],
    });
    return {
      schema: values[at + SCHEMA] ?? 0,
      zeroThreshold: this.zeroThreshold,
      zeroCount: values[at + ZERO] ?? 0,
      positive: buckets(POSITIVE, at + HEADER),
      negative: buckets(NEGATIVE, at + HEADER + this.maxBuckets),
    };
  }
}
