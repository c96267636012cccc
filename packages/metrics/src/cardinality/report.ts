import type { Family } from '../families/family.ts';
import { DistinctEstimate } from './distinct.ts';
import { type HeavyHitter, HeavyHitters } from './heavy-hitters.ts';

/** One label of a metric that is at its limit. */
export interface LabelReport {
  readonly name: string;
  /** How many different values came beyond the limit, about. */
  readonly distinct: number;
  /** The values that came beyond the limit most often. */
  readonly top: readonly HeavyHitter[];
}

/** How many series a metric has, and what came beyond its limit. */
export interface CardinalityReport {
  readonly metric: string;
  readonly series: number;
  readonly limit: number;
  /** Events counted in the overflow series. */
  readonly overflowed: number;
  /** Labels by how many values each brought: the first is to blame. Empty where nothing came beyond the limit. */
  readonly labels: readonly LabelReport[];
}

/** Watches what comes beyond the limits of one metric, in memory that does not grow. */
export class OverflowWatch {
  #events = 0;
  readonly #labels: readonly { readonly distinct: DistinctEstimate; readonly hitters: HeavyHitters }[];

  constructor(labels: number) {
    this.#labels = Array.from({ length: labels }, () => ({
      distinct: new DistinctEstimate(),
      hitters: new HeavyHitters(),
    }));
  }

  note(labelValues: readonly string[]): void {
    this.#events += 1;
    for (let index = 0; index < this.#labels.length; index += 1) {
      const value = labelValues[index] ?? '';
      const label = this.#labels[index];
      label?.distinct.add(value);
      label?.hitters.add(value);
    }
  }

  get events(): number {
    return this.#events;
  }

  /** Labels by how many values each brought. */
  report(names: readonly string[]): LabelReport[] {
    return this.#labels
      .map(({ distinct, hitters }, index) => ({
        name: names[index] ?? '',
        distinct: distinct.count,
        top: hitters.top,
      }))
      .sort((a, b) => b.distinct - a.distinct);
  }
}

/** @returns what stands in a registry, the metrics with most events beyond their limit first */
export const reportCardinality = (
  families: readonly Family[],
  watches: WeakMap<Family, OverflowWatch>,
): CardinalityReport[] =>
  families
    .map((family) => {
      const watch = watches.get(family);
      return {
        metric: family.name,
        series: family.series.length,
        limit: family.definition.limit,
        overflowed: watch?.events ?? 0,
        labels: watch?.report(family.labelNames) ?? [],
      };
    })
    .sort((a, b) => b.overflowed - a.overflowed || b.series - a.series);
