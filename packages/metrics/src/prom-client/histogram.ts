import type { Histograms } from '../families/instruments.ts';
import type { Series } from '../families/series.ts';
import type { LabelsOrValue } from './counter.ts';
import { checkNumber, type Labels, Metric, type MetricConfiguration, type MetricValue } from './metric.ts';

/** What a histogram is made with. */
export interface HistogramConfiguration extends MetricConfiguration {
  readonly buckets?: readonly number[];
}

/** A distribution whose labels are chosen. */
export interface ObserverChild {
  observe: (value: number) => void;
  startTimer: () => (endLabels?: Labels) => number;
}

/** prom-client's own. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What histograms and summaries have in common. */
export abstract class Observer extends Metric<Histograms> {
  observe(labelsOrValue: LabelsOrValue, value?: number): void {
    const event = this.split(labelsOrValue, value);
    const given = checkNumber(event.value);
    const series = this.family.lookup(event.labels);
    if (Number.isFinite(given)) series.observe(given);
    else {
      series.addToSum(given);
      series.addToBucket(given > 0 ? this.family.layout.bounds.length : 0, 1);
    }
  }

  /** Forgets all series. Unlike other metrics it shows none until the next event. */
  override reset(): void {
    this.family.prune(() => false);
  }

  /** Observes the seconds that pass until the function it answers is called. */
  startTimer(labels: Labels = {}): (endLabels?: Labels) => number {
    const start = performance.now();
    return (endLabels = {}) => {
      const seconds = (performance.now() - start) / 1000;
      this.observe({ ...labels, ...endLabels }, seconds);
      return seconds;
    };
  }

  labels(...values: (string | number)[] | [Labels]): ObserverChild {
    const labels = this.complete(this.readValues(values));
    return {
      observe: (value) => {
        this.observe(labels, value);
      },
      startTimer: () => this.startTimer(labels),
    };
  }
}

/** A histogram as prom-client has it. */
export class Histogram extends Observer {
  readonly type = 'histogram';
  readonly family: Histograms;

  constructor(configuration: HistogramConfiguration) {
    super(configuration);
    if (this.labelNames.includes('le')) throw new Error('le is a reserved label keyword');
    const { buckets = BUCKETS } = configuration;
    this.store.histogram(this.name, { help: this.help, labels: this.labelNames, buckets });
    this.family = this.store.families[0] as Histograms;
    if (this.labelNames.length === 0) this.family.withValues([]);
    this.register();
  }

  /** Begins a series with zeros. */
  zero(labels: Labels): void {
    this.family.lookup(this.complete(labels));
  }

  protected override samplesOf(series: Series, labels: Record<string, string>): MetricValue[] {
    const { bounds } = this.family.layout;
    const { values, slot } = series;
    let total = 0;
    const buckets = [...bounds, '+Inf'].map((le, index) => {
      total += values[slot + 1 + index] ?? 0;
      return { labels: { le, ...labels }, value: total, metricName: `${this.name}_bucket` };
    });
    return [
      ...buckets,
      { labels, value: values[slot] ?? 0, metricName: `${this.name}_sum` },
      { labels, value: total, metricName: `${this.name}_count` },
    ];
  }
}
