// The libraries behind one shape: counters and histograms with labels, handles where a library has them, a text page.
import { createRequire } from 'node:module';
import { BOUNDS, NAMES } from '../workload.js';

const require = createRequire(import.meta.url);

const ours = async () => {
  const { createMetrics, Pages } = await import('@oslofjord/metrics');
  const metrics = createMetrics({ limits: { seriesPerMetric: 200_000 } });
  const pages = new Pages(metrics);
  return {
    counter: () => metrics.counter('requests', { help: 'h', labels: NAMES }),
    histogram: () => metrics.histogram('took_seconds', { help: 'h', labels: NAMES, buckets: BOUNDS }),
    inc: (counter, labels) => counter.inc(labels),
    add: (counter, labels, amount) => counter.inc(labels, amount),
    observe: (histogram, labels, value) => histogram.observe(labels, value),
    bind: (metric, labels) => metric.bind(labels),
    /** As a request gets it: in slices, as bytes. */
    page: async () => Buffer.concat(await pages.render({ format: 'text', isGzip: false })).toString(),
    bytes: async () => pages.render({ format: 'text', isGzip: false }),
  };
};

const prometheus = (name) => () => {
  const client = require(name);
  return {
    counter: () => new client.Counter({ name: 'requests_total', help: 'h', labelNames: NAMES }),
    histogram: () =>
      new client.Histogram({ name: 'took_seconds', help: 'h', labelNames: NAMES, buckets: BOUNDS }),
    inc: (counter, labels) => counter.inc(labels),
    add: (counter, labels, amount) => counter.inc(labels, amount),
    observe: (histogram, labels, value) => histogram.observe(labels, value),
    bind: (metric, labels) => metric.labels(labels),
    page: () => client.register.metrics(),
    bytes: async () => Buffer.from(await client.register.metrics()),
  };
};

const opentelemetry = async () => {
  const { MeterProvider, MetricReader } = require('@opentelemetry/sdk-metrics');
  class Reader extends MetricReader {
    async onShutdown() {}
    async onForceFlush() {}
  }
  const reader = new Reader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('bench');
  return {
    counter: () => meter.createCounter('requests'),
    histogram: () => meter.createHistogram('took_seconds', { advice: { explicitBucketBoundaries: BOUNDS } }),
    inc: (counter, labels) => counter.add(1, labels),
    observe: (histogram, labels, value) => histogram.record(value, labels),
    /** As a text page would have it. */
    page: async () => {
      const { resourceMetrics } = await reader.collect();
      const lines = [];
      for (const { dataPoints } of resourceMetrics.scopeMetrics[0]?.metrics ?? []) {
        for (const { value } of dataPoints) {
          if (typeof value === 'number') {
            lines.push(`x ${String(value)}`);
            continue;
          }
          let total = 0;
          for (const count of value.buckets.counts) lines.push(`x ${String((total += count))}`);
          lines.push(`x ${String(value.sum)}`, `x ${String(value.count)}`);
        }
      }
      return lines.join('\n');
    },
  };
};

export const libraries = {
  ours: ours,
  'prom-client': prometheus('prom-client'),
  'prometheus-io': prometheus('@prometheus-io/client'),
  opentelemetry,
};
