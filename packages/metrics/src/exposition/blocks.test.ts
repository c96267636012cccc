// Law: a page made of what is kept from the page before is the page made anew.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMetrics } from '../registry.ts';
import { renderOpenMetrics } from './openmetrics.ts';
import { Pages } from './pages.ts';
import { renderText } from './text.ts';

const step = fc.record({
  what: fc.constantFrom('inc', 'inc', 'set', 'observe', 'remove', 'exemplar', 'page'),
  series: fc.nat(150),
  value: fc.oneof(
    fc.integer({ min: 0, max: 2000 }),
    fc.double({ min: 0, max: 1e9, noNaN: true }),
    fc.constantFrom(NaN, Infinity),
  ),
});

test('a page after changes is what is written anew, in both text formats', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 200 }), async (steps) => {
      const metrics = createMetrics({ selfMetrics: false });
      const counter = metrics.counter('c', { labels: ['x'] });
      const gauge = metrics.gauge('g', { labels: ['x'] });
      const histogram = metrics.histogram('h', { labels: ['x'], buckets: [1, 100], native: true });
      const pages = new Pages(metrics);
      const check = async (): Promise<void> => {
        for (const format of ['text', 'openmetrics'] as const) {
          const page = Buffer.concat(await pages.render({ format, isGzip: false })).toString();
          expect(page).toBe(format === 'text' ? renderText(metrics) : renderOpenMetrics(metrics));
        }
      };
      for (const { what, series, value } of steps) {
        const labels = { x: `é${String(series)}` };
        if (what === 'inc') counter.inc(labels, value);
        else if (what === 'set') gauge.set(labels, value);
        else if (what === 'observe') histogram.observe(labels, value);
        else if (what === 'exemplar') histogram.observe(labels, 5, { trace_id: String(value) });
        else if (what === 'page') await check();
        else for (const metric of [counter, gauge, histogram]) metric.remove(labels);
      }
      await check();
    }),
    { numRuns: 60 },
  );
});

test('series that go while a page is written do not spoil it', async () => {
  const metrics = createMetrics({ limits: { seriesPerMetric: 50_000 } });
  const counter = metrics.counter('c', { labels: ['x'] });
  for (let index = 0; index < 50_000; index += 1) counter.inc({ x: String(index) });
  const pages = new Pages(metrics, { sliceMilliseconds: 0.01 });
  await pages.render({ format: 'text', isGzip: false });
  const rendering = pages.render({ format: 'text', isGzip: false });
  await new Promise((resolve) => setImmediate(resolve));
  for (let index = 0; index < 50_000; index += 2) counter.remove({ x: String(index) });
  const page = Buffer.concat(await rendering).toString();
  for (const line of page.trimEnd().split('\n').slice(2)) expect(line).toMatch(/^c_total\{x="\d+"\} 1$/u);
  const after = Buffer.concat(await pages.render({ format: 'text', isGzip: false })).toString();
  expect(after).toBe(renderText(metrics));
});
