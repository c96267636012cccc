import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FamilyRecord } from '../arenas/records.ts';
import type { Aggregate } from '../families/family.ts';
import type { Contributor, MergedPage, MetricsSource } from './merge.ts';
import { type PythonSample, readPythonFile } from './python-format.ts';

/** `counter_17.db`, `gauge_livesum_17.db`, `histogram_17.db`, `summary_17.db`. */
const NAME = /^(?<type>counter|gauge|histogram|summary)(?:_(?<mode>[a-z]+))?_(?<pid>.+)\.db$/u;

/** All samples of one metric in one file. */
interface PythonMetric {
  readonly samples: PythonSample[];
  readonly labelNames: readonly string[];
}

const grouped = (samples: readonly PythonSample[]): Map<string, PythonMetric> => {
  const metrics = new Map<string, PythonMetric>();
  for (const sample of samples) {
    const labelNames = Object.keys(sample.labels)
      .filter((name) => name !== 'le')
      .sort();
    const metric = metrics.get(sample.metric);
    if (metric === undefined) metrics.set(sample.metric, { samples: [sample], labelNames });
    else metric.samples.push(sample);
  }
  return metrics;
};

const valuesOf = (sample: PythonSample, names: readonly string[]): string[] =>
  names.map((name) => sample.labels[name] ?? '');

const bucketOf = (sample: PythonSample): number | undefined => {
  const text = sample.labels.le;
  if (text === undefined) return undefined;
  return text === '+Inf' ? Infinity : Number(text);
};

const describe = (
  name: string,
  kind: FamilyRecord['kind'],
  { samples, labelNames }: PythonMetric,
  aggregate: Aggregate = 'sum',
): FamilyRecord => ({
  id: 0,
  name,
  kind,
  help: samples[0]?.help ?? '',
  unit: '',
  labels: labelNames,
  aggregate,
});

const addSingles = (
  page: MergedPage,
  record: FamilyRecord,
  samples: readonly PythonSample[],
  contributor: Contributor & { readonly process: string },
): void => {
  const family = page.family(record);
  if (family === undefined) return;
  for (const sample of samples) {
    const series = page.series(family, record, valuesOf(sample, record.labels), contributor.process);
    const numbers = Float64Array.of(sample.value, sample.time * 1000);
    page.add(family, series, numbers, 0, Date.now(), contributor);
  }
};

const addHistogram = (
  page: MergedPage,
  name: string,
  metric: PythonMetric,
  contributor: Contributor & { readonly process: string },
): void => {
  const found = new Set(metric.samples.map(bucketOf).filter((bound) => bound !== undefined));
  const bounds = [...found].filter(Number.isFinite).sort((a, b) => a - b);
  const record = { ...describe(name, 'histogram', metric), bounds };
  const family = page.family(record);
  if (family === undefined) return;
  const rows = new Map<string, { readonly labelValues: string[]; readonly numbers: Float64Array }>();
  for (const sample of metric.samples) {
    const labelValues = valuesOf(sample, record.labels);
    const key = JSON.stringify(labelValues);
    let row = rows.get(key);
    if (row === undefined) {
      row = { labelValues, numbers: new Float64Array(bounds.length + 2) };
      rows.set(key, row);
    }
    const bound = bucketOf(sample);
    if (bound !== undefined)
      row.numbers[1 + (bound === Infinity ? bounds.length : bounds.indexOf(bound))] = sample.value;
    else if (sample.name.endsWith('_sum')) row.numbers[0] = sample.value;
  }
  for (const { labelValues, numbers } of rows.values()) {
    const series = page.series(family, record, labelValues, contributor.process);
    page.add(family, series, numbers, 0, Date.now(), contributor);
  }
};

/**
 * The numbers of Python processes that use `prometheus_client` with `PROMETHEUS_MULTIPROC_DIR`, of either file layout.
 * As in Python, the files of an ended process count until somebody removes them. A summary, which the page does not
 * have, becomes two gauges `…_count` and `…_sum`.
 */
export const pythonSource = (directory: string): MetricsSource => ({
  contribute(page) {
    for (const file of readdirSync(directory).sort()) {
      const { type, mode, pid = '' } = NAME.exec(file)?.groups ?? {};
      if (type === undefined) continue;
      let samples: PythonSample[] | undefined;
      try {
        samples = readPythonFile(readFileSync(join(directory, file)));
      } catch (error) {
        // mark_process_dead removed it meanwhile.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
        throw error;
      }
      const contributor = { pid: Number.parseInt(pid, 10) || 0, process: pid, isAlive: true };
      for (const [name, metric] of grouped(samples ?? [])) {
        const { samples: all } = metric;
        if (type === 'histogram') addHistogram(page, name, metric, contributor);
        else if (type === 'counter') {
          addSingles(page, describe(name, 'counter', metric), all, contributor);
        } else if (type === 'gauge') {
          addSingles(page, describe(name, 'gauge', metric, mode as Aggregate), all, contributor);
        } else {
          for (const part of ['_count', '_sum']) {
            const those = all.filter((sample) => sample.name === `${name}${part}`);
            if (those.length > 0)
              addSingles(page, describe(`${name}${part}`, 'gauge', metric), those, contributor);
          }
        }
      }
    }
  },
});
