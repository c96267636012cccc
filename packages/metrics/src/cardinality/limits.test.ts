import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { renderText } from '../exposition/text.ts';
import { createMetrics } from '../registry.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('beyond its limit a metric counts in one overflow series, known series stay exact, and the report names the guilty label', () => {
  const metrics = createMetrics({ limits: { seriesPerMetric: 100 } });
  const requests = metrics.counter('r', { labels: ['method', 'user'] });
  for (let index = 0; index < 10_000; index += 1) {
    requests.inc({ method: index % 2 === 0 ? 'GET' : 'POST', user: `user ${String(index)}` });
    requests.inc({ method: 'GET', user: 'user 0' });
    if (index % 3 === 0) requests.inc({ method: 'GET', user: 'crawler' });
  }
  const page = renderText(metrics);
  expect(page).toContain('r_total{method="GET",user="user 0"} 10001\n');
  expect(page.match(/^r_total\{/gmu)?.length).toBe(101);
  const report = metrics.cardinality()[0]!;
  expect(report).toMatchObject({ metric: 'r', series: 101, limit: 100 });
  expect(page).toContain(`r_total{method="__overflow__",user="__overflow__"} ${String(report.overflowed)}\n`);
  expect(page).toContain(`oslofjord_metrics_overflow_total{metric="r"} ${String(report.overflowed)}\n`);
  const [guilty, other] = report.labels;
  expect([guilty?.name, other?.name, other?.distinct]).toEqual(['user', 'method', 2]);
  expect(Math.abs((guilty?.distinct ?? 0) - 9900) / 9900).toBeLessThan(0.2);
});

test('a value that comes more often than one in 16 is among the heavy hitters, within the stated error', () => {
  const metrics = createMetrics({ limits: { seriesPerMetric: 1 } });
  const requests = metrics.counter('r', { labels: ['user'] });
  requests.inc({ user: 'first' });
  for (let index = 0; index < 30_000; index += 1) {
    requests.inc({ user: index % 10 === 0 ? 'crawler' : `user ${String(index)}` });
  }
  const [first] = metrics.cardinality()[0]?.labels[0]?.top ?? [];
  expect(first?.value).toBe('crawler');
  expect(first!.count).toBeGreaterThanOrEqual(3000);
  expect(first!.count - first!.error).toBeLessThanOrEqual(3000);
});

test('the limit of all metrics together holds too', () => {
  const metrics = createMetrics({ limits: { series: 10 }, selfMetrics: false });
  for (const name of ['a', 'b']) {
    const counter = metrics.counter(name, { labels: ['x'] });
    for (let index = 0; index < 8; index += 1) counter.inc({ x: String(index) });
  }
  expect(metrics.seriesCount).toBe(11);
  expect(renderText(metrics)).toContain('b_total{x="__overflow__"} 6\n');
});

test('a flood of a million label values takes no more memory than the limit itself costs', () => {
  const used = (): number => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  const metrics = createMetrics({ limits: { seriesPerMetric: 20_000 } });
  const requests = metrics.counter('r', { labels: ['method', 'user'] });
  for (let index = 0; index < 20_000; index += 1) requests.inc({ method: 'GET', user: `u${String(index)}` });
  const limit = used() - before;
  const long = 'x'.repeat(1000);
  for (let index = 0; index < 1_000_000; index += 1) {
    requests.inc({ method: 'GET', user: index % 100 === 0 ? `${String(index)}${long}` : String(index) });
  }
  const flooded = used() - before;
  expect(limit).toBeGreaterThan(1_000_000);
  expect(flooded).toBeLessThan(limit * 1.2);
  expect(requests.bind({ method: 'GET', user: 'u5' }).value).toBe(1);
});

test('a series without events goes after its time, one with events stays, and a kept handle begins anew', async () => {
  let now = 1_000_000;
  const metrics = createMetrics({ ttl: '10m', now: () => now });
  const requests = metrics.counter('r', { labels: ['user'] });
  const kept = requests.bind({ user: 'kept' });
  const busy = requests.bind({ user: 'busy' });
  kept.inc(5);
  metrics.counter('plain').inc();
  for (let minute = 0; minute < 12; minute += 1) {
    busy.inc();
    await metrics.collect();
    now += 60_000;
  }
  expect(renderText(metrics)).not.toContain('kept');
  expect(renderText(metrics)).toContain('r_total{user="busy"} 12\n');
  expect(renderText(metrics)).toContain('plain_total 1\n');
  kept.inc();
  requests.inc({ user: 'kept' });
  kept.inc();
  expect(requests.bind({ user: 'kept' }).value).toBe(3);
  expect(renderText(metrics)).toContain('r_total{user="kept"} 3\n');
  // Two handles of one series: an event of either keeps it.
  for (let minute = 0; minute < 12; minute += 1) {
    kept.inc();
    await metrics.collect();
    now += 60_000;
  }
  expect(kept.value).toBe(15);
  expect(requests.remove({ user: 'kept' })).toBe(true);
  expect(renderText(metrics)).not.toContain('kept');
});

test('when the limit is reached, expired series make room first', () => {
  let now = 0;
  const metrics = createMetrics({ limits: { seriesPerMetric: 2 }, ttl: '1m', now: () => now });
  const counter = metrics.counter('c', { labels: ['x'] });
  counter.inc({ x: '1' });
  counter.inc({ x: '2' });
  metrics.expire();
  now = 120_000;
  counter.inc({ x: '3' });
  expect(renderText(metrics)).toMatch(/^# .*\n# .*\nc_total\{x="3"\} 1\n$/u);
});
