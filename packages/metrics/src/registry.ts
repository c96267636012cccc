import { type CardinalityReport, OverflowWatch, reportCardinality } from './cardinality/report.ts';
import { MetricConflictError, InvalidEventError } from './errors.ts';
import { BucketIndex } from './families/buckets.ts';
import type { Counter } from './families/counter.ts';
import {
  DURATION_BUCKETS,
  checkBuckets,
  checkNative,
  defineFamily,
  type CounterOptions,
  type GaugeOptions,
  type HistogramOptions,
  type MetricOptions,
} from './families/declaration.ts';
import { Exemplars } from './families/exemplars.ts';
import type { EventLabels, Family, FamilyDefinition, FamilyHost, MetricKind } from './families/family.ts';
import type { Gauge } from './families/gauge.ts';
import type { Histogram } from './families/histogram.ts';
import {
  type CounterFamily,
  Counters,
  type GaugeFamily,
  Gauges,
  type HistogramFamily,
  Histograms,
} from './families/instruments.ts';
import type { LabelDeclaration, LabelsOf } from './families/labels.ts';
import { NativeLayout } from './families/native.ts';
import { describeFamily, familyLine, removalLine, seriesLine } from './arenas/records.ts';
import type { Series } from './families/series.ts';
import { type MetricsOptions, type ResolvedMetricsOptions, resolveMetricsOptions } from './options.ts';

/** A counter: without labels the series itself, with labels the family of its series. */
export type CounterOf<Labels> = Labels extends LabelDeclaration ? CounterFamily<LabelsOf<Labels>> : Counter;
/** A gauge: without labels the series itself, with labels the family of its series. */
export type GaugeOf<Labels> = Labels extends LabelDeclaration ? GaugeFamily<LabelsOf<Labels>> : Gauge;
/** A histogram: without labels the series itself, with labels the family of its series. */
export type HistogramOf<Labels> = Labels extends LabelDeclaration
  ? HistogramFamily<LabelsOf<Labels>>
  : Histogram;

/** One of several states. */
export interface StateSet<State extends string> {
  /** Makes it the one state that is on. */
  set(state: State): void;
}

/** Runs before a page is made: sets gauges to what they should say now. */
export type CollectCallback = () => void | Promise<void>;

/** All metrics of a page. */
export class Registry implements FamilyHost {
  readonly options: ResolvedMetricsOptions;
  readonly isStrict: boolean;
  readonly now: () => number;
  readonly #families = new Map<string, Family>();
  /** Every name that stands on the page, and the family it belongs to. */
  readonly #claims = new Map<string, string>();
  readonly #callbacks = new Set<CollectCallback>();
  #seriesCount = 0;

  constructor(options: MetricsOptions = {}) {
    this.options = resolveMetricsOptions(options);
    this.isStrict = this.options.isStrict;
    this.now = this.options.now;
  }

  get arena(): ResolvedMetricsOptions['arena'] {
    return this.options.arena;
  }

  /** Metrics in the order of their declaration. */
  get families(): Family[] {
    return [...this.#families.values()];
  }

  /** How many series there are. */
  get seriesCount(): number {
    return this.#seriesCount;
  }

  /** Declares a counter; the same declaration again answers the same counter. `_total` is added to the name. */
  counter<const Labels extends LabelDeclaration | undefined = undefined>(
    name: string,
    options: CounterOptions<Labels> = {},
  ): CounterOf<Labels> {
    const definition = this.#define(name, 'counter', options);
    const family = this.#once(
      definition,
      definition.suffix,
      () => new Counters(definition, this, new Exemplars(undefined)),
    );
    return only(family, options.labels) as CounterOf<Labels>;
  }

  /** Declares a gauge; the same declaration again answers the same gauge. */
  gauge<const Labels extends LabelDeclaration | undefined = undefined>(
    name: string,
    options: GaugeOptions<Labels> = {},
  ): GaugeOf<Labels> {
    const definition = this.#define(name, 'gauge', options);
    const family = this.#once(definition, definition.aggregate, () => new Gauges(definition, this));
    const { observe } = options;
    if (observe !== undefined && options.labels === undefined) {
      const gauge = family.lookup({});
      this.onCollect(async () => {
        gauge.set(await observe());
      });
    }
    return only(family, options.labels) as GaugeOf<Labels>;
  }

