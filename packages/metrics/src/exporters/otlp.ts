import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { PageSource } from '../exposition/pages.ts';
import type { Exemplar } from '../families/exemplars.ts';
import type { Family } from '../families/family.ts';
import { Histograms } from '../families/instruments.ts';
import type { NativeBuckets } from '../families/native.ts';
import type { Series } from '../families/series.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import type { Registry } from '../registry.ts';
import { type Pusher, type PushOptions, startPush } from './push.ts';

const compress = promisify(gzip);

// Numbers of fields: opentelemetry-proto, collector/metrics/v1 and metrics/v1.
const RESOURCE_METRICS = 1;
const RESOURCE = { resource: 1, scopeMetrics: 2, attributes: 1 } as const;
const SCOPE = { scope: 1, metrics: 2, name: 1 } as const;
const METRIC = { name: 1, description: 2, unit: 3, gauge: 5, sum: 7, histogram: 9, exponential: 10 } as const;
const DATA = { points: 1, temporality: 2, isMonotonic: 3 } as const;
const KEY_VALUE = { key: 1, value: 2, string: 1 } as const;
const NUMBER = { start: 2, time: 3, double: 4, exemplars: 5, attributes: 7 } as const;
const HISTOGRAM = {
  start: 2,
  time: 3,
  count: 4,
  sum: 5,
  counts: 6,
  bounds: 7,
  exemplars: 8,
  attributes: 9,
} as const;
const EXPONENTIAL = {
  attributes: 1,
  start: 2,
  time: 3,
  count: 4,
  sum: 5,
  scale: 6,
  zeroCount: 7,
  positive: 8,
  negative: 9,
  exemplars: 11,
  zeroThreshold: 14,
} as const;
const BUCKETS = { offset: 1, counts: 2 } as const;
const EXEMPLAR = { time: 2, double: 3, spanId: 4, traceId: 5, attributes: 7 } as const;
const CUMULATIVE = 2;

/** Names of units in the Unified Code for Units of Measure. */
const UNITS: Readonly<Record<string, string>> = {
  seconds: 's',
  bytes: 'By',
  celsius: 'Cel',
  ratio: '1',
  meters: 'm',
  volts: 'V',
  amperes: 'A',
  joules: 'J',
  grams: 'g',
};

/** What OTLP is sent with. */
export interface OtlpOptions extends PushOptions {
  /** Who sends: `service.name` and what else is known of it. */
  readonly resource: Readonly<Record<string, string>> & { readonly 'service.name': string };
}

const nanoseconds = (milliseconds: number): bigint => BigInt(Math.round(milliseconds)) * 1_000_000n;

const attribute = (writer: ProtobufWriter, field: number, key: string, value: string): void => {
  writer.message(field, () => {
    writer.string(KEY_VALUE.key, key);
    writer.message(KEY_VALUE.value, () => {
      writer.string(KEY_VALUE.string, value);
    });
  });
};

const attributes = (writer: ProtobufWriter, field: number, family: Family, series: Series): void => {
  for (const [index, name] of family.labelNames.entries()) {
    attribute(writer, field, name, series.labelValues[index] ?? '');
  }
};

/** Bytes of an identifier in hexadecimal, where it is one of that length. */
const identifier = (text: string | undefined, bytes: number): Buffer | undefined =>
  text?.length === bytes * 2 && /^[0-9a-f]+$/iu.test(text) ? Buffer.from(text, 'hex') : undefined;

const writeExemplar = (writer: ProtobufWriter, field: number, exemplar: Exemplar | undefined): void => {
  if (exemplar === undefined) return;
  const { trace_id: trace, span_id: span, ...others } = exemplar.labels;
  writer.message(field, () => {
    writer.fixed64(EXEMPLAR.time, nanoseconds(exemplar.time));
    writer.double(EXEMPLAR.double, exemplar.value);
    const spanId = identifier(span, 8);
    const traceId = identifier(trace, 16);
    if (spanId !== undefined) writer.raw(EXEMPLAR.spanId, spanId);
    if (traceId !== undefined) writer.raw(EXEMPLAR.traceId, traceId);
    for (const [name, value] of Object.entries(others)) attribute(writer, EXEMPLAR.attributes, name, value);
  });
};

const writeBuckets = (writer: ProtobufWriter, field: number, { start, counts }: NativeBuckets): void => {
  if (counts.length === 0) return;
  writer.message(field, () => {
    // Here bucket i ends at 2^(i · 2^−scale), there it begins at it.
    writer.sint(BUCKETS.offset, start - 1);
    writer.packedVarint(BUCKETS.counts, counts);
  });
};

