import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { expect, it } from 'vitest';
import type { PushError } from '../../src/errors.ts';
import { pushOtlp } from '../../src/exporters/otlp.ts';
import { createMetrics } from '../../src/registry.ts';
import { OTLP } from './otlp-schema.ts';

interface Received {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** A server that answers with the given statuses, then with 200. */
const receiver = async (
  statuses: number[] = [],
): Promise<AsyncDisposable & { readonly url: string; readonly received: Received[] }> => {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(statuses.shift() ?? 200, { 'retry-after': '0.01' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    received,
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1/metrics`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const decode = (body: Buffer): unknown => {
  const type = protobuf.parse(OTLP, { keepCase: true }).root.lookupType('otlp.ExportMetricsServiceRequest');
  return type.toObject(type.decode(gunzipSync(body)), { longs: String, enums: String, bytes: String });
};

const NOW = 1_700_000_000_000;
const MOMENT: unknown = expect.stringMatching(/^\d{19}$/u);

it('what is pushed decodes with the published schema: sums, gauges, histograms of both kinds, exemplars, start times', async () => {
  await using server = await receiver();
  const metrics = createMetrics({ now: () => NOW });
  metrics.counter('jobs', { help: 'Jobs.', labels: ['kind'] }).inc({ kind: 'a' }, 3, {
    trace_id: '0123456789abcdef0123456789abcdef',
    span_id: '0123456789abcdef',
    who: 'me',
  });
  metrics.gauge('pool_bytes', { help: 'Pool.', unit: 'bytes' }).set(-1.5);
  metrics.histogram('took_seconds', { unit: 'seconds', help: 'Took.', buckets: [1, 2] }).observe(1.5);
  const native = metrics.histogram('size', { help: 'Size.', native: { schema: 0 } });
  for (const value of [1, 3, 4, 100, -2, 0]) native.observe(value);
  await using pusher = pushOtlp(metrics, {
    url: server.url,
    resource: { 'service.name': 'api' },
    headers: { authorization: 'Bearer s3cret' },
  });
  await pusher.flush();
  const [request] = server.received;
  expect(request?.headers).toMatchObject({
    'content-type': 'application/x-protobuf',
    authorization: 'Bearer s3cret',
  });
  const start = '1700000000000000000';
  const text = (key: string, value: string): unknown => ({ key, value: { string_value: value } });
  expect(decode(request!.body)).toEqual({
    resource_metrics: [
      {
        resource: { attributes: [text('service.name', 'api')] },
        scope_metrics: [
          {
            scope: { name: '@oslofjord/metrics' },
            metrics: [
              {
                name: 'jobs',
                description: 'Jobs.',
                sum: {
                  aggregation_temporality: 'CUMULATIVE',
                  is_monotonic: true,
                  data_points: [
                    {
                      attributes: [text('kind', 'a')],
                      start_time_unix_nano: start,
                      time_unix_nano: MOMENT,
                      as_double: 3,
                      exemplars: [
                        {
                          time_unix_nano: MOMENT,
                          as_double: 3,
                          trace_id: Buffer.from('0123456789abcdef0123456789abcdef', 'hex').toString('base64'),
                          span_id: Buffer.from('0123456789abcdef', 'hex').toString('base64'),
                          filtered_attributes: [text('who', 'me')],
                        },
                      ],
                    },
                  ],
                },
              },
              {
                name: 'pool_bytes',
                description: 'Pool.',
                unit: 'By',
                gauge: { data_points: [{ time_unix_nano: MOMENT, as_double: -1.5 }] },
              },
              {
                name: 'took_seconds',
                description: 'Took.',
                unit: 's',
                histogram: {
                  aggregation_temporality: 'CUMULATIVE',
                  data_points: [
                    {
                      start_time_unix_nano: start,
                      time_unix_nano: MOMENT,
                      count: '1',
                      sum: 1.5,
                      bucket_counts: ['0', '1', '0'],
                      explicit_bounds: [1, 2],
                    },
                  ],
                },
              },
              {
                name: 'size',
                description: 'Size.',
                exponential_histogram: {
                  aggregation_temporality: 'CUMULATIVE',
                  data_points: [
                    {
                      start_time_unix_nano: start,
                      time_unix_nano: MOMENT,
                      count: '6',
                      sum: 106,
                      zero_count: '1',
                      zero_threshold: 2 ** -128,
                      // (2^-1, 2^0] holds 1, (2^1, 2^2] holds 3 and 4, (2^6, 2^7] holds 100.
                      // An offset, a scale and a unit that are nothing are not sent.
                      positive: { offset: -1, bucket_counts: ['1', '0', '2', '0', '0', '0', '0', '1'] },
                      negative: { bucket_counts: ['1'] },
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
  });
});

it('a push that the other side is too busy for is made anew; another refusal is told without the credentials', async () => {
  await using server = await receiver([503, 429]);
  const metrics = createMetrics();
  metrics.counter('c').inc();
  const told: PushError[] = [];
  await using pusher = pushOtlp(metrics, {
    url: server.url,
    resource: { 'service.name': 'api' },
    headers: { authorization: 'Bearer s3cret' },
    onError: (error) => told.push(error),
  });
  await pusher.flush();
  expect(server.received.length).toBe(3);
  await using refusing = await receiver([400, 400]);
  const other = pushOtlp(metrics, {
    url: refusing.url,
    resource: { 'service.name': 'api' },
    headers: { authorization: 'Bearer s3cret' },
    onError: (error) => told.push(error),
  });
  await expect(other.flush()).rejects.toMatchObject({ code: 'ERR_METRICS_PUSH', status: 400 });
  await other.close();
  await other.close();
  expect(told.map(({ status }) => status)).toEqual([400]);
  expect(JSON.stringify(told) + String(told[0]?.stack)).not.toContain('s3cret');
});

it('a push to nobody fails in its time and stops nothing', async () => {
  const metrics = createMetrics();
  metrics.counter('c').inc();
  await using pusher = pushOtlp(metrics, {
    url: 'http://127.0.0.1:9/v1/metrics',
    resource: { 'service.name': 'api' },
    retries: 0,
  });
  await expect(pusher.flush()).rejects.toMatchObject({ status: undefined, code: 'ERR_METRICS_PUSH' });
  await expect(pusher.flush({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

it('options that cannot work are refused, all at once', () => {
  expect(() =>
    pushOtlp(createMetrics(), {
      url: 'http://user:pass@x/',
      interval: '0s',
      retries: -1,
      resource: { 'service.name': 'a' },
    }),
  ).toThrow(/interval:[\s\S]*retries:[\s\S]*url:/u);
});
