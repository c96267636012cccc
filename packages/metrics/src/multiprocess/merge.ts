import type { FamilyRecord } from '../arenas/records.ts';
import type { Family } from '../families/family.ts';
import { Histograms } from '../families/instruments.ts';
import type { Series } from '../families/series.ts';
import { Registry } from '../registry.ts';

/** Whose numbers are added. */
export interface Contributor {
  readonly pid: number;
  readonly isAlive: boolean;
}

/** Something that knows numbers of this or other processes. */
export interface MetricsSource {
  /** Adds what it knows to a page that is being made. */
  contribute(page: MergedPage): void | Promise<void>;
}

/** The first `le` bucket's slot within a histogram; before it lies the sum. */
const FIRST_BUCKET = 1;

/**
 * One page out of many sources. Counters and histograms add up; gauges combine as their declaration says. The page
 * keeps its series from one collection to the next, so that making it anew is little more than additions.
 */
export class MergedPage {
  readonly #registry: Registry;
  readonly #sources: readonly MetricsSource[];
  readonly #conflicts = new Set<string>();
  #collecting: Promise<Registry> | undefined;

  constructor(sources: readonly MetricsSource[]) {
    this.#sources = sources;
    this.#registry = new Registry({
      limits: { seriesPerMetric: Infinity, series: Infinity },
      selfMetrics: false,
    });
  }

  /** Reads all sources. Callers at the same time share one reading. */
  collect(): Promise<Registry> {
    return (this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = undefined;
    }));
  }

  async #collect(): Promise<Registry> {
    this.#begin();
    for (const source of this.#sources) await source.contribute(this);
    return this.#end();
  }

  /** Like `collect`, for sources that need not wait for anything. */
  collectNow(): Registry {
    this.#begin();
    for (const source of this.#sources) void source.contribute(this);
    return this.#end();
  }

  #begin(): void {
    this.#conflicts.clear();
    for (const family of this.#registry.families) {
      for (const series of family.series) {
        series.values.fill(0, series.slot, series.slot + family.slots);
        if (family instanceof Histograms) family.begin(series);
        series.isTouched = false;
      }
    }
  }

  #end(): Registry {
    for (const metric of this.#conflicts) {
      this.#registry
        .gauge('oslofjord_metrics_conflicting', {
          help: 'Metrics of a source that another source has with other labels, kind or buckets: they are left out.',
          labels: ['metric'],
        })
        .set({ metric }, 1);
    }
    for (const family of this.#registry.families) family.prune(({ isTouched }) => isTouched);
    return this.#registry;
  }

  /**
   * The metric of the page that takes a metric of a source; undefined where the page has another of that name, which
   * two versions of one service may bring about: the first one wins.
   */
  family(record: FamilyRecord): Family | undefined {
    const isPerProcess = isKeptPerProcess(record);
    const common = {
      help: record.help,
      unit: record.unit,
      labels: isPerProcess ? [...record.labels, 'pid'] : record.labels,
      aggregate: record.aggregate,
    };
    try {
      if (record.kind === 'counter') {
        this.#registry.counter(record.name, { ...common, total: record.total ?? true });
      } else if (record.kind === 'histogram') {
        this.#registry.histogram(record.name, {
          ...common,
          buckets: record.bounds ?? [],
          native: record.native ?? false,
        });
      } else return this.#registry.gauges(record.name, record.kind, common);
      return this.#registry.family(record.name);
    } catch {
      this.#conflicts.add(record.name);
      return undefined;
    }
  }

  /** The series of the page that takes a series of a source. */
  series(family: Family, record: FamilyRecord, labelValues: readonly string[], pid: number | string): Series {
    const values = isKeptPerProcess(record) ? [...labelValues, String(pid)] : labelValues;
    const isNew = !family.has(values);
    const series = family.withValues(values);
    if (isNew) series.isTouched = false;
    return series;
  }

  /** Adds the numbers of a source's series to one of the page. */
  add(
    family: Family,
    series: Series,
    from: Float64Array,
    at: number,
    created: number,
    { isAlive }: Contributor,
  ): void {
    const { values, slot } = series;
    const isFirst = !series.isTouched;
    if (family instanceof Histograms) {
      const { bounds, native } = family.layout;
      const end = FIRST_BUCKET + bounds.length + 1;
      for (let index = 0; index < end; index += 1) {
        values[slot + index] = (values[slot + index] ?? 0) + (from[at + index] ?? 0);
      }
      native?.merge(values, slot + end, from, at + end);
    } else if (family.definition.kind === 'counter') {
      values[slot] = (values[slot] ?? 0) + (from[at] ?? 0);
    } else {
      const { aggregate } = family.definition;
      if (!isAlive && aggregate.startsWith('live')) return;
      combine(aggregate, isFirst, values, slot, from, at);
    }
    series.created = isFirst ? created : Math.min(series.created, created);
    series.isTouched = true;
  }
}

/** Whether each process keeps its own series, with a label `pid`. */
export const isKeptPerProcess = ({ kind, aggregate }: FamilyRecord): boolean =>
  kind === 'gauge' && (aggregate === 'all' || aggregate === 'liveall');

const combine = (
  aggregate: string,
  isFirst: boolean,
  values: Float64Array,
  slot: number,
  from: Float64Array,
  at: number,
): void => {
  const value = from[at] ?? 0;
  const present = values[slot] ?? 0;
  if (aggregate.endsWith('mostrecent')) {
    const time = from[at + 1] ?? 0;
    if (!isFirst && time < (values[slot + 1] ?? 0)) return;
    values[slot] = value;
    values[slot + 1] = time;
  } else if (isFirst) values[slot] = value;
  else if (aggregate.endsWith('min')) values[slot] = Math.min(present, value);
  else if (aggregate.endsWith('max')) values[slot] = Math.max(present, value);
  else if (aggregate.endsWith('sum')) values[slot] = present + value;
  else values[slot] = value;
};
