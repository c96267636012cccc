import { expectTypeOf, test } from 'vitest';
import type { Counter } from './families/counter.ts';
import type { Gauge } from './families/gauge.ts';
import type { Histogram } from './families/histogram.ts';
import type { LabelValue } from './families/labels.ts';
import { createMetrics } from './registry.ts';

const metrics = createMetrics();

test('without labels the series itself is answered', () => {
  expectTypeOf(metrics.counter('c')).toEqualTypeOf<Counter>();
  expectTypeOf(metrics.gauge('g', { help: 'h' })).toEqualTypeOf<Gauge>();
  expectTypeOf(metrics.histogram('h', { native: true })).toEqualTypeOf<Histogram>();
});

test('label names are known from the declaration', () => {
  const requests = metrics.counter('r', { labels: ['method', 'route'] });
  expectTypeOf<Parameters<(typeof requests)['inc']>[0]>().toEqualTypeOf<{
    readonly method: LabelValue;
    readonly route: LabelValue;
  }>();
  expectTypeOf(requests.bind({ method: 'GET', route: '/' })).toEqualTypeOf<Counter>();
  // @ts-expect-error a label is missing
  requests.inc({ method: 'GET' });
  // @ts-expect-error a label is not declared
  requests.inc({ method: 'GET', route: '/', more: 1 });
  // @ts-expect-error labels are needed
  requests.inc();
});

test('values that a label is closed to are known, too', () => {
  const requests = metrics.histogram('s', { labels: { method: ['GET', 'POST'], route: String } });
  requests.observe({ method: 'GET', route: '/' }, 1);
  // @ts-expect-error no such method
  requests.observe({ method: 'PUT', route: '/' }, 1);
  const mode = metrics.stateSet('mode', { states: ['up', 'down'] });
  mode.set('up');
  // @ts-expect-error no such state
  mode.set('sideways');
});
