import { expect, test } from 'vitest';
import { MetricConflictError, MetricDeclarationError } from './errors.ts';
import { renderText } from './exposition/text.ts';
import { createMetrics } from './registry.ts';

test('a page shows counters, gauges and histograms in the order of declaration, children in the order of creation', () => {
  const metrics = createMetrics();
  const requests = metrics.counter('http_requests', { help: 'Requests.', labels: ['route', 'method'] });
  requests.inc({ route: '/b', method: 'GET' });
  requests.inc({ route: '/a', method: 'GET' }, 2);
  metrics.gauge('pool_size', { help: 'Connections.' }).set(3);
  metrics
    .histogram('job_seconds', { help: 'Jobs.', labels: ['a', 'z'], buckets: [0.1, 1] })
    .observe({ a: '1', z: '2' }, 0.5);
  expect(renderText(metrics)).toBe(
    [
      '# HELP http_requests_total Requests.',
      '# TYPE http_requests_total counter',
      'http_requests_total{method="GET",route="/b"} 1',
      'http_requests_total{method="GET",route="/a"} 2',
      '# HELP pool_size Connections.',
      '# TYPE pool_size gauge',
      'pool_size 3',
      '# HELP job_seconds Jobs.',
      '# TYPE job_seconds histogram',
      'job_seconds_bucket{a="1",le="0.1",z="2"} 0',
      'job_seconds_bucket{a="1",le="1.0",z="2"} 1',
      'job_seconds_bucket{a="1",le="+Inf",z="2"} 1',
      'job_seconds_count{a="1",z="2"} 1',
      'job_seconds_sum{a="1",z="2"} 0.5',
      '',
    ].join('\n'),
  );
});

test('labels in any order, numbers and booleans name the same series', () => {
  const metrics = createMetrics();
  const requests = metrics.counter('r', { labels: ['code', 'ok'] });
  requests.inc({ code: '200', ok: 'true' });
  requests.inc({ ok: true, code: 200 });
  requests.bind({ code: '200', ok: true }).inc();
  expect(requests.bind({ code: 200, ok: true }).value).toBe(3);
});

test('an event with wrong labels or a wrong value is counted as rejected and changes nothing else', () => {
  const metrics = createMetrics();
  const requests = metrics.counter('r', { labels: { method: ['GET', 'POST'], route: String } });
  const wrong: unknown[] = [
    { method: 'GET' },
    { method: 'GET', route: '/', more: 1 },
    { method: 'PUT', route: '/' },
    { method: 'GET', route: undefined },
    { method: 'GET', route: {} },
    { method: 'GET', toString: 'x' },
  ];
  for (const labels of wrong) requests.inc(labels as { method: 'GET'; route: string });
  requests.inc({ method: 'GET', route: '/' }, -1);
  requests.inc({ method: 'GET', route: '/' }, NaN);
  expect(renderText(metrics)).toContain('r_total{method="GET",route="/"} 0\n');
  expect(renderText(metrics)).toContain('oslofjord_metrics_rejected_total{metric="r",reason="labels"} 6\n');
  expect(renderText(metrics)).toContain('oslofjord_metrics_rejected_total{metric="r",reason="value"} 2\n');
  expect(renderText(metrics)).not.toContain('PUT');
});

test('a strict registry throws where an event is wrong', () => {
  const requests = createMetrics({ strict: true }).counter('r', { labels: ['a'] });
  expect(() => {
    requests.inc({} as { a: string });
  }).toThrow("the label 'a' is missing");
});

test('the same declaration answers the same metric, another one is refused', () => {
  const metrics = createMetrics();
  const first = metrics.counter('r_total', { labels: ['a'] });
  expect(metrics.counter('r', { labels: ['a'], help: 'Said better.' })).toBe(first);
  expect(() => metrics.counter('r', { labels: ['b'] })).toThrow(MetricConflictError);
  expect(() => metrics.gauge('r')).toThrow(MetricConflictError);
  metrics.histogram('h');
  expect(() => metrics.gauge('h_count')).toThrow(MetricConflictError);
  expect(() => metrics.histogram('h', { buckets: [1] })).toThrow(MetricConflictError);
});

test('a declaration that Prometheus does not take is refused with every problem', () => {
  const metrics = createMetrics();
  expect(() => metrics.counter('1x', { labels: ['a-b', 'a-b'], unit: 'seconds' })).toThrow(
    /name:[\s\S]*unit:[\s\S]*labels.a-b/u,
  );
  expect(() => metrics.histogram('h', { labels: ['le'] })).toThrow(MetricDeclarationError);
  expect(() => metrics.histogram('h', { buckets: [1, 1] })).toThrow(MetricDeclarationError);
});
