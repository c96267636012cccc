import { request } from 'node:http';
import { connect } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { metricsFetchHandler, serveMetrics } from '../../src/exposition/handler.ts';
import { renderOpenMetrics } from '../../src/exposition/openmetrics.ts';
import { Pages } from '../../src/exposition/pages.ts';
import { renderText } from '../../src/exposition/text.ts';
import { createMetrics } from '../../src/registry.ts';
import { sampleRegistry } from './sample-registry.ts';

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

const ask = async (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request(url, { headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
      });
    })
      .on('error', reject)
      .end();
  });

it('a server of its own answers in the format that is asked for, compressed where that is accepted', async () => {
  const registry = sampleRegistry();
  await using server = await serveMetrics(registry, { port: 0 });
  const text = await ask(server.url);
  expect(text.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(text.body.toString()).toBe(renderText(registry));
  const open = await ask(server.url, {
    accept: 'application/openmetrics-text',
    'accept-encoding': 'gzip',
  });
  expect(open.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(open.body).toString()).toBe(renderOpenMetrics(registry));
  const head = await ask(server.url, {}, 'HEAD');
  expect([head.status, head.body.length, head.headers['content-length']]).toEqual([
    200,
    0,
    String(text.body.length),
  ]);
  const named = await ask(`${server.url}?name[]=mode&name[]=http_requests_total`);
  expect(named.body.toString().match(/^# TYPE \w+/gmu)).toEqual([
    '# TYPE http_requests_total',
    '# TYPE mode',
  ]);
  expect((await ask(server.url, {}, 'POST')).status).toBe(405);
  expect((await ask(server.url.replace('/metrics', '/other'))).status).toBe(404);
});

it('a busy port is refused with its address', async () => {
  await using server = await serveMetrics(createMetrics(), { port: 0 });
  await expect(serveMetrics(createMetrics(), { port: server.port })).rejects.toMatchObject({
    code: 'ERR_METRICS_SERVER_START',
    port: server.port,
  });
});

it('an idle connection keeps nobody from the page', async () => {
  await using server = await serveMetrics(createMetrics(), { port: 0 });
  const idle = connect(server.port, '127.0.0.1');
  expect((await ask(server.url)).status).toBe(200);
  idle.destroy();
});

it('a fetch handler answers alike', async () => {
  const registry = sampleRegistry();
  const response = await metricsFetchHandler(registry)(new Request('http://x/metrics'));
  expect(await response.text()).toBe(renderText(registry));
  expect((await metricsFetchHandler(registry)(new Request('http://x/', { method: 'PUT' }))).status).toBe(405);
});

it('a callback that fails is counted, and the page comes all the same', async () => {
  const metrics = createMetrics();
  metrics.gauge('good', { observe: async () => 5 });
  metrics.gauge('bad', {
    observe: () => {
      throw new Error('no');
    },
  });
  await using server = await serveMetrics(metrics, { port: 0 });
  const page = (await ask(server.url)).body.toString();
  expect(page).toContain('good 5\n');
  expect(page).toContain('oslofjord_metrics_collect_errors_total 1\n');
});

it('those who ask at the same time get one page', async () => {
  const metrics = createMetrics();
  let collections = 0;
  metrics.onCollect(() => {
    collections += 1;
  });
  const pages = new Pages(metrics, {});
  const asked = await Promise.all(
    Array.from({ length: 20 }, () => pages.render({ format: 'text', isGzip: false })),
  );
  expect([collections, new Set(asked).size]).toEqual([1, 1]);
});

it('a large page is written in slices: other work goes on between them', { timeout: 120_000 }, async () => {
  const metrics = createMetrics({ limits: { seriesPerMetric: Infinity } });
  const counter = metrics.counter('c', { labels: ['id', 'kind'] });
  for (let index = 0; index < 100_000; index += 1) counter.inc({ id: String(index), kind: 'k' });
  const pages = new Pages(metrics, {});
  const turns = monitorEventLoopDelay({ resolution: 1 });
  turns.enable();
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 1);
  const pieces = await pages.render({ format: 'text', isGzip: true });
  clearInterval(timer);
  turns.disable();
  const page = gunzipSync(Buffer.concat(pieces)).toString();
  expect(page).toBe(renderText(metrics));
  expect(ticks).toBeGreaterThan(10);
});
