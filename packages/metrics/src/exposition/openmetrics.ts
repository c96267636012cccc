import type { Exemplar, Exemplars } from '../families/exemplars.ts';
import type { Family } from '../families/family.ts';
import { Histograms } from '../families/instruments.ts';
import { escapeLabelValue } from '../families/labels.ts';
import type { Series } from '../families/series.ts';
import type { Registry } from '../registry.ts';
import { bound, plainNumber } from './numbers.ts';
import { familiesOf, type PageOptions } from './page.ts';
import { labelBlock } from './text.ts';

/** How a page in OpenMetrics is written. */
export interface OpenMetricsOptions extends PageOptions {
  /**
   * Whether counters and histograms say since when they count. Prometheus keeps that as a series more for each.
   * @default false
   */
  readonly created?: boolean;
}

const SLICE = 64;

const SUFFIXES: Readonly<Record<string, string>> = { counter: '_total', info: '_info' };

const escapeHelp = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const exemplarText = (exemplar: Exemplar | undefined): string => {
  if (exemplar === undefined) return '';
  const labels = Object.entries(exemplar.labels).map(
    ([name, value]) => `${name}="${escapeLabelValue(value)}"`,
  );
  return ` # {${labels.join()}} ${plainNumber(exemplar.value)} ${String(exemplar.time / 1000)}`;
};

const histogramText = (
  family: Histograms,
  bounds: readonly string[],
  series: Series,
  exemplars: Exemplars | undefined,
): string => {
  const { head, tail } = series.text;
  const start = head === '' ? `${family.name}_bucket{` : `${family.name}_bucket{${head},`;
  const end = tail === '' ? '} ' : `,${tail}} `;
  const { values, slot } = series;
  let out = '';
  let total = 0;
  for (const [index, text] of bounds.entries()) {
    total += values[slot + 1 + index] ?? 0;
    out += `${start}le="${text}"${end}${plainNumber(total)}${exemplarText(exemplars?.of(series, index))}\n`;
  }
  const block = labelBlock(series);
  out += `${family.name}_count${block} ${plainNumber(total)}\n`;
  return `${out}${family.name}_sum${block} ${plainNumber(values[slot] ?? 0)}\n`;
};

function* familyText(family: Family, hasCreated: boolean): Generator<string, void, undefined> {
  const { kind, help, unit } = family.definition;
  const { name } = family;
  let out = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n`;
  if (unit !== '') out += `# UNIT ${name} ${unit}\n`;
  const sample = `${name}${SUFFIXES[kind] ?? ''}`;
  const isCumulative = kind === 'counter' || kind === 'histogram';
  const bounds = family instanceof Histograms ? [...[...family.layout.bounds].map(bound), '+Inf'] : undefined;
  for (const [index, series] of family.series.entries()) {
    if (series.slot < 0) continue;
    if (family instanceof Histograms && bounds !== undefined) {
      out += histogramText(family, bounds, series, family.exemplars);
    } else {
      const exemplar = exemplarText(family.exemplars?.of(series, 0));
      out += `${sample}${labelBlock(series)} ${plainNumber(series.values[series.slot] ?? 0)}${exemplar}\n`;
    }
    if (hasCreated && isCumulative) {
      out += `${name}_created${labelBlock(series)} ${String(series.created / 1000)}\n`;
    }
    if (index % SLICE === SLICE - 1) {
      yield out;
      out = '';
    }
  }
  yield out;
}

/** The page in OpenMetrics 1.0.0, piece by piece. */
export function* openMetricsPage(
  registry: Registry,
  { names, created = false }: OpenMetricsOptions = {},
): Generator<string, void, undefined> {
  for (const family of familiesOf(registry, names)) yield* familyText(family, created);
  yield '# EOF\n';
}

/** The page in OpenMetrics 1.0.0. Callbacks are not run: `collect()` does that. */
export const renderOpenMetrics = (registry: Registry, options: OpenMetricsOptions = {}): string => {
  let page = '';
  for (const piece of openMetricsPage(registry, options)) page += piece;
  return page;
};