const exponentialPoint = (writer: ProtobufWriter, family: Histograms, series: Series, time: bigint): void => {
  const { bounds, native } = family.layout;
  if (native === undefined) return;
  const { values, slot } = series;
  const reading = native.read(values, slot + 2 + bounds.length);
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  attributes(writer, EXPONENTIAL.attributes, family, series);
  writer.fixed64(EXPONENTIAL.start, nanoseconds(series.created));
  writer.fixed64(EXPONENTIAL.time, time);
  const count = reading.zeroCount + sum(reading.positive.counts) + sum(reading.negative.counts);
  writer.fixed64(EXPONENTIAL.count, BigInt(count));
  writer.double(EXPONENTIAL.sum, values[slot] ?? 0);
  writer.sint(EXPONENTIAL.scale, reading.schema);
  writer.fixed64(EXPONENTIAL.zeroCount, BigInt(reading.zeroCount));
  writeBuckets(writer, EXPONENTIAL.positive, reading.positive);
  writeBuckets(writer, EXPONENTIAL.negative, reading.negative);
  writer.double(EXPONENTIAL.zeroThreshold, reading.zeroThreshold);
  for (let index = 0; index <= bounds.length; index += 1) {
    writeExemplar(writer, EXPONENTIAL.exemplars, family.exemplars?.of(series, index));
  }
};

const histogramPoint = (writer: ProtobufWriter, family: Histograms, series: Series, time: bigint): void => {
  const { bounds } = family.layout;
  const { values, slot } = series;
  const counts = [...values.subarray(slot + 1, slot + 2 + bounds.length)];
  writer.fixed64(HISTOGRAM.start, nanoseconds(series.created));
  writer.fixed64(HISTOGRAM.time, time);
  writer.fixed64(HISTOGRAM.count, BigInt(counts.reduce((total, count) => total + count, 0)));
  writer.double(HISTOGRAM.sum, values[slot] ?? 0);
  writer.packedFixed64(HISTOGRAM.counts, counts);
  writer.packedDouble(HISTOGRAM.bounds, [...bounds]);
  attributes(writer, HISTOGRAM.attributes, family, series);
  for (let index = 0; index <= bounds.length; index += 1) {
    writeExemplar(writer, HISTOGRAM.exemplars, family.exemplars?.of(series, index));
  }
};

const numberPoint = (writer: ProtobufWriter, family: Family, series: Series, time: bigint): void => {
  if (family.definition.kind === 'counter') writer.fixed64(NUMBER.start, nanoseconds(series.created));
  writer.fixed64(NUMBER.time, time);
  writer.double(NUMBER.double, series.values[series.slot] ?? 0);
  attributes(writer, NUMBER.attributes, family, series);
  writeExemplar(writer, NUMBER.exemplars, family.exemplars?.of(series, 0));
};

const writeMetric = (writer: ProtobufWriter, family: Family, time: bigint): void => {
  const { kind, help, unit } = family.definition;
  const isExponential = family instanceof Histograms && family.layout.native !== undefined;
  const field =
    kind === 'counter'
      ? METRIC.sum
      : kind !== 'histogram'
        ? METRIC.gauge
        : isExponential
          ? METRIC.exponential
          : METRIC.histogram;
  writer.string(METRIC.name, family.name);
  writer.string(METRIC.description, help);
  writer.string(METRIC.unit, UNITS[unit] ?? unit);
  writer.message(field, () => {
    for (const series of family.series) {
      writer.message(DATA.points, () => {
        if (!(family instanceof Histograms)) numberPoint(writer, family, series, time);
        else if (isExponential) exponentialPoint(writer, family, series, time);
        else histogramPoint(writer, family, series, time);
      });
    }
    if (field === METRIC.gauge) return;
    writer.uint(DATA.temporality, CUMULATIVE);
    if (field === METRIC.sum) writer.uint(DATA.isMonotonic, 1);
  });
};

/** @returns an ExportMetricsServiceRequest with all metrics, cumulative, each with its start time */
export const encodeOtlp = (
  registry: Registry,
  resource: Readonly<Record<string, string>>,
  now: number = Date.now(),
): Buffer => {
  const writer = new ProtobufWriter();
  const time = nanoseconds(now);
  writer.message(RESOURCE_METRICS, () => {
    writer.message(RESOURCE.resource, () => {
      for (const [key, value] of Object.entries(resource)) attribute(writer, RESOURCE.attributes, key, value);
    });
    writer.message(RESOURCE.scopeMetrics, () => {
      writer.message(SCOPE.scope, () => {
        writer.string(SCOPE.name, '@oslofjord/metrics');
      });
      for (const family of registry.families) {
        if (family.series.length === 0) continue;
        writer.message(SCOPE.metrics, () => {
          writeMetric(writer, family, time);
        });
      }
    });
  });
  return Buffer.from(writer.bytes);
};

/**
 * Sends metrics over OTLP/HTTP, as protobuf, compressed: to an OpenTelemetry collector or whatever speaks the protocol.
 * A histogram with a native part is sent as an exponential one.
 * @throws ConfigurationError
 */
export const pushOtlp = (source: PageSource, { resource, ...options }: OtlpOptions): Pusher =>
  startPush(
    source,
    {
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
      encode: async (registry) => [await compress(encodeOtlp(registry, resource))],
    },
    options,
  );
