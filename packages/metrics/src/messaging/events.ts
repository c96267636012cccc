import { durations, type InstrumentationOptions } from '../instrumentation/conventions.ts';
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
  /** A call has ended, with an exception or without one: what other conventions than oslo.messaging's ask for. */
  ended?(side: 'client' | 'server', labels: OsloLabels, seconds: number, exception: string | undefined): void;
}

/** How events become metrics. */
export interface RegistryEventsOptions extends Pick<InstrumentationOptions, 'conventions'> {
  /** What carries the calls, for OpenTelemetry's `rpc.system.name`. @default 'oslo_messaging' */
  readonly system?: string;
}

const textOf = (value: WireLabel | undefined): string => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return pythonStr(value ?? null);
  return pythonStr(Number.isSafeInteger(value) ? new PythonInteger(String(value)) : new PythonFloat(value));
};

/** Durations of ended calls by OpenTelemetry's stable conventions for rpc: `rpc_client_call_duration_seconds` and so on. */
const otelEnded = (registry: Registry, system: string): NonNullable<OsloEvents['ended']> => {
  const declare = (side: 'client' | 'server'): ReturnType<typeof durations> =>
    durations(
      registry,
      { conventions: 'otel' },
      {
        help: `Duration of calls, as the ${side} sees them.`,
        oslo: undefined,
        otel: `rpc_${side}_call_duration_seconds`,
        labels: OTEL_LABELS.map((label) => [undefined, label] as const),
      },
    );
  const sides = { client: declare('client'), server: declare('server') };
  return (side, { topic, method }, seconds, exception) => {
    sides[side]([system, textOf(method), textOf(topic), exception ?? ''], seconds);
  };
};

const OTEL_LABELS = ['rpc_system_name', 'rpc_method', 'messaging_destination_name', 'error_type'];

/**
 * Events into a registry of this process, under the names and labels that oslo.metrics' collector gives them: to be
 * served by the process itself, or sent by `streamTo`. With `conventions: 'otel'` under those of OpenTelemetry, with
 * `'dup'` under both.
 */
export const registryEvents = (
  registry: Registry,
  { conventions = 'oslo', system = 'oslo_messaging' }: RegistryEventsOptions = {},
): OsloEvents => {
  if (conventions === 'otel') {
    return { inc: () => undefined, observe: () => undefined, ended: otelEnded(registry, system) };
  }
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
    ...(conventions === 'dup' ? { ended: otelEnded(registry, system) } : {}),
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
