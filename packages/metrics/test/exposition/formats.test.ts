import { execFileSync, spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import protobuf from 'protobufjs';
import { originalsMissing, programMissing, PYTHON } from '@oslofjord/services';
import { renderOpenMetrics } from '../../src/exposition/openmetrics.ts';
import { renderProtobuf } from '../../src/exposition/protobuf.ts';
import { pythonNumber } from '../../src/exposition/numbers.ts';
import { renderText } from '../../src/exposition/text.ts';
import { sampleRegistry } from './sample-registry.ts';
import { CLIENT_MODEL } from './client-model.ts';

const missing = await originalsMissing({ 'prometheus-client': '' }, ['python3-prometheus-client']);
const withPython = it.skipIf(missing !== undefined);

interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
  readonly exemplar: Readonly<Record<string, string>> | null;
}

const parse = (module: string, page: string): ParsedSample[] =>
  JSON.parse(
    execFileSync(
      PYTHON,
      [
        '-c',
        `import sys, json
from ${module} import text_string_to_metric_families as parse
print(json.dumps([dict(name=s.name, labels=s.labels, value=repr(float(s.value)), exemplar=s.exemplar.labels if s.exemplar else None)
  for f in parse(sys.stdin.buffer.read().decode()) for s in f.samples]))`,
      ],
      { input: page, encoding: 'utf8' },
    ),
  ) as ParsedSample[];

withPython("Python's strict parser reads the same samples from OpenMetrics as from text", () => {
  const registry = sampleRegistry();
  const open = parse('prometheus_client.openmetrics.parser', renderOpenMetrics(registry, { created: true }));
  const text = parse('prometheus_client.parser', renderText(registry));
  const key = ({ name, labels, value }: ParsedSample): string => JSON.stringify([name, labels, value]);
  const withoutCreated = open.filter(({ name }) => !name.endsWith('_created'));
  expect(withoutCreated.map(key).sort()).toEqual(text.map(key).sort());
  expect(open.length - withoutCreated.length).toBe(3);
  expect(open.find(({ name }) => name === 'took_seconds_created')?.value).toBe('1700000000.5');
});

withPython('exemplars stand in OpenMetrics where their events were counted', () => {
  const samples = parse('prometheus_client.openmetrics.parser', renderOpenMetrics(sampleRegistry()));
  const exemplars = samples.filter(({ exemplar }) => exemplar !== null);
  expect(exemplars.map(({ name, labels, exemplar }) => [name, labels, exemplar])).toEqual([
    ['http_requests_total', { route: '/a"b\\c\nd' }, { trace_id: 'abc', span_id: '"q"' }],
    ['took_seconds_bucket', { kind: 'a', le: '1.0' }, { trace_id: 'first' }],
  ]);
});

withPython('numbers written as Python writes them are what Python writes', () => {
  const numbers = Array.from({ length: 5000 }, (_, index) =>
    index % 3 === 0
      ? Math.round(Math.random() * 10 ** (index % 22))
      : (Math.random() - 0.4) * 10 ** ((index % 60) - 30),
  ).concat([0, -0, 1e6, 999_999, 1e10, 1e16, 1e22, 1e-5, 0.0001, 123_456_789.5, 5e-324, 1.7e308]);
  const theirs = JSON.parse(
    execFileSync(
      PYTHON,
      [
        '-c',
        'import sys, json; from prometheus_client.utils import floatToGoString as f; print(json.dumps([f(x) for x in json.load(sys.stdin)]))',
      ],
      {
        input: `[${numbers.map((value) => (Object.is(value, -0) ? '-0.0' : String(value))).join()}]`,
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
      },
    ),
  ) as string[];
  expect(numbers.map(pythonNumber)).toEqual(theirs);
});

it('promtool finds nothing to criticise on the text page', async ({ skip }) => {
  const missing = await programMissing('promtool', ['prometheus']);
  if (missing !== undefined) skip(missing);
  const registry = sampleRegistry();
  registry.unregister('odd');
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: renderText(registry),
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
});

it('protobuf messages say what the text says, with native buckets and start times', () => {
  const { root } = protobuf.parse(CLIENT_MODEL, { keepCase: true });
  const type = root.lookupType('io.prometheus.client.MetricFamily');
  const reader = protobuf.Reader.create(renderProtobuf(sampleRegistry()));
  const families: Record<string, { metric: Record<string, never>[]; type: string; unit?: string }> = {};
  while (reader.pos < reader.len) {
    const family = type.toObject(type.decodeDelimited(reader), {
      longs: Number,
      enums: String,
      defaults: false,
    });
    families[family.name as string] = family as never;
  }
  expect(Object.keys(families)).toEqual([
    'http_requests_total',
    'temperature_celsius',
    'odd',
    'took_seconds',
    'build_info',
    'mode',
  ]);
  expect(families.http_requests_total?.metric[0]).toMatchObject({
    label: [{ name: 'route', value: '/a"b\\c\nd' }],
    counter: {
      value: 3,
      exemplar: {
        label: [
          { name: 'trace_id', value: 'abc' },
          { name: 'span_id', value: '"q"' },
        ],
        value: 3,
      },
      created_timestamp: { seconds: 1_700_000_000, nanos: 500_000_000 },
    },
  });
  expect(families.temperature_celsius).toMatchObject({ type: 'GAUGE', unit: 'celsius' });
  expect(families.took_seconds?.metric[0]?.histogram).toEqual({
    sample_count: 4,
    sample_sum: 1e9 - 2.5,
    bucket: [
      { cumulative_count: 2, upper_bound: 0.1 },
      expect.objectContaining({ cumulative_count: 3, upper_bound: 1 }),
      { cumulative_count: 3, upper_bound: 1e6 },
      { cumulative_count: 4, upper_bound: Infinity },
    ],
    created_timestamp: { seconds: 1_700_000_000, nanos: 500_000_000 },
    // 1e9 and 0.5 are 2^30.9 apart: at most 160 buckets, so each is 2^(1/4) times as wide as the one before.
    schema: 2,
    zero_threshold: 2 ** -128,
    zero_count: 1,
    // 3 lies in (2^(6/4), 2^(7/4)], 0.5 in (2^(-5/4), 2^(-4/4)], 1e9 in (2^(119/4), 2^(120/4)].
    negative_span: [{ offset: 7, length: 1 }],
    negative_delta: [1],
    positive_span: [
      { offset: -4, length: 1 },
      { offset: 123, length: 1 },
    ],
    positive_delta: [1, 0],
  });
});
