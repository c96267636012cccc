import type { Family } from '../families/family.ts';
import type { Registry } from '../registry.ts';

/** What stands on a page. */
export interface PageOptions {
  /** Only samples of these names. */
  readonly names?: ReadonlySet<string>;
}

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
