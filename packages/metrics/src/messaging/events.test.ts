import { expect, test } from 'vitest';
import { renderText } from '../exposition/text.ts';
import { createMetrics } from '../registry.ts';
import { registryEvents } from './events.ts';
import { RpcMetrics } from './rpc-metrics.ts';
import { osloMessagingMetricsOptions, rpcMetricsFromConfig } from './options.ts';

const calls = async (conventions: 'oslo' | 'otel' | 'dup'): Promise<string> => {
  const registry = createMetrics({ selfMetrics: false });
  const metrics = new RpcMetrics(registryEvents(registry, { conventions, system: 'rabbitmq' }), 'api');
  const call = { target: { topic: 't' }, method: 'm', callType: 'call' } as const;
  await metrics.client(call, () => Promise.resolve('done'));
  await metrics.client(call, () => Promise.reject(new RangeError('no'))).catch(() => undefined);
  return renderText(registry);
};

const OSLO = /^oslo_messaging_rpc_client_processing_seconds_count\{.*\} 1$/mu;
const OTEL =
  /^rpc_client_call_duration_seconds_count\{error_type="",messaging_destination_name="t",rpc_method="m",rpc_system_name="rabbitmq"\} 1$/mu;
const OTEL_FAILED = /^rpc_client_call_duration_seconds_count\{error_type="RangeError",.*\} 1$/mu;

test.each([
  ['oslo', true, false],
  ['otel', false, true],
  ['dup', true, true],
] as const)('conventions %s name the metrics of calls', async (conventions, isOslo, isOtel) => {
  const page = await calls(conventions);
  expect([OSLO.test(page), OTEL.test(page), OTEL_FAILED.test(page)]).toEqual([isOslo, isOtel, isOtel]);
});

test('what a call answers and fails with passes through', async () => {
  const metrics = new RpcMetrics(registryEvents(createMetrics()));
  const call = { target: { topic: 't' }, method: 'm', callType: 'call' } as const;
  expect(await metrics.client(call, () => Promise.resolve(7))).toBe(7);
  await expect(metrics.client(call, () => Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError);
});

test("[oslo_messaging_metrics] has oslo.messaging's options and defaults, and is off unless it is enabled", () => {
  const defaults = Object.fromEntries(
    Object.entries(osloMessagingMetricsOptions.options).map(([name, option]) => [name, option.default]),
  );
  expect(defaults).toEqual({
    metricsEnabled: false,
    metricsBufferSize: 1000,
    metricsSocketFile: '/var/tmp/metrics_collector.sock',
    metricsProcessName: '',
    metricsThreadStopTimeout: 10,
  });
  expect(rpcMetricsFromConfig({}).events).toBe(undefined);
  const text = '[oslo_messaging_metrics]\nmetrics_enabled = true\nmetrics_socket_file = /nonexistent\n';
  using configured = rpcMetricsFromConfig({ files: [{ path: 'api.conf', text }] });
  expect(configured.events?.report).toEqual({
    sent: 0,
    dropped: { queue_full: 0, too_large: 0, closed: 0 },
    waiting: 0,
  });
});
