import { createMetrics, type Registry } from '../../src/registry.ts';

/** A registry with one of everything, and text that is hard to write. */
export const sampleRegistry = (): Registry => {
  const metrics = createMetrics({ now: () => 1_700_000_000_500 });
  const requests = metrics.counter('http_requests', {
    help: 'Back\\slash "and" \n line.',
    labels: ['route'],
  });
  requests.inc({ route: '/a"b\\c\nd' }, 3, { trace_id: 'abc', span_id: '"q"' });
  requests.inc({ route: 'é😀' }, 1e21);
  metrics.gauge('temperature_celsius', { help: 'Now.', unit: 'celsius' }).set(-0.5);
  metrics.gauge('odd', { help: 'Odd.', labels: ['x'] }).set({ x: 'inf' }, Infinity);
  metrics.gauge('odd', { help: 'Odd.', labels: ['x'] }).set({ x: 'nan' }, NaN);
  const took = metrics.histogram('took_seconds', {
    help: 'Durations.',
    unit: 'seconds',
    labels: ['kind'],
    buckets: [0.1, 1, 1e6],
    native: true,
  });
  took.observe({ kind: 'a' }, 0.5, { trace_id: 'first' });
  took.observe({ kind: 'a' }, 1e9);
  took.observe({ kind: 'a' }, -3);
  took.observe({ kind: 'a' }, 0);
  metrics.info('build', { version: '1.2', commit: 'abc' }, { help: 'What runs.' });
  metrics.stateSet('mode', { help: 'Mode.', states: ['up', 'down'] }).set('up');
  return metrics;
};
