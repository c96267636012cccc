import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { serverOrSkip } from '@oslofjord/services';
import { metricsHandler } from '../../src/exposition/handler.ts';
import { createMetrics } from '../../src/registry.ts';

interface QueryAnswer {
  readonly data: {
    readonly result: { readonly metric: Record<string, string>; readonly value: [number, string] }[];
  };
}

/** Makes a function that asks Prometheus until it has an answer. */
const asking =
  (url: string) =>
  async (query: string): Promise<QueryAnswer['data']['result']> => {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
      const { data } = (await response.json()) as QueryAnswer;
      if (data.result.length > 0) return data.result;
      await sleep(200);
    }
    return [];
  };

const ACCEPT = {
  text: 'text/plain;version=0.0.4',
  openmetrics: 'application/openmetrics-text;version=1.0.0',
  own: undefined,
} as const;

it('Prometheus scrapes text, OpenMetrics and protobuf, stores exemplars, and estimates from a native histogram', async ({
  skip,
}) => {
  const metrics = createMetrics();
  metrics
    .counter('jobs', { help: 'Jobs.', labels: ['kind'] })
    .inc({ kind: 'a"b\\c\n' }, 7, { trace_id: 't1' });
  metrics.info('build', { version: '1.2' });
  const durations = metrics.histogram('took_seconds', {
    help: 'Durations.',
    buckets: [0.5, 1, 5, 10],
    native: { schema: 5 },
  });
  const native = createMetrics();
  const exact = native.histogram('native_seconds', { help: 'Durations.', native: true });
  const values: number[] = [];
  for (let index = 1; index <= 20_000; index += 1) {
    // Exponentially distributed, with the quantiles known by construction.
    const value = -Math.log(1 - (index - 0.5) / 20_000) * 0.65;
    values.push(value);
    durations.observe(value, index === 1 ? { trace_id: 'first' } : undefined);
    exact.observe(value);
  }
  const handle = metricsHandler(metrics);
  const handleNative = metricsHandler(native);
  const seen = new Map<string, string>();
  const exporter = createServer((request: IncomingMessage, response) => {
    const kind = request.url?.slice(1) ?? '';
    seen.set(kind, String(request.headers.accept));
    const accept = ACCEPT[kind as keyof typeof ACCEPT];
    if (accept !== undefined) request.headers.accept = accept;
    (kind === 'native' ? handleNative : handle)(request, response);
  });
  exporter.listen(0, '127.0.0.1');
  await once(exporter, 'listening');
  const target = `127.0.0.1:${String((exporter.address() as AddressInfo).port)}`;
  const job = (name: string): string =>
    `- job_name: ${name}\n    metrics_path: /${name}\n    scrape_interval: 1s\n    static_configs: [{targets: ['${target}']}]`;
  const { server, skipped } = await serverOrSkip('prometheus', {
    own: true,
    configuration: `scrape_configs:\n  ${['text', 'openmetrics', 'own', 'native'].map(job).join('\n  ')}\n`,
    args: ['--enable-feature=native-histograms,exemplar-storage'],
  });
  if (server === undefined) {
    exporter.close();
    skip(skipped);
    return;
  }
  await using running = server;
  try {
    const ask = asking(running.url);
    for (const name of ['text', 'openmetrics', 'own']) {
      expect((await ask(`jobs_total{job="${name}"} == 7`))[0]?.metric.kind).toBe('a"b\\c\n');
      expect((await ask(`build_info{job="${name}",version="1.2"}`)).length).toBe(1);
    }
    expect((await ask('took_seconds_count{job="text"}'))[0]?.value[1]).toBe('20000');
    expect((await ask('took_seconds_bucket{job="openmetrics",le="+Inf"}'))[0]?.value[1]).toBe('20000');
    // Asked freely, this Prometheus takes protobuf first.
    expect(seen.get('own')).toMatch(/^application\/vnd\.google\.protobuf/u);
    const truth = values[Math.ceil(0.9 * values.length) - 1] ?? 0;
    const estimate = Number((await ask('histogram_quantile(0.9, native_seconds)'))[0]?.value[1]);
    expect(Math.abs(estimate - truth) / truth).toBeLessThan(0.01);
    expect((await ask('histogram_count(native_seconds)'))[0]?.value[1]).toBe('20000');
    const exemplars = await fetch(
      `${running.url}/api/v1/query_exemplars?query=jobs_total&start=${String(Date.now() / 1000 - 600)}&end=${String(Date.now() / 1000 + 600)}`,
    );
    expect(JSON.stringify(await exemplars.json())).toContain('"trace_id":"t1"');
    const targets = (await (await fetch(`${running.url}/api/v1/targets`)).json()) as {
      readonly data: { readonly activeTargets: { readonly health: string; readonly lastError: string }[] };
    };
    expect(targets.data.activeTargets.map(({ health, lastError }) => [health, lastError])).toEqual(
      Array.from({ length: 4 }, () => ['up', '']),
    );
  } finally {
    exporter.closeAllConnections();
    exporter.close();
  }
});
