import type { Family, MetricKind } from '../families/family.ts';
import { Histograms } from '../families/instruments.ts';
import type { Series } from '../families/series.ts';
import type { Registry } from '../registry.ts';
import { bound, type NumberStyle, plainNumber, pythonNumber } from './numbers.ts';
import { familiesOf, type PageOptions } from './page.ts';

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
}

/** Series between two points at which the work may be interrupted. */
const SLICE = 64;

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
export const labelBlock = ({ text: { head, tail } }: Series): string => {
  if (head === '') return tail === '' ? '' : `{${tail}}`;
  return tail === '' ? `{${head}}` : `{${head},${tail}}`;
};

/** The beginnings and ends of the lines of a histogram's buckets. */
interface BucketLines {
  readonly start: string;
  /** `le="0.01"` of each bucket. */
  readonly bounds: readonly string[];
}

const bucketLines = (family: Histograms): BucketLines => ({
  start: `${family.name}_bucket{`,
  bounds: [...[...family.layout.bounds].map(bound), '+Inf'].map((text) => `le="${text}"`),
});

/** Writes the lines of one histogram series. */
const histogramText = (
  name: string,
  lines: BucketLines,
  series: Series,
  write: (value: number) => string,
): string => {
  const { head, tail } = series.text;
  const start = head === '' ? lines.start : `${lines.start}${head},`;
  const end = tail === '' ? '} ' : `,${tail}} `;
  const { values, slot } = series;
  const { bounds } = lines;
  let out = '';
  let total = 0;
  for (let index = 0; index < bounds.length; index += 1) {
    total += values[slot + 1 + index] ?? 0;
    out += `${start}${bounds[index] ?? ''}${end}${write(total)}\n`;
  }
  const block = labelBlock(series);
  return `${out}${name}_count${block} ${write(total)}\n${name}_sum${block} ${write(values[slot] ?? 0)}\n`;
};

/** Writes a family, and hands over a text every so many series. */
function* familyText(
  family: Family,
  write: (value: number) => string,
  hasCreated: boolean,
): Generator<string, void, undefined> {
  const { kind, help } = family.definition;
  const suffix = kind === 'counter' ? '_total' : kind === 'info' ? '_info' : '';
  const name = `${family.name}${suffix}`;
  let out = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${TYPES[kind]}\n`;
  const { series } = family;
  const lines = family instanceof Histograms ? bucketLines(family) : undefined;
  for (let index = 0; index < series.length; index += 1) {
    const one = series[index];
    if (one === undefined || one.slot < 0) continue;
    if (lines === undefined) out += `${name}${labelBlock(one)} ${write(one.values[one.slot] ?? 0)}\n`;
    else out += histogramText(name, lines, one, write);
    if (index % SLICE === SLICE - 1) {
      yield out;
      out = '';
    }
  }
  if (hasCreated && (kind === 'counter' || kind === 'histogram') && series.length > 0) {
    const created = `${family.name}_created`;
    out += `# HELP ${created} ${escapeHelp(help)}\n# TYPE ${created} gauge\n`;
    for (const one of series) out += `${created}${labelBlock(one)} ${write(one.created / 1000)}\n`;
  }
  yield out;
}

/** The page in Prometheus' text format 0.0.4, piece by piece. */
export function* textPage(
  registry: Registry,
  { names, numbers = 'plain', created = false }: TextOptions = {},
): Generator<string, void, undefined> {
  const write = numbers === 'python' ? pythonNumber : plainNumber;
  for (const family of familiesOf(registry, names)) yield* familyText(family, write, created);
}

/** The page in Prometheus' text format 0.0.4. Callbacks are not run: `collect()` does that. */
export const renderText = (registry: Registry, options: TextOptions = {}): string => {
  let page = '';
  for (const piece of textPage(registry, options)) page += piece;
  return page;
};
