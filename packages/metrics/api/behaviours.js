// What users of this package rely on beyond its types; `release-notes check` records it and finds what changed.
const pageOf = async (load) => {
  const { createMetrics } = await load('.');
  const metrics = createMetrics({ now: () => 1_700_000_000_000, limits: { seriesPerMetric: 2 } });
  const requests = metrics.counter('http_requests', {
    help: 'Requests "of all".',
    labels: { method: ['GET', 'POST'], route: String },
  });
  requests.inc({ method: 'GET', route: '/a\\b\n' });
  for (let index = 0; index < 5; index += 1) requests.inc({ method: 'POST', route: `/${String(index)}` });
  requests.inc({ method: 'GET', route: '/x' }, -1);
  metrics.gauge('open', { help: 'Open.' }).set(1.5);
  metrics
    .histogram('job_seconds', { help: 'Jobs.', unit: 'seconds', labels: ['queue'], buckets: [0.1, 1] })
    .observe({ queue: 'mail' }, 0.2);
  metrics.info('build', { version: '1' });
  return metrics;
};

/** Lines of a page by the name before the value. */
const linesOf = (page) =>
  Object.fromEntries(
    page
      .split('\n')
      .filter((line) => line !== '')
      .map((line) =>
        line.startsWith('#')
          ? [line.split(' ').slice(0, 3).join(' '), line]
          : [line.replace(/ [^ ]+$/u, ''), line],
      ),
  );

export const behaviours = [
  {
    name: 'page as text',
    breaks: 'A metric has another name, label, unit or bucket, or a page is written otherwise.',
    observe: async (load) => linesOf((await load('.')).renderText(await pageOf(load))),
  },
  {
    name: 'page as OpenMetrics',
    breaks: 'A metric has another name, label, unit or bucket, or a page is written otherwise.',
    observe: async (load) => linesOf((await load('.')).renderOpenMetrics(await pageOf(load))),
  },
  {
    name: 'own metric',
    breaks: 'A metric that the package itself emits has another name, kind or help.',
    observe: async (load) => {
      const { createMetrics, renderText } = await load('.');
      const instrumentation = await load('./instrumentation');
      const metrics = createMetrics();
      const running = [
        instrumentation.instrumentRuntime(metrics),
        instrumentation.instrumentHttpServer(metrics),
        instrumentation.instrumentHttpClient(metrics),
        instrumentation.instrumentSiblings(metrics),
      ];
      const heads = renderText(metrics)
        .split('\n')
        .filter((line) => line.startsWith('#'));
      for (const each of running) each?.close?.();
      return Object.fromEntries(heads.map((line) => [line.split(' ').slice(1, 3).join(' '), line]));
    },
  },
];
