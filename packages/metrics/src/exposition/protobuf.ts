import type { Exemplar } from '../families/exemplars.ts';
import type { Family, MetricKind } from '../families/family.ts';
import { Histograms } from '../families/instruments.ts';
import type { NativeBuckets } from '../families/native.ts';
import type { Series } from '../families/series.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import type { Registry } from '../registry.ts';
import { familiesOf, type PageOptions } from './page.ts';

// Numbers of fields: io.prometheus.client, metrics.proto of prometheus/client_model.
const FAMILY = { name: 1, help: 2, type: 3, metric: 4, unit: 5 } as const;
const METRIC = { label: 1, gauge: 2, counter: 3, histogram: 7 } as const;
const PAIR = { name: 1, value: 2 } as const;
const COUNTER = { value: 1, exemplar: 2, created: 3 } as const;
const GAUGE = { value: 1 } as const;
const EXEMPLAR = { label: 1, value: 2, timestamp: 3 } as const;
const BUCKET = { count: 1, bound: 2, exemplar: 3 } as const;
const SPAN = { offset: 1, length: 2 } as const;
const HISTOGRAM = {
  count: 1,
  sum: 2,
  bucket: 3,
  schema: 5,
  zeroThreshold: 6,
  zeroCount: 7,
  negativeSpan: 9,
  negativeDelta: 10,
  positiveSpan: 12,
  positiveDelta: 13,
  created: 15,
} as const;

const TYPES: Readonly<Record<MetricKind, number>> = {
  counter: 0,
  gauge: 1,
  histogram: 4,
  info: 1,
  stateset: 1,
};

const SLICE = 64;

/** Handed over where the work may be interrupted. */
const NOTHING = Buffer.alloc(0);

/** Empty buckets between two spans that are written out rather than begin a span of their own. */
const SMALL_GAP = 2;

const timestamp = (writer: ProtobufWriter, field: number, milliseconds: number): void => {
  writer.message(field, () => {
    writer.int64(1, Math.floor(milliseconds / 1000));
    writer.int64(2, Math.round((milliseconds % 1000) * 1e6));
  });
};

const pair = (writer: ProtobufWriter, field: number, name: string, value: string): void => {
  writer.message(field, () => {
    writer.string(PAIR.name, name);
    writer.string(PAIR.value, value);
  });
};

const writeExemplar = (writer: ProtobufWriter, field: number, exemplar: Exemplar | undefined): void => {
  if (exemplar === undefined) return;
  writer.message(field, () => {
    for (const [name, value] of Object.entries(exemplar.labels)) pair(writer, EXEMPLAR.label, name, value);
    writer.double(EXEMPLAR.value, exemplar.value);
    timestamp(writer, EXEMPLAR.timestamp, exemplar.time);
  });
};

/** Writes buckets as runs of neighbours, and each count as the difference from the one before. */
const writeSpans = (
  writer: ProtobufWriter,
  { start, counts }: NativeBuckets,
  spanField: number,
  deltaField: number,
): void => {
  const deltas: number[] = [];
  let before = 0;
  /** Index behind the last bucket written. */
  let end: number | undefined;
  for (let index = 0; index < counts.length;) {
    if ((counts[index] ?? 0) === 0) {
      index += 1;
      continue;
    }
    const first = index;
    let last = index;
    for (let next = index + 1; next < counts.length && next - last <= SMALL_GAP + 1; next += 1) {
      if ((counts[next] ?? 0) > 0) last = next;
    }
    const offset = start + first - (end ?? 0);
    const length = last - first + 1;
    writer.message(spanField, () => {
      writer.sint(SPAN.offset, offset);
      writer.uint(SPAN.length, length);
    });
    for (const count of counts.slice(first, last + 1)) {
      deltas.push(count - before);
      before = count;
    }
    end = start + last + 1;
    index = last + 1;
  }
  writer.packedSint(deltaField, deltas);
};

