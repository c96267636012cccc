import type { CounterSeries } from '../families/counter.ts';
import type { HistogramSeries } from '../families/histogram.ts';

/** The series that messages with one text around their value mean. */
export type CachedSeries =
  | { readonly action: 'inc'; readonly series: CounterSeries }
  | { readonly action: 'observe'; readonly series: HistogramSeries };

/**
 * Texts of messages and the series they mean. It forgets what was not asked for lately: whoever writes one series in
 * ever new ways cannot make it grow.
 */
export class SeriesCache {
  readonly #size: number;
  #recent = new Map<string, CachedSeries>();
  #older = new Map<string, CachedSeries>();

  /** @param size how many texts are kept at least; at most twice as many are */
  constructor(size: number) {
    this.#size = size;
  }

  get(key: string): CachedSeries | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const older = this.#older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, cached: CachedSeries): void {
    if (this.#recent.size >= this.#size) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, cached);
  }
}
