import type { Counters, Histograms } from '../families/instruments.ts';
import { declareOsloMetrics } from '../collector/intake.ts';
import type { Registry } from '../registry.ts';
import { OSLO_METRICS, type OsloMetric } from '../wire/definitions.ts';
import type { WireLabel } from '../wire/encode.ts';
import { PythonFloat, PythonInteger } from '../wire/python-json.ts';
import { pythonStr } from '../wire/python-text.ts';

/** Labels of an event, before they become text as in Python: null becomes `None`. */
export type OsloLabels = Readonly<Record<string, WireLabel>>;

/** Where the events of oslo.messaging's metrics go. */
export interface OsloEvents {
  /** Adds 1 to a counter. */
  inc(metric: string, labels: OsloLabels): void;
  /** Observes a duration. */
  observe(metric: string, labels: OsloLabels, seconds: number): void;
}

const textOf = (value: WireLabel | undefined): string => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return pythonStr(value ?? null);
  return pythonStr(Number.isSafeInteger(value) ? new PythonInteger(String(value)) : new PythonFloat(value));
};

/**
 * Events into a registry of this process, under the names and labels that oslo.metrics' collector gives them: to be
 * served by the process itself, or sent by `streamTo`.
 */
export const registryEvents = (registry: Registry): OsloEvents => {
  const declared = declareOsloMetrics(registry);
  const families = new Map<string, readonly [OsloMetric, Counters | Histograms]>();
  for (const metric of OSLO_METRICS) {
    const family = declared.get(metric);
    if (family !== undefined) families.set(metric.name, [metric, family]);
  }
  const seriesOf = (
    name: string,
    labels: OsloLabels,
  ): ReturnType<(Counters | Histograms)['withValues']> | undefined => {
    const found = families.get(name);
    return found?.[1].withValues(found[0].labels.map((label) => textOf(labels[label])));
  };
  return {
    inc: (metric, labels) => {
      const series = seriesOf(metric, labels);
      if (series !== undefined && 'inc' in series) series.inc();
    },
    observe: (metric, labels, seconds) => {
      const series = seriesOf(metric, labels);
      if (series !== undefined && 'observe' in series) series.observe(seconds);
    },
  };
};
