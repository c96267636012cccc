import { type FamilyRecord, parseLine } from '../arenas/records.ts';
import type { Family } from '../families/family.ts';
import type { Series } from '../families/series.ts';
import type { Contributor, MergedPage } from './merge.ts';

/** One series of an arena, and the series of the page that its numbers are added to. */
interface Known {
  readonly record: FamilyRecord;
  readonly labelValues: readonly string[];
  readonly created: number;
  readonly position: number;
  family: Family | undefined;
  target: Series | undefined;
}

/** What is known of an arena from its records, which only grow: each is read once. */
export class ArenaReading {
  readonly #families = new Map<number, FamilyRecord>();
  readonly #series = new Map<number, Known>();
  #rest = '';
  #page: MergedPage | undefined;

  /** Takes the records that came since. What follows the last end of line waits for its rest. */
  append(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const record = parseLine(line);
      if (record === undefined) continue;
      if (record.type === 'family') this.#families.set(record.family.id, record.family);
      else if (record.type === 'removed') this.#series.delete(record.position);
      else {
        const family = this.#families.get(record.family);
        if (family === undefined) continue;
        const { labelValues, created, position } = record;
        this.#series.set(position, {
          record: family,
          labelValues,
          created,
          position,
          family: undefined,
          target: undefined,
        });
      }
    }
  }

  /** Adds the numbers of all series to a page. */
  contribute(page: MergedPage, values: Float64Array, contributor: Contributor): void {
    if (this.#page !== page) {
      this.#page = page;
      for (const known of this.#series.values()) known.target = undefined;
    }
    // A metric without series still stands on the page.
    for (const record of this.#families.values()) page.family(record);
    for (const known of this.#series.values()) {
      if (known.target === undefined || known.target.slot < 0) {
        known.family = page.family(known.record);
        if (known.family === undefined) continue;
        known.target = page.series(known.family, known.record, known.labelValues, contributor.pid);
      }
      if (known.family === undefined || known.position + known.family.slots > values.length) continue;
      page.add(known.family, known.target, values, known.position, known.created, contributor);
    }
  }

  /** Every series with its description. */
  *entries(): Generator<{
    readonly record: FamilyRecord;
    readonly labelValues: readonly string[];
    readonly created: number;
    readonly position: number;
  }> {
    yield* this.#series.values();
  }
}
