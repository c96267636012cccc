import { bound } from '../exposition/numbers.ts';
import type { PageSource } from '../exposition/pages.ts';
import type { Family } from '../families/family.ts';
import { Histograms } from '../families/instruments.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import type { Registry } from '../registry.ts';
import { type Pusher, type PushOptions, startPush } from './push.ts';
import { snappy } from './snappy.ts';

// Numbers of fields: prometheus, prompb/remote.proto and types.proto.
const TIME_SERIES = 1;
const SERIES = { labels: 1, samples: 2 } as const;
const LABEL = { name: 1, value: 2 } as const;
const SAMPLE = { value: 1, timestamp: 2 } as const;

/** The NaN that tells Prometheus that a series has ended. */
const STALE = 0x7ff0_0000_0000_0002n;

/** Bytes of a request before compression, about: what receivers take without complaint. */
const REQUEST_BYTES = 1_000_000;

/** What remote write is done with. */
export interface RemoteWriteOptions extends PushOptions {
  /** Put on each series: `job` and `instance`, as a scrape would do it. */
  readonly labels: Readonly<Record<string, string>> & { readonly job: string };
}

type Labels = readonly (readonly [name: string, value: string])[];

const writeSample = (
  writer: ProtobufWriter,
  name: string,
  labels: Labels,
  value: number | undefined,
  time: number,
): void => {
  const all = [...labels, ['__name__', name] as const].sort(([a], [b]) => (a < b ? -1 : 1));
  writer.message(TIME_SERIES, () => {
    for (const [label, text] of all) {
      if (text === '') continue;
      writer.message(SERIES.labels, () => {
        writer.string(LABEL.name, label);
        writer.string(LABEL.value, text);
      });
    }
    writer.message(SERIES.samples, () => {
      if (value === undefined) writer.fixed64(SAMPLE.value, STALE);
      else writer.double(SAMPLE.value, value);
      writer.int64(SAMPLE.timestamp, time);
    });
  });
};

/** Every sample of a family: name, labels and value. */
function* samplesOf(family: Family): Generator<readonly [name: string, labels: Labels, value: number]> {
  const { name, labelNames } = family;
  const { suffix } = family.definition;
  const bounds = family instanceof Histograms ? [...[...family.layout.bounds].map(bound), '+Inf'] : [];
  for (const { labelValues, values, slot } of family.series) {
    const labels = labelNames.map((label, index) => [label, labelValues[index] ?? ''] as const);
    if (!(family instanceof Histograms)) {
      yield [`${name}${suffix}`, labels, values[slot] ?? 0];
      continue;
    }
    let total = 0;
    for (const [index, le] of bounds.entries()) {
      total += values[slot + 1 + index] ?? 0;
      yield [`${name}_bucket`, [...labels, ['le', le]], total];
    }
    yield [`${name}_count`, labels, total];
    yield [`${name}_sum`, labels, values[slot] ?? 0];
  }
}

/** @returns the bodies of remote write requests, compressed; with `isLast` they say that the series have ended */
export const encodeRemoteWrite = (
  registry: Registry,
  common: Readonly<Record<string, string>>,
  isLast = false,
  time: number = Date.now(),
): Buffer[] => {
  const bodies: Buffer[] = [];
  const writer = new ProtobufWriter();
  for (const family of registry.families) {
    for (const [name, labels, value] of samplesOf(family)) {
      const names = new Set(labels.map(([label]) => label));
      // A metric's own label wins, as with honor_labels.
      const added = Object.entries(common).filter(([label]) => !names.has(label));
      writeSample(writer, name, [...labels, ...added], isLast ? undefined : value, time);
      if (writer.bytes.length < REQUEST_BYTES) continue;
      bodies.push(snappy(writer.bytes));
      writer.reset();
    }
  }
  if (writer.bytes.length > 0) bodies.push(snappy(writer.bytes));
  return bodies;
};

/**
 * Writes metrics to Prometheus, or whatever takes remote write 1.0. At the end each series is marked as ended, so that no
 * query sees its last value for five more minutes.
 * @throws ConfigurationError
 */
export const pushRemoteWrite = (source: PageSource, { labels, ...options }: RemoteWriteOptions): Pusher => {
  let last = 0;
  return startPush(
    source,
    {
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-write-version': '0.1.0',
      },
      encode: (registry, isLast) => {
        // Prometheus refuses two samples of one time.
        last = Math.max(last + 1, Date.now());
        const values = encodeRemoteWrite(registry, labels, false, last);
        return isLast ? [...values, ...encodeRemoteWrite(registry, labels, true, last + 1)] : values;
      },
    },
    options,
  );
};
