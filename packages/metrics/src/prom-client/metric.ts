import { inspect } from 'node:util';
import type { Family } from '../families/family.ts';
import type { Series } from '../families/series.ts';
import { Registry as Store } from '../registry.ts';
import { type Registry, register } from './registry.ts';

/** Labels of an event; not all need to be there. */
export type Labels = Readonly<Record<string, string | number>>;

/** What a metric is made with. */
export interface MetricConfiguration {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  /** Where it is registered; in `register` unless said otherwise. */
  readonly registers?: readonly Registry[];
  /** Runs before each page; `this` is the metric. */
  readonly collect?: () => void | Promise<void>;
  readonly aggregator?: 'sum' | 'first' | 'min' | 'max' | 'average' | 'omit';
}

/** One sample, as `get()` and `getMetricsAsJSON()` show it. */
export interface MetricValue {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly metricName?: string;
}

/** A metric with its samples. */
export interface MetricObject {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: MetricValue[];
  readonly aggregator: string;
}

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/u;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/u;

/** What all metrics have. */
export abstract class Metric<F extends Family = Family> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly aggregator: string;
  abstract readonly type: string;
  /** The family of our own store behind it. */
  abstract readonly family: F;
  protected readonly store: Store = new Store({
    limits: { seriesPerMetric: Infinity, series: Infinity },
    selfMetrics: false,
  });
  readonly #collect: (() => void | Promise<void>) | undefined;
  readonly #registers: readonly Registry[];

  constructor(configuration: MetricConfiguration) {
    const { name, help, labelNames = [], registers = [register], collect, aggregator } = configuration;
    if (!help) throw new Error('Missing mandatory help parameter');
    if (!name) throw new Error('Missing mandatory name parameter');
    if (!METRIC_NAME.test(name)) throw new Error('Invalid metric name');
    if (!labelNames.every((label) => LABEL_NAME.test(label))) throw new Error('Invalid label name');
    if (collect !== undefined && typeof collect !== 'function')
      throw new Error('Optional "collect" parameter must be a function');
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
    this.aggregator = aggregator ?? 'sum';
    this.#collect = collect;
    this.#registers = registers;
  }

  /** To be called by the last constructor, when all is there. */
  protected register(): void {
    for (const registry of this.#registers) registry.registerMetric(this);
  }

  /** Runs the metric's own `collect`. */
  async update(): Promise<void> {
    await this.#collect?.call(this);
  }

  /** The samples of one series. */
  protected abstract samplesOf(series: Series, labels: Record<string, string>): MetricValue[];

  async get(): Promise<MetricObject> {
    await this.update();
    const values = this.family.series.flatMap((series) => this.samplesOf(series, this.labelsOf(series)));
    return { name: this.name, help: this.help, type: this.type, values, aggregator: this.aggregator };
  }

  /** Forgets all series; a metric without labels begins at zero again. */
  reset(): void {
    this.family.clear();
  }

  remove(...values: (string | number)[] | [Labels]): void {
    const labels = this.readValues(values);
    this.family.remove(this.complete(labels));
  }

  /** A label that was not given does not show. */
  protected labelsOf(series: Series): Record<string, string> {
    const entries = this.labelNames.map((name, index) => [name, series.labelValues[index] ?? ''] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== ''));
  }

  /**
   * Labels of an event with all names; a value that is no text is what it says as one, as in `undefined` and `true`.
   * @throws Error where a name is not among those declared
   */
  protected complete(labels: Labels): Labels {
    let isText = true;
    let given = 0;
    for (const name of Object.keys(labels)) {
      if (!this.labelNames.includes(name)) {
        const known = inspect(this.labelNames);
        throw new Error(`Added label "${name}" is not included in initial labelset: ${known}`);
      }
      given += 1;
      isText &&= ['string', 'number'].includes(typeof labels[name]);
    }
    if (isText && given === this.labelNames.length) return labels;
    const valueOf = (name: string): string => (Object.hasOwn(labels, name) ? String(labels[name]) : '');
    return Object.fromEntries(this.labelNames.map((name) => [name, valueOf(name)]));
  }

  /** Tells labels and value apart: the first argument may be either. */
  protected split(
    labelsOrValue: unknown,
    value: unknown,
  ): { readonly labels: Labels; readonly value: unknown } {
    if (typeof labelsOrValue === 'object' && labelsOrValue !== null) {
      return { labels: this.complete(labelsOrValue as Labels), value };
    }
    return { labels: this.complete({}), value: labelsOrValue ?? value };
  }

  /** The labels of `labels(…)`: an object, or values in the order of names. */
  protected readValues(values: (string | number)[] | [Labels]): Labels {
    const [first] = values;
    if (typeof first === 'object') return first;
    if (values.length !== this.labelNames.length) {
      throw new Error(
        `Invalid number of arguments (${String(values.length)}): "${(values as (string | number)[]).join(', ')}" for label names (${String(this.labelNames.length)}): "${this.labelNames.join(', ')}".`,
      );
    }
    return Object.fromEntries(
      this.labelNames.map((name, index) => [name, String(values[index] as string | number)]),
    );
  }
}

/** @throws TypeError where a value is no number */
export const checkNumber = (value: unknown): number => {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new TypeError(`Value is not a valid number: ${String(value)}`);
  }
  return value;
};