  /** Declares a histogram; the same declaration again answers the same histogram. */
  histogram<const Labels extends LabelDeclaration | undefined = undefined>(
    name: string,
    options: HistogramOptions<Labels> = {},
  ): HistogramOf<Labels> {
    const definition = this.#define(name, 'histogram', options);
    const bounds = checkBuckets(name, options.buckets ?? DURATION_BUCKETS);
    const { native = false } = options;
    const nativeOptions = native === false ? undefined : checkNative(name, native === true ? {} : native);
    const shape = `${bounds.join()} ${JSON.stringify(nativeOptions ?? null)}`;
    const family = this.#once(
      definition,
      shape,
      () =>
        new Histograms(definition, this, {
          bounds,
          buckets: new BucketIndex(bounds),
          native: nativeOptions === undefined ? undefined : new NativeLayout(nativeOptions),
          exemplars: new Exemplars(this.options.exemplars),
        }),
    );
    return only(family, options.labels) as HistogramOf<Labels>;
  }

  /** States facts that do not change, as labels: a version, a commit. `_info` is added to the name. */
  info(
    name: string,
    labels: Readonly<Record<string, string>>,
    options: { readonly help?: string } = {},
  ): void {
    const definition = this.#define(name, 'info', { ...options, labels: Object.keys(labels) });
    this.#once(definition, 'info', () => new Gauges(definition, this)).set(labels, 1);
  }

  /** Declares which one of several states something is in. */
  stateSet<const State extends string>(
    name: string,
    options: { readonly help?: string; readonly states: readonly State[] },
  ): StateSet<State> {
    const definition = this.#define(name, 'stateset', {
      ...(options.help === undefined ? {} : { help: options.help }),
    });
    const shaped: FamilyDefinition = {
      ...definition,
      labelNames: [name],
      allowed: [new Set(options.states)],
    };
    const family = this.#once(shaped, options.states.join(), () => new Gauges(shaped, this));
    for (const state of options.states) family.withValues([state]);
    return {
      set: (state) => {
        for (const other of options.states) family.withValues([other]).set(other === state ? 1 : 0);
      },
    };
  }

  /** Declares a gauge, information or states by its kind, for whoever copies metrics from elsewhere. */
  gauges(
    name: string,
    kind: 'gauge' | 'info' | 'stateset',
    options: GaugeOptions & { readonly labels: readonly string[] },
  ): Gauges {
    const { labels } = options;
    const base = this.#define(name, kind, kind === 'stateset' ? { ...options, labels: [] } : options);
    const definition = { ...base, labelNames: labels, allowed: labels.map(() => undefined) };
    return this.#once(definition, definition.aggregate, () => new Gauges(definition, this));
  }

  /** The metric of this name, without `_total`. */
  family(name: string): Family | undefined {
    return this.#families.get(name);
  }

  /** Takes a metric and its series off the page. */
  unregister(name: string): boolean {
    const family = this.#families.get(name);
    if (family === undefined) return false;
    family.prune(() => false);
    this.#families.delete(name);
    for (const [claim, owner] of this.#claims) if (owner === name) this.#claims.delete(claim);
    return true;
  }

  /** How many series each metric has, and which labels bring what is beyond a limit. */
  cardinality(): CardinalityReport[] {
    return reportCardinality(this.families, this.#watches);
  }

  /** Runs `callback` whenever somebody collects; answers how to stop it. */
  onCollect(callback: CollectCallback): () => void {
    this.#callbacks.add(callback);
    return () => {
      this.#callbacks.delete(callback);
    };
  }

  /** Runs the callbacks, and takes expired series off the page. A callback that fails is counted. */
  async collect(): Promise<this> {
    const results = await Promise.allSettled([...this.#callbacks].map(async (callback) => callback()));
    const failed = results.filter(({ status }) => status === 'rejected').length;
    if (failed > 0 && this.options.hasSelfMetrics) {
      this.counter('oslofjord_metrics_collect_errors', {
        help: 'Callbacks that failed while metrics were collected.',
      }).inc(failed);
    }
    this.expire();
    return this;
  }

  /** Takes series off the page that had no event for longer than their time to live. */
  expire(): void {
    const now = this.now();
    for (const family of this.#families.values()) family.expire(now);
  }

  /** @internal */
  admit(_family: Family): boolean {
    return this.#seriesCount < this.options.series;
  }

  /** @internal */
  announce(family: Family, series: Series): boolean {
    const { record } = this.arena;
    if (record !== undefined) {
      const id = this.#recorded.get(family);
      if (id === undefined || !record(seriesLine(id, series))) return false;
    }
    this.#seriesCount += 1;
    return true;
  }

  /** @internal */
  dismiss(_family: Family, series: Series): void {
    this.arena.record?.(removalLine(series.position));
    this.#seriesCount -= 1;
  }

  /** @internal */
  overflowed(family: Family, labelValues: readonly string[]): void {
    let watch = this.#watches.get(family);
    if (watch === undefined) {
      watch = new OverflowWatch(family.labelNames.length);
      this.#watches.set(family, watch);
    }
    watch.note(labelValues);
    if (!this.options.hasSelfMetrics || family.name.startsWith('oslofjord_metrics_')) return;
    this.counter('oslofjord_metrics_overflow', {
      help: 'Events counted in the overflow series because their metric has as many series as it may.',
      labels: ['metric'],
    }).inc({ metric: family.name });
  }

  /** @internal */
  rejected(family: Family, reason: 'labels' | 'value', message: string): void {
    if (this.isStrict) throw new InvalidEventError(family.name, reason, message);
    if (!this.options.hasSelfMetrics) return;
    this.counter('oslofjord_metrics_rejected', {
      help: 'Events turned away because of their labels or value.',
      labels: ['metric', 'reason'],
    }).inc({ metric: family.name, reason });
  }

  #define(
    name: string,
    kind: MetricKind,
    options: MetricOptions & {
      readonly aggregate?: FamilyDefinition['aggregate'];
      readonly total?: boolean;
    },
  ): FamilyDefinition {
    return defineFamily(name, kind, options, { limit: this.options.seriesPerMetric, ttl: this.options.ttl });
  }

  #once<F extends Family>(definition: FamilyDefinition, shape: string, make: () => F): F {
    const { name } = definition;
    const existing = this.#families.get(name);
    const signature = `${definition.kind} ${definition.unit} ${definition.labelNames.join()} ${shape}`;
    if (existing !== undefined) {
      if (this.#signatures.get(existing) === signature) return existing as F;
      throw new MetricConflictError(name, 'another kind, unit, labels or buckets');
    }
    const claims = namesOf(definition);
    for (const claim of claims) {
      const owner = this.#claims.get(claim);
      if (owner !== undefined) throw new MetricConflictError(claim, `the metric '${owner}'`);
    }
    const family = make();
    for (const claim of claims) this.#claims.set(claim, name);
    this.#families.set(name, family);
    this.#signatures.set(family, signature);
    const id = this.#nextId;
    if (this.arena.record?.(familyLine(describeFamily(family, id))) === true) {
      this.#recorded.set(family, id);
      this.#nextId += 1;
    }
    return family;
  }

  readonly #signatures = new WeakMap<Family, string>();
  /** Families that readers of the arena know, by the number they know them by. */
  readonly #recorded = new WeakMap<Family, number>();
  #nextId = 0;
  readonly #watches = new WeakMap<Family, OverflowWatch>();
}

/** Every name under which samples of a metric stand on a page. */
const namesOf = ({ name, kind }: FamilyDefinition): string[] => {
  if (kind === 'counter') return [name, `${name}_total`, `${name}_created`];
  if (kind === 'histogram') {
    return [name, `${name}_bucket`, `${name}_count`, `${name}_sum`, `${name}_created`];
  }
  return kind === 'info' ? [name, `${name}_info`] : [name];
};

const only = (family: Family, labels: LabelDeclaration | undefined): unknown =>
  labels === undefined ? family.lookup({} satisfies EventLabels) : family;

/** Makes a registry. */
export const createMetrics = (options: MetricsOptions = {}): Registry => new Registry(options);
