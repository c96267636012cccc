// Registry
export { createMetrics, Registry } from './registry.ts';
export type { CollectCallback, CounterOf, GaugeOf, HistogramOf, StateSet } from './registry.ts';
export type { LimitOptions, MetricsOptions } from './options.ts';
export type { CardinalityReport, LabelReport } from './cardinality/report.ts';
export type { HeavyHitter } from './cardinality/heavy-hitters.ts';

// Metrics
export { DURATION_BUCKETS, exponentialBuckets, linearBuckets } from './families/declaration.ts';
export type {
  CounterOptions,
  GaugeOptions,
  HistogramOptions,
  MetricOptions,
} from './families/declaration.ts';
export type { Counter } from './families/counter.ts';
export type { ExemplarLabels, ExemplarSource } from './families/exemplars.ts';
export type { Aggregate, MetricKind } from './families/family.ts';
export type { Gauge } from './families/gauge.ts';
export type { Histogram, Timer } from './families/histogram.ts';
export type { CounterFamily, GaugeFamily, HistogramFamily } from './families/instruments.ts';
export type { LabelDeclaration, LabelsOf, LabelValue } from './families/labels.ts';
export type { NativeOptions } from './families/native.ts';

// Arenas
export type { Arena, Slots } from './arenas/arena.ts';
export { heapArena } from './arenas/heap.ts';

// Pages
export { metricsFetchHandler, metricsHandler, serveMetrics } from './exposition/handler.ts';
export type { MetricsHandler, MetricsServer, ServeOptions } from './exposition/handler.ts';
export { CONTENT_TYPES, negotiateFormat } from './exposition/negotiate.ts';
export type { PageFormat } from './exposition/negotiate.ts';
export { renderOpenMetrics } from './exposition/openmetrics.ts';
export type { OpenMetricsOptions } from './exposition/openmetrics.ts';
export { Pages } from './exposition/pages.ts';
export type { PageRequest, PageSource, RenderOptions } from './exposition/pages.ts';
export { renderProtobuf } from './exposition/protobuf.ts';
export { renderText } from './exposition/text.ts';
export type { TextOptions } from './exposition/text.ts';

// Errors
export {
  ConfigurationError,
  InvalidEventError,
  MappingUnavailableError,
  MetricConflictError,
  MetricDeclarationError,
  MetricsError,
  PushError,
  ServerStartError,
} from './errors.ts';
export type { MetricsIssue } from './errors.ts';
