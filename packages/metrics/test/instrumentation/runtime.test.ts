import { spawnSync } from 'node:child_process';
import { programMissing } from '@oslofjord/services';
import { expect, it } from 'vitest';
import { context, trace, TraceFlags } from '@opentelemetry/api';
import { renderOpenMetrics } from '../../src/exposition/openmetrics.ts';
import { renderText } from '../../src/exposition/text.ts';
import { activeSpanExemplars } from '../../src/instrumentation/active-span.ts';
import { instrumentHttpClient } from '../../src/instrumentation/http-client.ts';
import { instrumentHttpServer } from '../../src/instrumentation/http-server.ts';
import { instrumentSiblings } from '../../src/instrumentation/siblings.ts';
import { createMetrics } from '../../src/registry.ts';
import { instrumentRuntime } from '../../src/runtime/runtime.ts';

const value = (page: string, name: string): number =>
  Number(new RegExp(`^${name} (\\S+)`, 'mu').exec(page)?.[1]);

it('the runtime says how it is, in names that promtool finds nothing to criticise in', async ({ skip }) => {
  const missing = await programMissing('promtool', ['prometheus']);
  if (missing !== undefined) skip(missing);
  const metrics = createMetrics();
  using runtime = instrumentRuntime(metrics, { resolution: 5 });
  using server = instrumentHttpServer(metrics, { conventions: 'dup' });
  using client = instrumentHttpClient(metrics, { conventions: 'dup' });
  using siblings = instrumentSiblings(metrics);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const end = performance.now() + 120;
  while (performance.now() < end) JSON.stringify(Array.from({ length: 1000 }));
  await new Promise((resolve) => setTimeout(resolve, 30));
  await metrics.collect();
  const page = renderText(metrics);
  expect(value(page, 'nodejs_eventloop_delay_max_seconds')).toBeGreaterThan(0.09);
  expect(value(page, 'nodejs_eventloop_utilization_ratio')).toBeGreaterThan(0.3);
  expect(value(page, 'process_cpu_seconds_total')).toBeGreaterThan(0.1);
  expect(value(page, 'process_resident_memory_bytes')).toBeGreaterThan(2e7);
  expect(
    Math.abs(value(page, 'process_start_time_seconds') - (Date.now() / 1000 - process.uptime())),
  ).toBeLessThan(2);
  expect(page).toMatch(/^nodejs_heap_used_bytes\{space="old"\} \d{6,}/mu);
  expect(page).toContain(
    `nodejs_version_info{v8="${process.versions.v8}",version="${process.versions.node}"} 1\n`,
  );
  const before = value(page, 'process_cpu_seconds_total');
  await metrics.collect();
  expect(value(renderText(metrics), 'process_cpu_seconds_total')).toBeGreaterThanOrEqual(before);
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: page,
    encoding: 'utf8',
  });
  for (const one of [runtime, server, client, siblings]) one.close();
  expect([status, stderr]).toEqual([0, '']);
});

it('an event within a recorded span has that span as its exemplar', () => {
  let active: unknown;
  const api = { trace: { getActiveSpan: () => active as ReturnType<typeof trace.getActiveSpan> } };
  const metrics = createMetrics({ exemplars: activeSpanExemplars(api) });
  const took = metrics.histogram('took_seconds', { buckets: [1] });
  const span = (traceFlags: number): unknown =>
    trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags });
  took.observe(0.1);
  active = span(TraceFlags.NONE);
  took.observe(0.2);
  expect(renderOpenMetrics(metrics)).not.toContain('trace_id');
  active = span(TraceFlags.SAMPLED);
  took.observe(0.3);
  expect(renderOpenMetrics(metrics)).toMatch(
    /took_seconds_bucket\{le="1\.0"\} 3 # \{trace_id="a{32}",span_id="b{16}"\} 0\.3 \d+\.?\d*\n/u,
  );
  // The module itself fits.
  expect(activeSpanExemplars({ trace })()).toBeUndefined();
  expect(context.active()).toBeDefined();
});
