import type { Series } from './series.ts';

/** Labels of an exemplar, such as `trace_id` and `span_id`. */
export type ExemplarLabels = Readonly<Record<string, string>>;

/** Answers the labels that lead from an event to its trace; undefined where there is none. */
export type ExemplarSource = () => ExemplarLabels | undefined;

/** One event that stands for others in its bucket. */
export interface Exemplar {
  readonly labels: ExemplarLabels;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** OpenMetrics: names and values of an exemplar have at most this many characters together. */
const MOST_CHARACTERS = 128;

/** Every surrogate pair is one character. */
const codePoints = (text: string): number => text.replace(/[\u{10000}-\u{10FFFF}]/gu, '.').length;

const fits = (labels: ExemplarLabels): boolean => {
  let characters = 0;
  for (const [name, value] of Object.entries(labels)) characters += codePoints(name) + codePoints(value);
  return characters <= MOST_CHARACTERS;
};

/** The newest exemplar of each bucket of each series of one metric. */
export class Exemplars {
  /** Whether events without an exemplar of their own get one. */
  readonly isAutomatic: boolean;
  readonly #source: ExemplarSource | undefined;
  readonly #kept = new WeakMap<Series, (Exemplar | undefined)[]>();

  constructor(source: ExemplarSource | undefined) {
    this.#source = source;
    this.isAutomatic = source !== undefined;
  }

  note(series: Series, bucket: number, value: number, given: ExemplarLabels | undefined): void {
    const labels = given ?? this.#source?.();
    if (labels === undefined || !fits(labels)) return;
    let kept = this.#kept.get(series);
    if (kept === undefined) {
      kept = [];
      this.#kept.set(series, kept);
    }
    kept[bucket] = { labels, value, time: Date.now() };
  }

  has(series: Series): boolean {
    return this.#kept.has(series);
  }

  of(series: Series, bucket: number): Exemplar | undefined {
    return this.#kept.get(series)?.[bucket];
  }
}
