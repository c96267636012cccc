import type { Family } from '../families/family.ts';
import type { Series } from '../families/series.ts';
import type { Registry } from '../registry.ts';

/** What stands on a page. */
export interface PageOptions {
  /** Only samples of these names. */
  readonly names?: ReadonlySet<string>;
}

/** How a family is written in a text format. */
export interface FamilyText {
  /** Lines before the first series. */
  readonly head: string;
  /** The lines of a series, which change only when its numbers do. */
  readonly series: (series: Series) => string;
  /** Lines after the last series. */
  readonly foot: string;
}

/** Series between two points at which the work may be interrupted. */
const SLICE = 64;

/** @returns the families of a page, in order of declaration */
export const familiesOf = (registry: Registry, names?: ReadonlySet<string>): Family[] =>
  names === undefined
    ? registry.families
    : registry.families.filter((family) => sampleNames(family).some((name) => names.has(name)));

const sampleNames = ({ name, definition: { kind } }: Family): string[] => {
  if (kind === 'counter') return [name, `${name}_total`, `${name}_created`];
  if (kind === 'info') return [`${name}_info`];
  if (kind === 'histogram')
    return [name, `${name}_bucket`, `${name}_count`, `${name}_sum`, `${name}_created`];
  return [name];
};

/** A family in pieces of so many series. */
export function* familyPieces(family: Family, text: FamilyText): Generator<string, void, undefined> {
  let out = text.head;
  const { series } = family;
  for (let index = 0; index < series.length; index += 1) {
    const one = series[index];
    if (one === undefined || one.slot < 0) continue;
    out += text.series(one);
    if (index % SLICE === SLICE - 1) {
      yield out;
      out = '';
    }
  }
  yield out + text.foot;
}
