import type { CounterSeries } from '../families/counter.ts';
import type { HistogramSeries } from '../families/histogram.ts';
import type { Counters, Histograms } from '../families/instruments.ts';
import { OVERFLOW } from '../families/labels.ts';
import type { Registry } from '../registry.ts';
import { cutMessage, isCanonical, plainValue } from '../wire/canonical.ts';
import { OSLO_BUCKETS, OSLO_METRICS, type OsloMetric } from '../wire/definitions.ts';
import { isRejection, type OsloMessage, readMessage, type Rejection } from '../wire/message.ts';
import { PythonFloat, PythonInteger, type PythonValue } from '../wire/python-json.ts';
import { type CachedSeries, SeriesCache } from './series-cache.ts';

/** What may be asked of a collector's intake. */
export interface IntakeOptions {
  /** `oslo` counts what Python counts, also where that spoils a series for good. */
  readonly compat?: 'oslo' | undefined;
  /** Bytes of UTF-8 that a label may have; only the safe mode looks. */
  readonly labelBytes: number;
  /** Compat: a series has a label that Python cannot send. */
  readonly onUnencodable?: () => void;
}

/** Names of deviations from Python in the safe mode that the intake can tell. */
export type Deviation = 'D1' | 'D2' | 'D3' | 'D4' | 'D5';

/** How often what happened. */
export interface IntakeReport {
  rejected(rejection: Rejection): void;
  /** Safe mode: an event was treated otherwise than Python does. */
  deviated(deviation: Deviation): void;
  /** A duration below zero was counted. */
  negative(): void;
}

/** Where the daemon's own buffer ends. */
export const MOST_BYTES = 65_565;

const CACHE_SIZE = 65_536;

/** A half of a pair without the other. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** @returns the family of each metric of oslo.messaging, declared in the order of the page */
export const declareOsloMetrics = (registry: Registry): ReadonlyMap<OsloMetric, Counters | Histograms> =>
  new Map(
    OSLO_METRICS.map((metric) => {
      const options = { help: metric.help, labels: metric.labels };
      const name = `oslo_messaging_${metric.name}`;
      const family =
        metric.kind === 'counter'
          ? registry.counter(name, options)
          : registry.histogram(name, { ...options, buckets: OSLO_BUCKETS });
      return [metric, family as unknown as Counters | Histograms];
    }),
  );

/** @returns the float Python adds for this value; a text where it raises */
const amountOf = (value: PythonValue): number | string => {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof PythonFloat) return value.value;
  if (value instanceof PythonInteger) {
    const { value: amount } = value;
    return Number.isFinite(amount) ? amount : 'int too large to convert to float';
  }
  return 'it is no number';
};

/** Counts messages in a registry: text in, numbers changed. */
export class Intake {
  readonly #families: ReadonlyMap<OsloMetric, Counters | Histograms>;
  readonly #isOslo: boolean;
  readonly #labelBytes: number;
  readonly #report: IntakeReport;
  readonly #onUnencodable: (() => void) | undefined;
  readonly #cache = new SeriesCache(CACHE_SIZE);

  constructor(
    registry: Registry,
    { compat, labelBytes, onUnencodable }: IntakeOptions,
    report: IntakeReport,
  ) {
    this.#families = declareOsloMetrics(registry);
    this.#isOslo = compat === 'oslo';
    this.#labelBytes = labelBytes;
    this.#report = report;
    this.#onUnencodable = onUnencodable;
  }

