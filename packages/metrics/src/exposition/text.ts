import type { Family, MetricKind } from '../families/family.ts';
import { Histograms } from '../families/instruments.ts';
import type { LabelText } from '../families/labels.ts';
import type { Series } from '../families/series.ts';
import type { Registry } from '../registry.ts';
import { bound, type NumberStyle, plainNumber, pythonNumber } from './numbers.ts';
import { familiesOf, familyPieces, type FamilyText, type PageOptions } from './page.ts';

/** How a text page is written. */
export interface TextOptions extends PageOptions {
  /**
   * `python` writes numbers as Python's client does: `1.0`, `1e+06`.
   * @default 'plain'
   */
  readonly numbers?: NumberStyle;
  /**
   * Whether each counter and histogram is followed by gauges `…_created`, as Python does it.
   * @default false
   */
  readonly created?: boolean;
  /**
   * How bounds of buckets are written: `1.0`, the same as in OpenMetrics, or `1`.
   * @default 'float'
   */
  readonly bounds?: 'float' | 'plain';
}

const TYPES: Readonly<Record<MetricKind, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  info: 'gauge',
  stateset: 'gauge',
};

/** @returns help text as it stands in a text page */
export const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

/** @returns `{…}` of a series; nothing where it has no labels */
export const labelBlock = ({ head, tail }: LabelText): string => {
  if (head === '') return tail === '' ? '' : `{${tail}}`;
  return tail === '' ? `{${head}}` : `{${head},${tail}}`;
};

/** @returns what writes the lines of a histogram's series */
const histogramLines = (
  family: Histograms,
  write: (value: number) => string,
  writeBound: (value: number) => string,
): ((series: Series) => string) => {
  const { name } = family;
  const bounds = [...[...family.layout.bounds].map(writeBound), '+Inf'].map((text) => `le="${text}"`);
  return (series) => {
    const { text } = series;
    const { head, tail } = text;
    const start = head === '' ? `${name}_bucket{` : `${name}_bucket{${head},`;
    const end = tail === '' ? '} ' : `,${tail}} `;
    const { values, slot } = series;
    let out = '';
    let total = 0;
    for (let index = 0; index < bounds.length; index += 1) {
      total += values[slot + 1 + index] ?? 0;
      out += `${start}${bounds[index] ?? ''}${end}${write(total)}\n`;
    }
    const block = labelBlock(text);
    return `${out}${name}_count${block} ${write(total)}\n${name}_sum${block} ${write(values[slot] ?? 0)}\n`;
  };
};

/** @returns how a family is written in Prometheus' text format */
export const textOf = (
  family: Family,
  { numbers = 'plain', created = false, bounds = 'float' }: TextOptions,
): FamilyText => {
  const write = numbers === 'python' ? pythonNumber : plainNumber;
  const { kind, help, suffix } = family.definition;
  const name = `${family.name}${suffix}`;
  let foot = '';
  if (created && (kind === 'counter' || kind === 'histogram') && family.series.length > 0) {
    const gauge = `${family.name}_created`;
    foot = `# HELP ${gauge} ${escapeHelp(help)}\n# TYPE ${gauge} gauge\n`;
    for (const one of family.series) foot += `${gauge}${labelBlock(one.text)} ${write(one.created / 1000)}\n`;
  }
  return {
    head: `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${TYPES[kind]}\n`,
    series:
      family instanceof Histograms
        ? histogramLines(family, write, bounds === 'plain' ? plainNumber : bound)
        : (series) => `${name}${labelBlock(series.text)} ${write(series.values[series.slot] ?? 0)}\n`,
    foot,
  };
};

/** The page in Prometheus' text format 0.0.4. Callbacks are not run: `collect()` does that. */
export const renderText = (registry: Registry, options: TextOptions = {}): string => {
  let page = '';
  for (const family of familiesOf(registry, options.names)) {
    for (const piece of familyPieces(family, textOf(family, options))) page += piece;
  }
  return page;
};
