import { Intake } from '../../src/collector/intake.ts';
import { renderText } from '../../src/exposition/text.ts';
import { createMetrics, type Registry } from '../../src/registry.ts';
import { samplesOf } from './samples.ts';

/** One datagram: text, or bytes where it is none; lone halves of pairs stand for bytes, as in Python's surrogateescape. */
interface Datagram {
  readonly raw?: string;
  readonly b64?: string;
}

/** Bytes of a datagram. */
export const bytesOf = (datagram: Datagram | string): Buffer => {
  if (typeof datagram !== 'string') {
    return datagram.b64 === undefined ? bytesOf(datagram.raw ?? '') : Buffer.from(datagram.b64, 'base64');
  }
  const parts = datagram.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 1 ? Buffer.of(part.charCodeAt(0) - 0xdc00) : Buffer.from(part, 'utf8'),
    ),
  );
};

/** A collector as far as numbers go, and what it turned away. */
export const collectorOf = (
  compat: 'oslo' | undefined,
): { registry: Registry; logs: string[]; deviations: string[]; take: (bytes: Buffer) => void } => {
  const registry =
    compat === 'oslo'
      ? createMetrics({ limits: { seriesPerMetric: Infinity, series: Infinity }, selfMetrics: false })
      : createMetrics({ selfMetrics: false });
  const logs: string[] = [];
  const deviations: string[] = [];
  const intake = new Intake(
    registry,
    { compat, labelBytes: 1024 },
    {
      rejected: ({ message }) => logs.push(`ERROR: ${message}`),
      deviated: (deviation) => deviations.push(deviation),
      negative: () => undefined,
    },
  );
  return {
    registry,
    logs,
    deviations,
    take: (bytes) => {
      intake.process(bytes);
    },
  };
};

const LONE = /\p{Surrogate}+/u;

/** How Python fails to encode its page. */
const scrapeOf = (registry: Registry): string => {
  const page = renderText(registry, { numbers: 'python', created: true });
  const lone = LONE.exec(page);
  if (lone === null) return 'ok';
  const start = Array.from(page.slice(0, lone.index)).length;
  const [first = ''] = lone;
  const which =
    first.length === 1
      ? `character '\\u${first.charCodeAt(0).toString(16)}' in position ${String(start)}`
      : `characters in position ${String(start)}-${String(start + first.length - 1)}`;
  return `UnicodeEncodeError: 'utf-8' codec can't encode ${which}: surrogates not allowed / OM UnicodeEncodeError`;
};

/** What one datagram does to a fresh collector. */
export const outcomeOf = (datagram: Datagram, compat: 'oslo' | undefined): Record<string, unknown> => {
  const { registry, logs, take } = collectorOf(compat);
  take(bytesOf(datagram));
  return { delta: samplesOf(registry), logs, scrape: scrapeOf(registry), died: null };
};

/** The page after a stream of datagrams: lines of `oslo_messaging_*`, as Python writes them. */
export const replay = (datagrams: readonly (Datagram | string)[], compat: 'oslo' | undefined): string => {
  const { registry, take } = collectorOf(compat);
  for (const datagram of datagrams) take(bytesOf(datagram));
  return renderText(registry, { numbers: 'python' });
};

/** Answers one request as oslo.metrics 1201581 does: a datagram by its outcome, a stream by the page. */
export const answer = (request: unknown): unknown => {
  const { replay: stream, ...datagram } = request as Datagram & {
    readonly replay?: readonly (Datagram | string)[];
  };
  return stream === undefined ? outcomeOf(datagram, 'oslo') : { text: replay(stream, 'oslo') };
};
