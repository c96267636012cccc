import type { Counters } from '../families/instruments.ts';
import type { Series } from '../families/series.ts';
import { checkNumber, type Labels, Metric, type MetricConfiguration, type MetricValue } from './metric.ts';

/** Labels or a number, as the first argument may be either. */
export type LabelsOrValue = Labels | number | undefined | null;

/** A counter as prom-client has it. */
export class Counter extends Metric<Counters> {
  readonly type = 'counter';
  readonly family: Counters;

  constructor(configuration: MetricConfiguration) {
    super(configuration);
    this.store.counter(this.name, {
      help: this.help,
      labels: this.labelNames,
      total: this.name.endsWith('_total'),
    });
    this.family = this.store.families[0] as Counters;
    if (this.labelNames.length === 0) this.family.withValues([]);
    this.register();
  }

  inc(labelsOrValue?: LabelsOrValue, value?: number): void {
    const event = this.split(labelsOrValue, value);
    const amount = checkNumber(event.value ?? 1);
    if (amount < 0) throw new Error('It is not possible to decrease a counter');
    this.family.lookup(event.labels).add(amount);
  }

  labels(...values: (string | number)[] | [Labels]): { inc: (value?: number) => void } {
    const labels = this.complete(this.readValues(values));
    return {
      inc: (value = 1) => {
        this.inc(labels, value);
      },
    };
  }

  protected override samplesOf(series: Series, labels: Record<string, string>): MetricValue[] {
    return [{ value: series.values[series.slot] ?? 0, labels }];
  }
}