  /** Counts one datagram. */
  process(bytes: Buffer): void {
    if (bytes.length > MOST_BYTES) {
      if (!this.#isOslo) {
        this.#report.rejected({
          reason: 'too_large',
          message: `it has ${String(bytes.length)} bytes, more than ${String(MOST_BYTES)}`,
        });
        return;
      }
      bytes = bytes.subarray(0, MOST_BYTES);
    }
    const text = bytes.toString('latin1');
    const cut = cutMessage(text);
    const cached = cut === undefined ? undefined : this.#cache.get(cut.key);
    if (cut !== undefined && cached !== undefined && this.#countAgain(cached, cut.value)) return;
    this.#processNew(bytes, text, cut?.key);
  }

  /** Counts one more event of a known series; false where the value needs a closer look. */
  #countAgain(cached: CachedSeries, text: string): boolean {
    const value = plainValue(text);
    if (value === undefined) return false;
    if (cached.action === 'inc') {
      if (value < 0) return false;
      cached.series.add(value);
      return true;
    }
    if (text === 'null') return false;
    if (value < 0) this.#report.negative();
    cached.series.observe(value);
    return true;
  }

  #processNew(bytes: Buffer, text: string, key: string | undefined): void {
    const message = readMessage(bytes);
    if (isRejection(message)) {
      this.#report.rejected(message);
      return;
    }
    const found = this.#isOslo ? this.#countAsPython(message) : this.#countSafely(message);
    if (isRejection(found)) this.#report.rejected(found);
    else if (key !== undefined && found.isStable && isCanonical(text)) this.#cache.set(key, found.cached);
  }

  #familyOf(metric: OsloMetric): Counters | Histograms {
    const family = this.#families.get(metric);
    if (family === undefined) throw new TypeError(`${metric.name} is not declared`);
    return family;
  }

  /** In Python the labels make a series before anybody looks at the action. */
  #countAsPython({ metric, action, value, labelValues }: OsloMessage): Counted | Rejection {
    const family = this.#familyOf(metric);
    const series = family.withValues(labelValues);
    if (labelValues.some((label) => label.search(LONE_SURROGATE) >= 0)) this.#onUnencodable?.();
    const problem = action === 'inc' ? problemOfInc(metric, value) : problemOfObserve(metric, value);
    if (problem !== undefined) return problem;
    const amount = value === null ? 1 : (amountOf(value) as number);
    return countIn(family, series, action, amount);
  }

  #countSafely({ metric, action, value, labelValues }: OsloMessage): Counted | Rejection {
    const family = this.#familyOf(metric);
    const problem = action === 'inc' ? problemOfInc(metric, value) : problemOfObserve(metric, value);
    if (problem !== undefined) {
      this.#report.deviated('D2');
      return problem;
    }
    const amount = value === null ? 1 : (amountOf(value) as number);
    if (!Number.isFinite(amount)) {
      this.#report.deviated('D1');
      return { reason: 'value', message: `${String(amount)} would spoil the series for good` };
    }
    const long = labelValues.findIndex((label) => Buffer.byteLength(label) > this.#labelBytes);
    if (long >= 0) {
      this.#report.deviated('D4');
      return {
        reason: 'label_too_long',
        message: `the label '${metric.labels[long] ?? ''}' has more than ${String(this.#labelBytes)} bytes`,
      };
    }
    const isWellFormed = !labelValues.some((label) => label.search(LONE_SURROGATE) >= 0);
    if (!isWellFormed) this.#report.deviated('D3');
    const series = family.withValues(
      isWellFormed ? labelValues : labelValues.map((label) => label.replace(LONE_SURROGATE, '\ufffd')),
    );
    const isOverflow = series.labelValues[0] === OVERFLOW && labelValues[0] !== OVERFLOW;
    if (isOverflow) this.#report.deviated('D5');
    if (amount < 0) this.#report.negative();
    const counted = countIn(family, series, action, amount);
    return { ...counted, isStable: isWellFormed && !isOverflow };
  }
}

interface Counted {
  readonly cached: CachedSeries;
  /** Whether messages with the same text mean the same series from now on. */
  readonly isStable: boolean;
}

const problemOfInc = ({ kind }: OsloMetric, value: PythonValue): Rejection | undefined => {
  if (kind !== 'counter') return { reason: 'action', message: "'Histogram' object has no attribute 'inc'" };
  const amount = value === null ? 1 : amountOf(value);
  if (typeof amount === 'string') return { reason: 'value', message: amount };
  return amount < 0
    ? { reason: 'value', message: 'Counters can only be incremented by non-negative amounts.' }
    : undefined;
};

const problemOfObserve = ({ kind }: OsloMetric, value: PythonValue): Rejection | undefined => {
  if (kind !== 'histogram')
    return { reason: 'action', message: "'Counter' object has no attribute 'observe'" };
  if (value === null) return { reason: 'value', message: "observe() is missing its argument 'amount'" };
  const amount = amountOf(value);
  return typeof amount === 'string' ? { reason: 'value', message: amount } : undefined;
};

/** The bucket of a value that may be infinite; undefined for NaN, which is below no bound. */
const bucketOf = (value: number, bounds: Float64Array): number | undefined => {
  if (Number.isNaN(value)) return undefined;
  const found = bounds.findIndex((bound) => value <= bound);
  return found < 0 ? bounds.length : found;
};

const countIn = (
  family: Counters | Histograms,
  series: CounterSeries | HistogramSeries,
  action: 'inc' | 'observe',
  amount: number,
): Counted => {
  if (action === 'inc') {
    const counter = series as CounterSeries;
    counter.add(amount);
    return { cached: { action, series: counter }, isStable: true };
  }
  const histogram = series as HistogramSeries;
  if (Number.isFinite(amount)) histogram.observe(amount);
  else {
    histogram.addToSum(amount);
    const bucket = bucketOf(amount, (family as Histograms).layout.bounds);
    if (bucket !== undefined) histogram.addToBucket(bucket, 1);
  }
  return { cached: { action, series: histogram }, isStable: true };
};
