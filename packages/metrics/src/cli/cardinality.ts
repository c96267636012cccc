import { type Command, EXIT } from './command.ts';
import { readPage } from './source.ts';
import { metricOf, parseTextPage, type TextPage } from './text-page.ts';

/** Labels that the format itself makes. */
const OWN = new Set(['le', 'quantile']);
const SHOWN_VALUES = 5;

interface MetricReport {
  readonly metric: string;
  readonly samples: number;
  readonly labels: readonly { readonly name: string; readonly values: ReadonlyMap<string, number> }[];
}

/** @returns metrics by how many samples they have, with their labels by how many values these have */
export const cardinalityOf = (page: TextPage): MetricReport[] => {
  const metrics = new Map<string, { samples: number; labels: Map<string, Map<string, number>> }>();
  for (const { name, labels } of page.samples) {
    const metric = metricOf(page, name);
    const known = metrics.get(metric) ?? { samples: 0, labels: new Map<string, Map<string, number>>() };
    metrics.set(metric, known);
    known.samples += 1;
    for (const [label, value] of labels) {
      if (OWN.has(label)) continue;
      const values = known.labels.get(label) ?? new Map<string, number>();
      known.labels.set(label, values);
      values.set(value, (values.get(value) ?? 0) + 1);
    }
  }
  return [...metrics]
    .map(([metric, { samples, labels }]) => ({
      metric,
      samples,
      labels: [...labels]
        .map(([name, values]) => ({ name, values }))
        .sort((a, b) => b.values.size - a.values.size || (a.name < b.name ? -1 : 1)),
    }))
    .sort((a, b) => b.samples - a.samples || (a.metric < b.metric ? -1 : 1));
};

export const cardinality: Command = {
  synopsis: 'URL|FILE|-',
  summary: 'says which metrics and labels bring the most series',
  run: async ([source], { out, signal }) => {
    for (const { metric, samples, labels } of cardinalityOf(parseTextPage(await readPage(source, signal)))) {
      out(`${metric}: ${String(samples)} samples\n`);
      for (const { name, values } of labels) {
        const top = [...values].sort(([, a], [, b]) => b - a).slice(0, SHOWN_VALUES);
        const shown = top.map(([value, count]) => `${JSON.stringify(value)} (${String(count)})`).join(', ');
        out(`  ${name}: ${String(values.size)} values: ${shown}${values.size > top.length ? ', …' : ''}\n`);
      }
    }
    return EXIT.ok;
  },
};
