import type { Slots } from '../arenas/arena.ts';
import { type Counter, CounterSeries } from './counter.ts';
import type { ExemplarLabels } from './exemplars.ts';
import { type EventLabels, Family, type FamilyDefinition, type FamilyHost } from './family.ts';
import { type Gauge, GaugeSeries } from './gauge.ts';
import { type Histogram, type HistogramLayout, HistogramSeries, type Timer } from './histogram.ts';

/** A counter with labels. */
export interface CounterFamily<Labels> {
  /** Adds `amount` to the series of these labels, 1 by default. */
  inc(labels: Labels, amount?: number, exemplar?: ExemplarLabels): void;
  /** The series of these labels: keep it where events come often. */
  bind(labels: Labels): Counter;
  /** Takes the series of these labels off the page. */
  remove(labels: Labels): boolean;
  /** Takes all series off the page. */
  clear(): void;
}

/** A gauge with labels. */
export interface GaugeFamily<Labels> {
  set(labels: Labels, value: number): void;
  inc(labels: Labels, amount?: number): void;
  dec(labels: Labels, amount?: number): void;
  /** The series of these labels: keep it where events come often. */
  bind(labels: Labels): Gauge;
  /** Takes the series of these labels off the page. */
  remove(labels: Labels): boolean;
  /** Takes all series off the page. */
  clear(): void;
}

/** A histogram with labels. */
export interface HistogramFamily<Labels> {
  observe(labels: Labels, value: number, exemplar?: ExemplarLabels): void;
  /** Begins to measure a duration in seconds; `using` ends it. */
  startTimer(labels: Labels): Timer;
  /** Observes how many seconds `work` takes, also where it fails. */
  time<Result>(labels: Labels, work: () => Result): Result;
  /** The series of these labels: keep it where events come often. */
  bind(labels: Labels): Histogram;
  /** Takes the series of these labels off the page. */
  remove(labels: Labels): boolean;
  /** Takes all series off the page. */
  clear(): void;
}

/** Every counter of one name. */
export class Counters extends Family<CounterSeries> implements CounterFamily<EventLabels> {
  readonly slots = 1;

  protected override make(labelValues: readonly string[], slots: Slots, created: number): CounterSeries {
    return new CounterSeries(this, labelValues, slots, created);
  }

  inc(labels: EventLabels, amount = 1, exemplar?: ExemplarLabels): void {
    this.lookup(labels).inc(amount, exemplar);
  }

  bind(labels: EventLabels): CounterSeries {
    return this.lookup(labels);
  }
}

/** Every gauge of one name. Information and states are gauges that say 1 or 0. */
export class Gauges extends Family<GaugeSeries> implements GaugeFamily<EventLabels> {
  readonly slots: number;

  constructor(definition: FamilyDefinition, host: FamilyHost) {
    super(definition, host);
    this.slots = this.isTimed ? 2 : 1;
  }

  protected override make(labelValues: readonly string[], slots: Slots, created: number): GaugeSeries {
    return new GaugeSeries(this, labelValues, slots, created);
  }

  set(labels: EventLabels, value: number): void {
    this.lookup(labels).set(value);
  }

  inc(labels: EventLabels, amount = 1): void {
    this.lookup(labels).inc(amount);
  }

  dec(labels: EventLabels, amount = 1): void {
    this.lookup(labels).inc(-amount);
  }

  bind(labels: EventLabels): GaugeSeries {
    return this.lookup(labels);
  }
}

/** Every histogram of one name. */
export class Histograms extends Family<HistogramSeries> implements HistogramFamily<EventLabels> {
  readonly slots: number;
  readonly layout: HistogramLayout;

  constructor(definition: FamilyDefinition, host: FamilyHost, layout: HistogramLayout) {
    super(definition, host, layout.exemplars);
    this.layout = layout;
    this.slots = 2 + layout.bounds.length + (layout.native?.length ?? 0);
  }

  protected override make(labelValues: readonly string[], slots: Slots, created: number): HistogramSeries {
    const series = new HistogramSeries(this, labelValues, slots, created, this.layout);
    this.begin(series);
    return series;
  }

  /** Makes slots that are all zero an empty histogram. */
  begin({ values, slot }: Pick<HistogramSeries, 'values' | 'slot'>): void {
    const { bounds, native } = this.layout;
    native?.begin(values, slot + 2 + bounds.length);
  }

  observe(labels: EventLabels, value: number, exemplar?: ExemplarLabels): void {
    this.lookup(labels).observe(value, exemplar);
  }

  startTimer(labels: EventLabels): Timer {
    return this.lookup(labels).startTimer();
  }

  time<Result>(labels: EventLabels, work: () => Result): Result {
    return this.lookup(labels).time(work);
  }

  bind(labels: EventLabels): HistogramSeries {
    return this.lookup(labels);
  }
}
