import type { Gauges } from '../families/instruments.ts';
import type { Series } from '../families/series.ts';
import type { LabelsOrValue } from './counter.ts';
import { checkNumber, type Labels, Metric, type MetricConfiguration, type MetricValue } from './metric.ts';

/** A gauge whose labels are chosen. */
export interface GaugeChild {
  set: (value: number) => void;
  inc: (value?: number) => void;
  dec: (value?: number) => void;
  setToCurrentTime: () => void;
  startTimer: () => (endLabels?: Labels) => number;
}

/** A gauge as prom-client has it. */
export class Gauge extends Metric<Gauges> {
  readonly type = 'gauge';
  readonly family: Gauges;

  constructor(configuration: MetricConfiguration) {
    super(configuration);
    this.store.gauge(this.name, { help: this.help, labels: this.labelNames });
    this.family = this.store.families[0] as Gauges;
    if (this.labelNames.length === 0) this.family.withValues([]);
    this.register();
  }

  set(labelsOrValue: LabelsOrValue, value?: number): void {
    const event = this.split(labelsOrValue, value);
    const given = event.value;
    if (typeof given !== 'number') throw new TypeError(`Value is not a valid number: ${String(given)}`);
    this.family.lookup(event.labels).set(given);
  }

  inc(labelsOrValue?: LabelsOrValue, value?: number): void {
    const event = this.split(labelsOrValue, value);
    this.family.lookup(event.labels).inc(checkNumber(event.value ?? 1));
  }

  dec(labelsOrValue?: LabelsOrValue, value?: number): void {
    if (typeof labelsOrValue === 'number') this.inc(-labelsOrValue);
    else this.inc(labelsOrValue, -(value ?? 1));
  }

  setToCurrentTime(labels: Labels = {}): void {
    this.set(labels, Date.now() / 1000);
  }

  /** Sets the seconds that pass until the function it answers is called. */
  startTimer(labels: Labels = {}): (endLabels?: Labels) => number {
    const start = performance.now();
    return (endLabels = {}) => {
      const seconds = (performance.now() - start) / 1000;
      this.set({ ...labels, ...endLabels }, seconds);
      return seconds;
    };
  }

  labels(...values: (string | number)[] | [Labels]): GaugeChild {
    const labels = this.complete(this.readValues(values));
    return {
      set: (value) => {
        this.set(labels, value);
      },
      inc: (value = 1) => {
        this.inc(labels, value);
      },
      dec: (value = 1) => {
        this.dec(labels, value);
      },
      setToCurrentTime: () => {
        this.setToCurrentTime(labels);
      },
      startTimer: () => this.startTimer(labels),
    };
  }

  protected override samplesOf(series: Series, labels: Record<string, string>): MetricValue[] {
    return [{ value: series.values[series.slot] ?? 0, labels }];
  }
}
