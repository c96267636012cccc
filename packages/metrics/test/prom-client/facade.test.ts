// The same programs run on prom-client and on the facade: what they show and what they throw must be the same.
import * as original from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import * as facade from '../../src/prom-client.ts';

type Library = typeof original;
type Outcome = { readonly values: unknown } | { readonly error: string };

afterEach(() => {
  original.register.clear();
  facade.register.clear();
});

/** Labels in order. The facade shows numbers that were given for labels as the text they are on the page. */
const sorted = (labels: Record<string, unknown>): string =>
  JSON.stringify(
    Object.entries(labels)
      .map(([name, value]) => [name, String(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** What a page says, whatever the order of lines and labels and the form of numbers. */
const read = (page: string): string[] =>
  page
    .split('\n')
    .filter((line) => line !== '' && line !== '# EOF')
    .map((line) => {
      if (line.startsWith('#')) return line;
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)/u.exec(line) ?? [];
      const pairs = (labels.match(/\w+="(?:[^"\\]|\\.)*"/gu) ?? [])
        .filter((pair) => !pair.endsWith('=""'))
        .map((pair) => pair.replace(/^le="([^+"]+)"$/u, (_, le: string) => `le="${String(Number(le))}"`))
        .sort();
      // prom-client writes NaN as `Nan`.
      return `${name}{${pairs.join()}} ${value === 'Nan' ? 'NaN' : value}`;
    })
    .sort();

const run = async (library: Library, program: (library: Library) => unknown): Promise<Outcome> => {
  try {
    await program(library);
    const metrics = await library.register.getMetricsAsJSON();
    return {
      values: {
        page: read(await library.register.metrics()),
        json: metrics.map(({ name, help, type, values, aggregator }) => ({
          name,
          help,
          type: String(type),
          aggregator,
          values: (values as facade.MetricValue[])
            .map(({ labels, value, metricName }) => `${metricName ?? ''} ${sorted(labels)} ${String(value)}`)
            .sort(),
        })),
      },
    };
  } catch (error) {
    return { error: (error as Error).message };
  }
};

const both = async (program: (library: Library) => unknown): Promise<[Outcome, Outcome]> => [
  await run(original, program),
  await run(facade as unknown as Library, program),
];

const TYPES = ['counter', 'gauge', 'histogram', 'summary'];

const programs: Record<string, (library: Library) => unknown> = {
  'a counter with labels in every form': ({ Counter }) => {
    const counter = new Counter({
      name: 'requests_total',
      help: 'Help \\ \n me',
      labelNames: ['method', 'code'],
    });
    counter.inc({ method: 'GET', code: 200 });
    counter.inc({ code: '200', method: 'GET' }, 4);
    counter.labels('POST', '500').inc(2.5);
    counter.labels({ method: 'PUT', code: 'é"\\\n' }).inc();
    counter.inc({ method: 'HEAD' });
    counter.remove('POST', '500');
  },
  'a counter without _total in its name': ({ Counter }) => {
    new Counter({ name: 'requests', help: 'h' }).inc(3);
  },
  'metrics without labels begin at zero': ({ Counter, Gauge, Histogram }) => {
    new Counter({ name: 'c', help: 'h' });
    new Gauge({ name: 'g', help: 'h' });
    new Histogram({ name: 'h', help: 'h' });
    new Counter({ name: 'labelled', help: 'h', labelNames: ['a'] });
  },
  'a gauge that goes up and down': ({ Gauge }) => {
    const gauge = new Gauge({ name: 'g', help: 'h', labelNames: ['a'] });
    gauge.set({ a: 'x' }, 5);
    gauge.inc({ a: 'x' });
    gauge.dec({ a: 'x' }, 3);
    gauge.labels('y').inc(7);
    gauge.labels({ a: 'y' }).dec(2);
    gauge.set({ a: 'nan' }, NaN);
  },
  'a gauge that is collected': ({ Gauge }) => {
    new Gauge({
      name: 'g',
      help: 'h',
      async collect() {
        await Promise.resolve();
        this.set(42);
      },
    });
  },
  'a histogram with labels, default and other buckets': ({ Histogram }) => {
    const histogram = new Histogram({ name: 'h', help: 'h', labelNames: ['a'] });
    for (const value of [0.004, 0.3, 11, 2.5, -1]) histogram.observe({ a: 'x' }, value);
    histogram.zero({ a: 'zero' });
    const other = new Histogram({ name: 'o', help: 'h', buckets: [1, 2, 1000000] });
    other.observe(1);
    other.observe(1.5);
  },
  'reset, removal and defaults': ({ Counter, Gauge, register }) => {
    const counter = new Counter({ name: 'c', help: 'h', labelNames: ['a'] });
    counter.inc({ a: '1' });
    counter.reset();
    counter.inc({ a: '2' });
    new Gauge({ name: 'g', help: 'h' }).set(9);
    new Gauge({ name: 'gone', help: 'h' }).set(9);
    register.removeSingleMetric('gone');
    register.setDefaultLabels({ app: 'x' });
  },
  resetMetrics: ({ Counter, Gauge, Histogram, register }) => {
    new Counter({ name: 'c', help: 'h' }).inc(3);
    new Gauge({ name: 'g', help: 'h' }).set(3);
    new Histogram({ name: 'h', help: 'h' }).observe(3);
    register.resetMetrics();
  },
  'merged registries': ({ Counter, Registry, register }) => {
    const one = new Registry();
    const two = new Registry();
    new Counter({ name: 'a', help: 'h', registers: [one] }).inc();
    new Counter({ name: 'b', help: 'h', registers: [two] }).inc(2);
    for (const metric of Registry.merge([one, two]).getMetricsAsArray())
      register.registerMetric(metric as never);
  },
  'bucket helpers': ({ Gauge, linearBuckets, exponentialBuckets }) => {
    const gauge = new Gauge({ name: 'g', help: 'h', labelNames: ['b'] });
    for (const b of [...linearBuckets(0, 10, 5), ...exponentialBuckets(1, 3, 4)]) gauge.set({ b }, 1);
  },
  'a negative increment': ({ Counter }) => {
    new Counter({ name: 'c', help: 'h' }).inc(-1);
  },
  'an increment that is no number': ({ Counter }) => {
    new Counter({ name: 'c', help: 'h' }).inc('1' as never);
  },
  'a gauge set to a text': ({ Gauge }) => {
    new Gauge({ name: 'c', help: 'h' }).set('1' as never);
  },
  'an observation that is no number': ({ Histogram }) => {
    new Histogram({ name: 'c', help: 'h' }).observe('1' as never);
  },
  'a label nobody declared': ({ Counter }) => {
    new Counter({ name: 'c', help: 'h', labelNames: ['a'] }).inc({ b: 'x' } as never);
  },
  'label values that are no text': ({ Counter }) => {
    const counter = new Counter({ name: 'c_total', help: 'h', labelNames: ['route'] });
    for (const route of [undefined, null, true, 7, ['a', 'b']]) counter.inc({ route } as never);
    counter.labels({ route: undefined } as never).inc();
  },
  'a name that is taken': ({ Counter }) => {
    new Counter({ name: 'c', help: 'h' });
    new Counter({ name: 'c', help: 'h' });
  },
  'no name': ({ Counter }) => new Counter({ help: 'h' } as never),
  'no help': ({ Counter }) => new Counter({ name: 'c' } as never),
  'a name that is none': ({ Counter }) => new Counter({ name: '1c', help: 'h' }),
  'a label name that is none': ({ Counter }) => new Counter({ name: 'c', help: 'h', labelNames: ['a-b'] }),
  'le as a label': ({ Histogram }) => new Histogram({ name: 'c', help: 'h', labelNames: ['le'] }),
  'quantile as a label': ({ Summary }) => new Summary({ name: 'c', help: 'h', labelNames: ['quantile'] }),
  'too few label values': ({ Counter }) =>
    new Counter({ name: 'c', help: 'h', labelNames: ['a', 'b'] }).labels('x'),
};

describe.each(Object.keys(programs))('%s', (name) => {
  it('is the same in both', async () => {
    const [theirs, ours] = await both(programs[name]!);
    expect(ours).toEqual(theirs);
  });
});

it('a summary shows the same count, sum and, within 2 %, quantiles', async () => {
  const show = async ({ Summary, register }: Library): Promise<Map<string, number>> => {
    const summary = new Summary({ name: 's', help: 'h', labelNames: ['a'], percentiles: [0.5, 0.9, 0.99] });
    for (let index = 1; index <= 5000; index += 1) summary.observe({ a: 'x' }, (index * 7919) % 5003);
    const [metric] = await register.getMetricsAsJSON();
    return new Map(
      (metric!.values as facade.MetricValue[]).map(({ labels, value, metricName }) => [
        `${metricName ?? ''}${sorted(labels)}`,
        value,
      ]),
    );
  };
  const theirs = await show(original);
  const ours = await show(facade as unknown as Library);
  expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
  for (const [key, value] of theirs) expect(Math.abs(ours.get(key)! - value) / value).toBeLessThan(0.02);
});

it('timers measure in seconds and answer them', async () => {
  const histogram = new facade.Histogram({ name: 'h', help: 'h', labelNames: ['a'] });
  const end = histogram.startTimer();
  const seconds = end({ a: 'x' });
  expect(seconds).toBeLessThan(0.5);
  const { values } = await histogram.get();
  expect(values.find(({ metricName }) => metricName === 'h_sum')?.value).toBe(seconds);
});

it('OpenMetrics is the same in both but for the order of labels', async () => {
  const show = async (library: Library): Promise<string[]> => {
    const registry = new library.Registry();
    registry.setContentType(library.Registry.OPENMETRICS_CONTENT_TYPE as never);
    const counter = new library.Counter({
      name: 'c_total',
      help: 'h',
      labelNames: ['a'],
      registers: [registry],
    });
    counter.inc({ a: 'x' }, 3);
    new library.Histogram({ name: 'h', help: 'h', buckets: [1], registers: [registry] }).observe(0.5);
    return read(await registry.metrics());
  };
  expect(await show(facade as unknown as Library)).toEqual(await show(original));
  expect(TYPES).toContain(new facade.Gauge({ name: 'x', help: 'h' }).type);
});
