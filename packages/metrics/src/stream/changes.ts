import { describeFamily, type FamilyRecord } from '../arenas/records.ts';
import type { Family } from '../families/family.ts';
import { Histograms } from '../families/instruments.ts';
import type { Series } from '../families/series.ts';
import type { Registry } from '../registry.ts';
import type { Batch, Change, SeriesDefinition } from './frames.ts';

/** A series of the registry, and what of it has been put into batches. */
interface Followed {
  readonly id: number;
  readonly family: Family;
  readonly familyId: number;
  readonly series: Series;
  /** What its slots were when it was last put into a batch. */
  readonly last: Float64Array;
}

/** Changes of a registry that are on their way. */
export interface PendingChanges {
  readonly sequence: number;
  readonly changes: readonly Change[];
  /** Whether that was all of them. */
  readonly isComplete: boolean;
}

/** Bytes of a batch, about. More waits for the next one, so that a batch stays far below what a frame may have. */
const MOST_BYTES = 2 ** 22;
/** Of a label that is sent; the collector turns such a label away and counts that. */
const MOST_LABEL = 65_536;

/** What of a family's slots adds up: native buckets move in theirs and stay at home. */
const slotsOf = (family: Family): number =>
  family instanceof Histograms ? family.layout.bounds.length + 2 : 1;

/** Finds out what changed in a registry from one batch to the next. */
export class ChangeFollower {
  readonly #registry: Registry;
  readonly #followed = new WeakMap<Series, Followed>();
  readonly #byId = new Map<number, Followed>();
  #resumeAt: Series | undefined;
  #nextId = 1;
  #sequence = 0;
  readonly #familyIds = new Map<Family, number>();
  /** What is known at the other end of the connection. */
  #knownFamilies = new Set<number>();
  #knownSeries = new Set<number>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The last batch that was taken. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Another connection: whoever is there knows no definition, and no gauge. */
  forget(): void {
    this.#knownFamilies = new Set();
    this.#knownSeries = new Set();
    for (const { family, last } of this.#byId.values()) if (isGauge(family)) last.fill(NaN);
  }

  /** @returns what changed since; undefined where nothing did */
  take(): PendingChanges | undefined {
    const changes: Change[] = [];
    let bytes = 0;
    let isComplete = true;
    for (const [family, series] of this.#everySeries()) {
      if (bytes > MOST_BYTES) {
        // The next batch begins where this one had no room, so that what changes all the time hides nothing.
        this.#resumeAt = series;
        isComplete = false;
        break;
      }
      const change = this.#differences(family, series);
      if (change === undefined) continue;
      changes.push(change);
      bytes += 6 + change.values.length * 10;
      if (!this.#knownSeries.has(change.id)) bytes += definitionBytes(series);
    }
    if (isComplete) this.#resumeAt = undefined;
    if (changes.length === 0) return undefined;
    this.#sequence += 1;
    return { sequence: this.#sequence, changes, isComplete };
  }

  /** Counters, gauges and histograms, from where the last batch ended. */
  *#everySeries(): Generator<readonly [Family, Series], void, undefined> {
    const all = this.#registry.families
      .filter(({ definition: { kind } }) => kind !== 'info' && kind !== 'stateset')
      .flatMap((family) => family.series.map((series) => [family, series] as const));
    const start = Math.max(
      0,
      all.findIndex(([, series]) => series === this.#resumeAt),
    );
    for (let index = 0; index < all.length; index += 1) {
      const one = all[(start + index) % all.length];
      if (one !== undefined && one[1].slot >= 0) yield one;
    }
  }

  /** @returns a batch with the definitions that the other end lacks */
  describe({ sequence, changes }: Pick<PendingChanges, 'sequence' | 'changes'>): Batch {
    const families: FamilyRecord[] = [];
    const series: SeriesDefinition[] = [];
    for (const { id } of changes) {
      const followed = this.#byId.get(id);
      if (followed === undefined || this.#knownSeries.has(id)) continue;
      const { family, familyId } = followed;
      if (!this.#knownFamilies.has(familyId)) {
        const { native: _, ...record } = describeFamily(family, familyId);
        families.push(record);
        this.#knownFamilies.add(familyId);
      }
      this.#knownSeries.add(id);
      const { labelValues, created } = followed.series;
      series.push({
        id,
        family: familyId,
        labelValues: labelValues.map((value) => value.slice(0, MOST_LABEL)),
        created,
      });
    }
    return { sequence, families, series, changes };
  }

  #differences(family: Family, series: Series): Change | undefined {
    const length = slotsOf(family);
    const followed = this.#follow(family, series, length);
    const { last } = followed;
    const { values, slot } = series;
    let isChanged = false;
    for (let index = 0; index < length && !isChanged; index += 1) {
      isChanged = !Object.is(values[slot + index] ?? 0, last[index]);
    }
    if (!isChanged) return undefined;
    const isAbsolute = isGauge(family);
    const differences = new Float64Array(length);
    // A count that fell belongs to a series that expired and began anew.
    const isAnew = !isAbsolute && countOf(values, slot, length) < countOf(last, 0, length);
    for (let index = 0; index < length; index += 1) {
      const now = values[slot + index] ?? 0;
      differences[index] = isAbsolute || isAnew ? now : now - (last[index] ?? 0);
      last[index] = now;
    }
    return { id: followed.id, values: differences };
  }

  #follow(family: Family, series: Series, length: number): Followed {
    const existing = this.#followed.get(series);
    if (existing !== undefined) return existing;
    let familyId = this.#familyIds.get(family);
    if (familyId === undefined) {
      familyId = this.#familyIds.size + 1;
      this.#familyIds.set(family, familyId);
    }
    const last = new Float64Array(length).fill(isGauge(family) ? NaN : 0);
    const followed = { id: this.#nextId, family, familyId, series, last };
    this.#nextId += 1;
    this.#followed.set(series, followed);
    this.#byId.set(followed.id, followed);
    return followed;
  }
}

/** About what a series takes to be defined. */
const definitionBytes = ({ labelValues }: Series): number =>
  labelValues.reduce((bytes, value) => bytes + 4 + 3 * Math.min(value.length, MOST_LABEL), 64);

const isGauge = ({ definition: { kind } }: Family): boolean => kind === 'gauge';

/** Of a counter its value, of a histogram how many values it has; the sum of a histogram may fall. */
const countOf = (values: Float64Array, at: number, length: number): number => {
  if (length === 1) return values[at] ?? 0;
  let count = 0;
  for (let index = 1; index < length; index += 1) count += values[at + index] ?? 0;
  return count;
};
