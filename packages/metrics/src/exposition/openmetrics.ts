import type { Exemplar } from '../families/exemplars.ts';
import type { Family } from '../families/family.ts';
import { Histograms } from '../families/instruments.ts';
import { escapeLabelValue } from '../families/labels.ts';
import type { Series } from '../families/series.ts';
import type { Registry } from '../registry.ts';
import { bound, plainNumber } from './numbers.ts';
import { familiesOf, familyPieces, type FamilyText, type PageOptions } from './page.ts';
import { labelBlock } from './text.ts';

/** How a page in OpenMetrics is written. */
export interface OpenMetricsOptions extends PageOptions {
  /**
   * Whether counters and histograms say since when they count. Prometheus keeps that as a series more for each.
   * @default false
   */
  readonly created?: boolean;
}

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

/** @returns what writes the lines of a histogram's series, with exemplars */
const histogramLines = (family: Histograms): ((series: Series) => string) => {
  const { name, exemplars } = family;
  const bounds = [...[...family.layout.bounds].map(bound), '+Inf'].map((limit) => `le="${limit}"`);
  return (series) => {
    const { text } = series;
    const { head, tail } = text;
    const start = head === '' ? `${name}_bucket{` : `${name}_bucket{${head},`;
    const end = tail === '' ? '} ' : `,${tail}} `;
    const { values, slot } = series;
    const kept = exemplars?.has(series) === true ? exemplars : undefined;
    let out = '';
    let total = 0;
    for (let index = 0; index < bounds.length; index += 1) {
      total += values[slot + 1 + index] ?? 0;
      const exemplar = kept === undefined ? '' : exemplarText(kept.of(series, index));
      out += `${start}${bounds[index] ?? ''}${end}${plainNumber(total)}${exemplar}\n`;
    }
    const block = labelBlock(text);
    return `${out}${name}_count${block} ${plainNumber(total)}\n${name}_sum${block} ${plainNumber(values[slot] ?? 0)}\n`;
  };
};

/** @returns how a family is written in OpenMetrics */
export const openMetricsOf = (family: Family, { created = false }: OpenMetricsOptions): FamilyText => {
  const { kind, help, unit } = family.definition;
  const { name } = family;
  const unitLine = unit === '' ? '' : `# UNIT ${name} ${unit}\n`;
  const sample = `${name}${SUFFIXES[kind] ?? ''}`;
  const lines =
    family instanceof Histograms
      ? histogramLines(family)
      : (series: Series): string => {
          const exemplar = exemplarText(family.exemplars?.of(series, 0));
          const value = plainNumber(series.values[series.slot] ?? 0);
          return `${sample}${labelBlock(series.text)} ${value}${exemplar}\n`;
        };
  const hasCreated = created && (kind === 'counter' || kind === 'histogram');
  return {
    head: `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n${unitLine}`,
    series: hasCreated
      ? (series) =>
          `${lines(series)}${name}_created${labelBlock(series.text)} ${String(series.created / 1000)}\n`
      : lines,
    foot: '',
  };
};

/** The last line of a page. */
export const OPEN_METRICS_END = '# EOF\n';

/** The page in OpenMetrics 1.0.0. Callbacks are not run: `collect()` does that. */
export const renderOpenMetrics = (registry: Registry, options: OpenMetricsOptions = {}): string => {
  let page = '';
  for (const family of familiesOf(registry, options.names)) {
    for (const piece of familyPieces(family, openMetricsOf(family, options))) page += piece;
  }
  return page + OPEN_METRICS_END;
};
