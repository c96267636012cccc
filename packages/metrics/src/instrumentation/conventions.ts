import type { Registry } from '../registry.ts';
import { DURATION_BUCKETS } from '../families/declaration.ts';
import type { Counters, Gauges, Histograms } from '../families/instruments.ts';
import type { Family } from '../families/family.ts';

/**
 * Whose names are used: `oslo` for those of this family of libraries, `otel` for OpenTelemetry's stable semantic
 * conventions, `dup` for both while dashboards change over.
 */
export type Conventions = 'oslo' | 'otel' | 'dup';

/** What every instrumentation takes. */
export interface InstrumentationOptions {
  /** @default 'oslo' */
  readonly conventions?: Conventions;
  /**
   * Upper bounds of durations, in seconds.
   * @default those of OpenTelemetry: 0.005 to 10
   */
  readonly buckets?: readonly number[];
}

/** Stops an instrumentation. */
export interface Instrumentation extends Disposable {
  /** Counts nothing from now on. What has been counted stays. */
  close(): void;
}

/** A metric with its name in both conventions; a label may be missing in one of them. */
export interface DualDefinition {
  readonly help: string;
  readonly oslo: string | undefined;
  readonly otel: string | undefined;
  /** Of each label its name in both conventions. */
  readonly labels: readonly (readonly [oslo: string | undefined, otel: string | undefined])[];
}

/** Where the values of an event go: to one series, or to one in each convention. */
interface Route<F extends Family> {
  readonly family: F;
  /** Which of the values the family's labels are. */
  readonly indexes: readonly number[];
}

const routesOf = <F extends Family>(
  definition: DualDefinition,
  conventions: Conventions,
  declare: (name: string, labels: readonly string[]) => F,
): Route<F>[] =>
  (['oslo', 'otel'] as const).flatMap((convention, side) => {
    const name = definition[convention];
    if (name === undefined || (conventions !== 'dup' && conventions !== convention)) return [];
    const chosen = definition.labels.flatMap((label, index) => {
      const text = label[side];
      return text === undefined ? [] : [{ index, text }];
    });
    const family = declare(
      name,
      chosen.map(({ text }) => text),
    );
    return [{ family, indexes: chosen.map(({ index }) => index) }];
  });

const seriesOf = <F extends Family>(
  { family, indexes }: Route<F>,
  values: readonly string[],
): F['series'][number] => family.withValues(indexes.map((index) => values[index] ?? ''));

/** Observes durations, in seconds. */
export const durations = (
  registry: Registry,
  { conventions = 'oslo', buckets = DURATION_BUCKETS }: InstrumentationOptions,
  definition: DualDefinition,
): ((values: readonly string[], seconds: number) => void) => {
  const routes = routesOf(definition, conventions, (name, labels) => {
    registry.histogram(name, { help: definition.help, unit: 'seconds', labels, buckets });
    return registry.family(name) as Histograms;
  });
  return (values, seconds) => {
    for (const route of routes) seriesOf(route, values).observe(seconds);
  };
};

/** Counts events. */
export const events = (
  registry: Registry,
  { conventions = 'oslo' }: InstrumentationOptions,
  definition: DualDefinition,
): ((values: readonly string[], amount?: number) => void) => {
  const routes = routesOf(definition, conventions, (name, labels) => {
    registry.counter(name, { help: definition.help, labels });
    return registry.family(name) as Counters;
  });
  return (values, amount = 1) => {
    for (const route of routes) seriesOf(route, values).inc(amount);
  };
};

/** Changes or sets levels. */
export const levels = (
  registry: Registry,
  { conventions = 'oslo' }: InstrumentationOptions,
  definition: DualDefinition,
): {
  readonly add: (values: readonly string[], change: number) => void;
  readonly set: (values: readonly string[], value: number) => void;
} => {
  const routes = routesOf(definition, conventions, (name, labels) => {
    registry.gauge(name, { help: definition.help, labels });
    return registry.family(name) as Gauges;
  });
  return {
    add: (values, change) => {
      for (const route of routes) seriesOf(route, values).inc(change);
    },
    set: (values, value) => {
      for (const route of routes) seriesOf(route, values).set(value);
    },
  };
};
