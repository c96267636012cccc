import type { Slots } from '../arenas/arena.ts';
import type { BucketIndex } from './buckets.ts';
import type { ExemplarLabels, Exemplars } from './exemplars.ts';
import { Series, type SeriesOwner } from './series.ts';
import type { NativeLayout } from './native.ts';

/** Ends a measurement. */
export interface Timer {
  /** Observes the seconds since it began, once, and answers them. */
  stop(): number;
  [Symbol.dispose](): void;
}

/** A distribution: how often a value lay where. */
export interface Histogram {
  /** Counts a value, with an exemplar where one is given. NaN and infinities are counted as rejected. */
  observe(value: number, exemplar?: ExemplarLabels): void;
  /** Begins to measure a duration in seconds; `using` ends it. */
  startTimer(): Timer;
  /** Observes how many seconds `work` takes, also where it fails. */
  time<Result>(work: () => Result): Result;
}

/** How a histogram of one metric lies in its slots: sum, then a count per bucket, then the native part. */
export interface HistogramLayout {
  /** Upper bounds, ascending, without +Inf. */
  readonly bounds: Float64Array;
  readonly buckets: BucketIndex;
  readonly native: NativeLayout | undefined;
  readonly exemplars: Exemplars;
}

/** The series of a histogram. */
export class HistogramSeries extends Series implements Histogram {
  readonly layout: HistogramLayout;
  readonly #buckets: BucketIndex;
  /** Whether an observation is more than a count in a bucket. */
  readonly #hasMore: boolean;

  constructor(
    owner: SeriesOwner,
    labelValues: readonly string[],
    slots: Slots,
    created: number,
    layout: HistogramLayout,
  ) {
    super(owner, labelValues, slots, created);
    this.layout = layout;
    this.#buckets = layout.buckets;
    this.#hasMore = layout.native !== undefined || layout.exemplars.isAutomatic;
  }

  observe(value: number, exemplar?: ExemplarLabels): void {
    const { slot, values } = this;
    // What is no finite number differs from itself by more than nothing.
    if (slot < 0 || value - value !== 0) {
      this.#unusual(value, exemplar);
      return;
    }
    const bucket = this.#buckets.find(value);
    const index = slot + 1 + bucket;
    values[slot] = (values[slot] ?? 0) + value;
    values[index] = (values[index] ?? 0) + 1;
    this.isTouched = true;
    if (this.#hasMore || exemplar !== undefined) this.#more(bucket, value, exemplar);
  }

  /** Counts natively too, and keeps an exemplar. */
  #more(bucket: number, value: number, exemplar: ExemplarLabels | undefined): void {
    const { native, exemplars, bounds } = this.layout;
    native?.observe(this.values, this.slot + bounds.length + 2, value);
    if (exemplar !== undefined || exemplars.isAutomatic) exemplars.note(this, bucket, value, exemplar);
  }

  #unusual(value: number, exemplar: ExemplarLabels | undefined): void {
    if (!Number.isFinite(value)) {
      this.owner.reject('value', `a histogram cannot observe ${String(value)}`);
      return;
    }
    this.owner.revive(this);
    this.observe(value, exemplar);
  }

  /** Adds to the sum only, without a check: what Python does with NaN, which falls into no bucket. */
  addToSum(value: number): void {
    if (this.slot < 0) this.owner.revive(this);
    this.values[this.slot] = (this.values[this.slot] ?? 0) + value;
    this.isTouched = true;
  }

  /** Adds to the count of one bucket only. */
  addToBucket(bucket: number, count: number): void {
    if (this.slot < 0) this.owner.revive(this);
    const index = this.slot + 1 + bucket;
    this.values[index] = (this.values[index] ?? 0) + count;
    this.isTouched = true;
  }

  startTimer(): Timer {
    const start = performance.now();
    let seconds: number | undefined;
    const stop = (): number => {
      if (seconds === undefined) {
        seconds = (performance.now() - start) / 1000;
        this.observe(seconds);
      }
      return seconds;
    };
    return { stop, [Symbol.dispose]: stop };
  }

  time<Result>(work: () => Result): Result {
    const timer = this.startTimer();
    let result: Result;
    try {
      result = work();
    } catch (error) {
      timer.stop();
      throw error;
    }
    if (result instanceof Promise) {
      return result.finally(() => {
        timer.stop();
      }) as Result;
    }
    timer.stop();
    return result;
  }

  /** Sum of all values. */
  get sum(): number {
    return this.values[this.slot] ?? 0;
  }

  /** Number of values. */
  get count(): number {
    let count = 0;
    const end = this.slot + 2 + this.layout.bounds.length;
    for (let index = this.slot + 1; index < end; index += 1) count += this.values[index] ?? 0;
    return count;
  }
}
