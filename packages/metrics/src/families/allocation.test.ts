import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createMetrics } from '../registry.ts';

test('a million events allocate nothing: no garbage is collected because of them', async () => {
  const metrics = createMetrics();
  const requests = metrics.counter('r', { labels: ['method', 'route'] });
  const took = metrics.histogram('t', { labels: ['route'] });
  const labels = { method: 'GET', route: '/' };
  const counter = requests.bind(labels);
  const histogram = took.bind({ route: '/' });
  const run = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      requests.inc(labels);
      counter.inc();
      histogram.observe((index % 70) / 8);
    }
  };
  run(200_000);
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  await sleep(20);
  const before = collections;
  run(1_000_000);
  await sleep(20);
  observer.disconnect();
  // If each of the three million events took but 16 bytes, that would be 46 MB: three collections of the young at least.
  expect(collections - before).toBeLessThan(3);
});
