import type { Aggregate, Family, MetricKind } from '../families/family.ts';
import { Histograms } from '../families/instruments.ts';
import type { NativeOptions } from '../families/native.ts';
import type { Series } from '../families/series.ts';

/** A metric, as a record says it. */
export interface FamilyRecord {
  readonly id: number;
  readonly name: string;
  readonly kind: MetricKind;
  readonly help: string;
  readonly unit: string;
  readonly labels: readonly string[];
  readonly aggregate: Aggregate;
  /** False for a counter without `_total`. */
  readonly total?: boolean;
  readonly bounds?: readonly number[];
  readonly native?: NativeOptions;
}

/** One line of an arena's records. */
export type ArenaRecord =
  | { readonly type: 'family'; readonly family: FamilyRecord }
  | {
      readonly type: 'series';
      readonly family: number;
      readonly position: number;
      readonly created: number;
      readonly labelValues: readonly string[];
    }
  | { readonly type: 'removed'; readonly position: number };

/** @returns what describes a family, whichever registry it belongs to */
export const describeFamily = (family: Family, id: number): FamilyRecord => {
  const { name, kind, help, unit, labelNames, aggregate, suffix } = family.definition;
  const common = { id, name, kind, help, unit, labels: labelNames, aggregate };
  const described = kind === 'counter' && suffix === '' ? { ...common, total: false } : common;
  if (!(family instanceof Histograms)) return described;
  const { bounds, native } = family.layout;
  if (native === undefined) return { ...described, bounds: [...bounds] };
  const { schema, zeroThreshold, maxBuckets } = native;
  return { ...described, bounds: [...bounds], native: { schema, zeroThreshold, maxBuckets } };
};

/** Families are objects, series are arrays that begin with a family's id, removals are lone numbers. */
export const familyLine = (family: FamilyRecord): string => JSON.stringify(family);

export const seriesLine = (id: number, series: Series): string =>
  JSON.stringify([id, series.position, series.created, ...series.labelValues]);

export const removalLine = (position: number): string => String(position);

/** @returns what a line says; undefined where it cannot be read */
export const parseLine = (line: string): ArenaRecord | undefined => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof parsed === 'number') return { type: 'removed', position: parsed };
  if (Array.isArray(parsed)) {
    const [family, position, created, ...labelValues] = parsed as [number, number, number, ...string[]];
    return { type: 'series', family, position, created, labelValues };
  }
  return { type: 'family', family: parsed as FamilyRecord };
};
