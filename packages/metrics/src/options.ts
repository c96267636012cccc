import { type Duration, parseDuration } from '@oslofjord/config';
import type { Arena } from './arenas/arena.ts';
import { heapArena } from './arenas/heap.ts';
import { ConfigurationError, type MetricsIssue } from './errors.ts';
import type { ExemplarSource } from './families/exemplars.ts';

/** How many series there may be. What comes beyond is counted in one series whose labels all say `__overflow__`. */
export interface LimitOptions {
  /**
   * Series of one metric; a metric may state its own.
   * @default 2000
   */
  readonly seriesPerMetric?: number;
  /**
   * Series of all metrics together.
   * @default 1000000
   */
  readonly series?: number;
}

/** What a registry is made with. */
export interface MetricsOptions {
  readonly limits?: LimitOptions;
  /**
   * How long a series stays on the page without an event; a metric may state its own.
   * @default for ever
   */
  readonly ttl?: Duration;
  /**
   * Throws InvalidEventError where an event has wrong labels or a wrong value. Otherwise, as a service in production
   * needs it, such events are counted in `oslofjord_metrics_rejected_total`.
   * @default false
   */
  readonly strict?: boolean;
  /** Where exemplars come from: see `activeSpanExemplars`. */
  readonly exemplars?: ExemplarSource;
  /**
   * Where numbers live: this process's memory, memory that threads share, or a file.
   * @default heapArena()
   */
  readonly arena?: Arena;
  /**
   * Whether the registry says on its page what it turned away.
   * @default true
   */
  readonly selfMetrics?: boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Options with all defaults. */
export interface ResolvedMetricsOptions {
  readonly seriesPerMetric: number;
  readonly series: number;
  readonly ttl: number | undefined;
  readonly isStrict: boolean;
  readonly exemplars: ExemplarSource | undefined;
  readonly arena: Arena;
  readonly hasSelfMetrics: boolean;
  readonly now: () => number;
}

const isLimit = (value: number): boolean => value === Infinity || (Number.isInteger(value) && value >= 1);

/** @returns a duration in milliseconds, or an issue */
export const readDuration = (value: Duration, path: string, issues: MetricsIssue[]): number | undefined => {
  try {
    const milliseconds = parseDuration(value);
    if (milliseconds > 0) return milliseconds;
    issues.push({ path, message: `${String(value)} is not longer than nothing; write '10m'` });
  } catch (error) {
    issues.push({ path, message: error instanceof Error ? error.message : String(error) });
  }
  return undefined;
};

/** @throws ConfigurationError with every problem */
export const resolveMetricsOptions = (options: MetricsOptions): ResolvedMetricsOptions => {
  const issues: MetricsIssue[] = [];
  const { seriesPerMetric = 2000, series = 1_000_000 } = options.limits ?? {};
  for (const [path, value] of [
    ['limits.seriesPerMetric', seriesPerMetric],
    ['limits.series', series],
  ] as const) {
    if (!isLimit(value)) {
      issues.push({ path, message: `${String(value)} is no number of series; write 1 or more, or Infinity` });
    }
  }
  const ttl = options.ttl === undefined ? undefined : readDuration(options.ttl, 'ttl', issues);
  if (issues.length > 0) throw new ConfigurationError(issues);
  return {
    seriesPerMetric,
    series,
    ttl,
    isStrict: options.strict ?? false,
    exemplars: options.exemplars,
    arena: options.arena ?? heapArena(),
    hasSelfMetrics: options.selfMetrics ?? true,
    now: options.now ?? Date.now,
  };
};
