import type { Duration } from '@oslofjord/config';
import { MetricDeclarationError, type MetricsIssue } from '../errors.ts';
import { readDuration } from '../options.ts';
import type { Aggregate, FamilyDefinition, MetricKind } from './family.ts';
import { type LabelDeclaration, resolveLabels } from './labels.ts';
import type { NativeOptions } from './native.ts';

/** What every metric may be declared with. */
export interface MetricOptions<Labels extends LabelDeclaration | undefined = LabelDeclaration | undefined> {
  /**
   * A sentence for whoever reads the page.
   * @default the name
   */
  readonly help?: string;
  /** The base unit, which is also the end of the name: `seconds`, `bytes`. */
  readonly unit?: string;
  /** Label names; or names with the values that each may have. */
  readonly labels?: Labels;
  /** How many series it may have; the registry's limit by default. */
  readonly limit?: number;
  /** How long a series stays without an event; the registry's by default. */
  readonly ttl?: Duration;
}

/** What a counter may be declared with. */
export interface CounterOptions<
  Labels extends LabelDeclaration | undefined = LabelDeclaration | undefined,
> extends MetricOptions<Labels> {
  /**
   * Whether `_total` is added to the name, as OpenMetrics wants it. Only a page that must keep an older name goes without.
   * @default true
   */
  readonly total?: boolean;
}

/** What a gauge may be declared with. */
export interface GaugeOptions<
  Labels extends LabelDeclaration | undefined = LabelDeclaration | undefined,
> extends MetricOptions<Labels> {
  /**
   * How the gauges of several processes become one.
   * @default 'livesum'
   */
  readonly aggregate?: Aggregate;
  /** Asked for the value whenever somebody collects; for a gauge without labels. */
  readonly observe?: () => number | Promise<number>;
}

/** What a histogram may be declared with. */
export interface HistogramOptions<
  Labels extends LabelDeclaration | undefined = LabelDeclaration | undefined,
> extends MetricOptions<Labels> {
  /**
   * Upper bounds, ascending; +Inf is added.
   * @default those of OpenTelemetry for durations in seconds: 0.005 to 10
   */
  readonly buckets?: readonly number[];
  /** Also keeps a native histogram, which Prometheus reads in its protobuf form. */
  readonly native?: boolean | NativeOptions;
}

/** Bounds for durations of requests in seconds, as OpenTelemetry advises. */
export const DURATION_BUCKETS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/u;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/u;

/** Labels that the format itself uses. */
const RESERVED: Readonly<Partial<Record<MetricKind, string>>> = { histogram: 'le' };

/** @returns the definition, with the registry's defaults; @throws MetricDeclarationError with every problem */
export const defineFamily = (
  written: string,
  kind: MetricKind,
  options: MetricOptions & { readonly aggregate?: Aggregate; readonly total?: boolean },
  defaults: { readonly limit: number; readonly ttl: number | undefined },
): FamilyDefinition => {
  const issues: MetricsIssue[] = [];
  const suffix = kind === 'counter' && options.total !== false ? '_total' : kind === 'info' ? '_info' : '';
  const name = suffix !== '' && written.endsWith(suffix) ? written.slice(0, -suffix.length) : written;
  if (!METRIC_NAME.test(name)) {
    issues.push({ path: 'name', message: `'${written}' is no name; write letters, digits, _ and :` });
  }
  const unit = options.unit ?? '';
  if (unit !== '' && !name.endsWith(`_${unit}`)) {
    issues.push({ path: 'unit', message: `the name does not end in '_${unit}'` });
  }
  const { names, allowed } = resolveLabels(options.labels);
  for (const label of names) {
    if (!LABEL_NAME.test(label) || label.startsWith('__')) {
      issues.push({ path: `labels.${label}`, message: 'is no label name; write letters, digits and _' });
    }
    if (label === RESERVED[kind] || (kind === 'stateset' && label === name)) {
      issues.push({ path: `labels.${label}`, message: `is a name that a ${kind} uses itself` });
    }
  }
  if (new Set(names).size < names.length) issues.push({ path: 'labels', message: 'a name stands twice' });
  const limit = options.limit ?? defaults.limit;
  if (!(limit >= 1)) issues.push({ path: 'limit', message: `${String(limit)} is no number of series` });
  const ttl = options.ttl === undefined ? defaults.ttl : readDuration(options.ttl, 'ttl', issues);
  if (issues.length > 0) throw new MetricDeclarationError(written, issues);
  return {
    name,
    suffix,
    kind,
    help: options.help ?? name,
    unit,
    labelNames: names,
    allowed,
    aggregate: options.aggregate ?? (kind === 'info' || kind === 'stateset' ? 'livemax' : 'livesum'),
    limit,
    ttl,
  };
};

/** @returns bounds without +Inf; @throws MetricDeclarationError */
export const checkBuckets = (metric: string, buckets: readonly number[]): Float64Array => {
  const bounds = buckets.at(-1) === Infinity ? buckets.slice(0, -1) : buckets;
  const wrong = bounds.findIndex(
    (bound, index) => !Number.isFinite(bound) || (index > 0 && bound <= (bounds[index - 1] ?? 0)),
  );
  if (wrong !== -1) {
    throw new MetricDeclarationError(metric, [
      { path: `buckets.${String(wrong)}`, message: `${String(bounds[wrong])} does not ascend` },
    ]);
  }
  return Float64Array.from(bounds);
};

/** @throws MetricDeclarationError */
export const checkNative = (metric: string, options: NativeOptions): NativeOptions => {
  const issues: MetricsIssue[] = [];
  const { schema = 3, zeroThreshold = 2 ** -128, maxBuckets = 160 } = options;
  if (!Number.isInteger(schema) || schema < -4 || schema > 8) {
    issues.push({ path: 'native.schema', message: `${String(schema)} is not from -4 to 8` });
  }
  if (!(zeroThreshold >= 2 ** -128) || zeroThreshold === Infinity) {
    issues.push({ path: 'native.zeroThreshold', message: `${String(zeroThreshold)} is below 2^-128` });
  }
  // With 80 buckets the coarsest schema, -4, spans every number above the threshold.
  if (!Number.isInteger(maxBuckets) || maxBuckets < 80) {
    issues.push({ path: 'native.maxBuckets', message: `${String(maxBuckets)} is less than 80` });
  }
  if (issues.length > 0) throw new MetricDeclarationError(metric, issues);
  return { schema, zeroThreshold, maxBuckets };
};

/** @returns `count` bounds from `start` on, each `factor` times the one before */
export const exponentialBuckets = (start: number, factor: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => start * factor ** index);

/** @returns `count` bounds from `start` on, `width` apart */
export const linearBuckets = (start: number, width: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => start + width * index);
