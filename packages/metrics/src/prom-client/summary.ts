import type { NativeReading } from '../families/native.ts';
import type { Histograms } from '../families/instruments.ts';
import type { Series } from '../families/series.ts';
import { Observer } from './histogram.ts';
import type { MetricConfiguration, MetricValue } from './metric.ts';

/** What a summary is made with. */
export interface SummaryConfiguration extends MetricConfiguration {
  readonly percentiles?: readonly number[];
}

/** prom-client's own. */
const PERCENTILES = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999];

/** A summary as prom-client has it, over all time; quantiles are right to about 1 %. */
export class Summary extends Observer {
  readonly type = 'summary';
  readonly family: Histograms;
  readonly #percentiles: readonly number[];

  constructor(configuration: SummaryConfiguration) {
    super(configuration);
    if (this.labelNames.includes('quantile')) throw new Error('quantile is a reserved label keyword');
    this.#percentiles = configuration.percentiles ?? PERCENTILES;
    this.store.histogram(this.name, {
      help: this.help,
      labels: this.labelNames,
      buckets: [],
      native: { schema: 7, maxBuckets: 640 },
    });
    this.family = this.store.families[0] as Histograms;
    if (this.labelNames.length === 0) this.family.withValues([]);
    this.register();
  }

  protected override samplesOf(series: Series, labels: Record<string, string>): MetricValue[] {
    const { values, slot } = series;
    const { bounds, native } = this.family.layout;
    const reading = native?.read(values, slot + 2 + bounds.length);
    const quantiles = this.#percentiles.map((quantile) => ({
      labels: { quantile, ...labels },
      value: reading === undefined ? 0 : quantileOf(reading, quantile),
    }));
    return [
      ...quantiles,
      { metricName: `${this.name}_sum`, labels, value: values[slot] ?? 0 },
      { metricName: `${this.name}_count`, labels, value: values[slot + 1] ?? 0 },
    ];
  }
}

/** The value of a rank, from the middle of its bucket. */
const quantileOf = ({ schema, zeroCount, positive, negative }: NativeReading, quantile: number): number => {
  const middle = (index: number): number => 2 ** ((index - 0.5) / 2 ** schema);
  const ordered: [value: number, count: number][] = [
    ...negative.counts
      .map((count, index): [number, number] => [-middle(negative.start + index), count])
      .reverse(),
    [0, zeroCount],
    ...positive.counts.map((count, index): [number, number] => [middle(positive.start + index), count]),
  ];
  const total = ordered.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(quantile * total));
  let seen = 0;
  for (const [value, count] of ordered) {
    seen += count;
    if (count > 0 && seen >= rank) return value;
  }
  return 0;
};