const writeHistogram = (writer: ProtobufWriter, family: Histograms, series: Series): void => {
  const { bounds, native } = family.layout;
  const { values, slot } = series;
  let total = 0;
  for (let index = 0; index <= bounds.length; index += 1) {
    total += values[slot + 1 + index] ?? 0;
    const count = total;
    writer.message(HISTOGRAM.bucket, () => {
      writer.uint(BUCKET.count, count);
      writer.double(BUCKET.bound, bounds[index] ?? Infinity);
      writeExemplar(writer, BUCKET.exemplar, family.exemplars?.of(series, index));
    });
  }
  writer.uint(HISTOGRAM.count, total);
  writer.double(HISTOGRAM.sum, values[slot] ?? 0);
  timestamp(writer, HISTOGRAM.created, series.created);
  if (native === undefined) return;
  const reading = native.read(values, slot + 2 + bounds.length);
  writer.sint(HISTOGRAM.schema, reading.schema);
  writer.double(HISTOGRAM.zeroThreshold, reading.zeroThreshold);
  writer.uint(HISTOGRAM.zeroCount, reading.zeroCount);
  writeSpans(writer, reading.negative, HISTOGRAM.negativeSpan, HISTOGRAM.negativeDelta);
  writeSpans(writer, reading.positive, HISTOGRAM.positiveSpan, HISTOGRAM.positiveDelta);
  if (total === 0) {
    // An empty span tells a native histogram without values from a classic one.
    writer.message(HISTOGRAM.positiveSpan, () => {
      writer.sint(SPAN.offset, 0);
      writer.uint(SPAN.length, 0);
    });
  }
};

const writeSeries = (writer: ProtobufWriter, family: Family, series: Series): void => {
  for (const [index, name] of family.labelNames.entries()) {
    pair(writer, METRIC.label, name, series.labelValues[index] ?? '');
  }
  if (family instanceof Histograms) {
    writer.message(METRIC.histogram, () => {
      writeHistogram(writer, family, series);
    });
    return;
  }
  const value = series.values[series.slot] ?? 0;
  if (family.definition.kind !== 'counter') {
    writer.message(METRIC.gauge, () => {
      writer.double(GAUGE.value, value);
    });
    return;
  }
  writer.message(METRIC.counter, () => {
    writer.double(COUNTER.value, value);
    writeExemplar(writer, COUNTER.exemplar, family.exemplars?.of(series, 0));
    timestamp(writer, COUNTER.created, series.created);
  });
};

/**
 * The page as Prometheus' delimited protobuf messages, one for each metric. A message is handed over only when it is
 * complete, and nothing in pieces between.
 */
export function* protobufPage(
  registry: Registry,
  { names }: PageOptions = {},
): Generator<Buffer, void, undefined> {
  const writer = new ProtobufWriter();
  for (const family of familiesOf(registry, names)) {
    const { kind, help, unit, suffix } = family.definition;
    const parts: Buffer[] = [];
    writer.reset();
    writer.string(FAMILY.name, `${family.name}${suffix}`);
    writer.string(FAMILY.help, help);
    writer.uint(FAMILY.type, TYPES[kind]);
    for (const [index, series] of family.series.entries()) {
      if (series.slot < 0) continue;
      writer.message(FAMILY.metric, () => {
        writeSeries(writer, family, series);
      });
      if (index % SLICE === SLICE - 1) {
        parts.push(Buffer.from(writer.bytes));
        writer.reset();
        yield NOTHING;
      }
    }
    if (unit !== '') writer.string(FAMILY.unit, unit);
    parts.push(Buffer.from(writer.bytes));
    writer.reset();
    writer.varint(parts.reduce((length, part) => length + part.length, 0));
    yield Buffer.from(writer.bytes);
    for (const part of parts) yield part;
  }
}

/** The page as Prometheus' delimited protobuf messages. Callbacks are not run: `collect()` does that. */
export const renderProtobuf = (registry: Registry, options: PageOptions = {}): Buffer =>
  Buffer.concat([...protobufPage(registry, options)]);
