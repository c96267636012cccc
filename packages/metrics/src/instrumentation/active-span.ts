import type { ExemplarSource } from '../families/exemplars.ts';

/** What of `@opentelemetry/api` is used: hand the module over. */
export interface TraceApi {
  readonly trace: {
    getActiveSpan(): { spanContext(): SpanContext } | undefined;
  };
}

interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/** The flag of a span that is recorded: others lead nowhere. */
const SAMPLED = 1;

/**
 * Takes exemplars from the span that is active while an event is counted, where that span is recorded.
 *
 * ```ts no-run
 * import * as api from '@opentelemetry/api';
 * createMetrics({ exemplars: activeSpanExemplars(api) });
 * ```
 */
export const activeSpanExemplars =
  (api: TraceApi): ExemplarSource =>
  () => {
    const context = api.trace.getActiveSpan()?.spanContext();
    if (context === undefined || (context.traceFlags & SAMPLED) === 0) return undefined;
    return { trace_id: context.traceId, span_id: context.spanId };
  };
