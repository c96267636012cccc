import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { renderText, type Registry } from '@oslofjord/metrics';
import { Ring } from './ring.ts';

/** What a second of the service's life came to. */
export interface Sample {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** Answered requests of the API, by whether they succeeded, were refused (4xx) or failed (5xx); each a second. */
  readonly succeeded: number;
  readonly refused: number;
  readonly failed: number;
  /** Milliseconds that half, 95 % and 99 % of the requests did not take longer than; undefined where there were none. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  readonly hits: number;
  readonly misses: number;
  readonly claimed: number;
  readonly claimsRefused: number;
  /** Of the whole process and of its heap, in MB. */
  readonly resident: number;
  readonly heap: number;
  /** The longest time that the event loop was late, in milliseconds. */
  readonly delay: number;
}

/** One line of a page of metrics. */
interface Line {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const PERIOD = 1000;
/** How many samples are kept: five minutes. */
const KEPT = 300;
const DELAY_RESOLUTION = 10;
const REQUESTS = 'oslo_http_server_request_seconds';

/** The lines of a page of metrics, by name. */
const linesOf = (page: string): ReadonlyMap<string, readonly Line[]> => {
  const found = new Map<string, Line[]>();
  for (const line of page.split('\n')) {
    const parts = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/u.exec(line);
    if (parts === null) continue;
    const [, name = '', block = '', value] = parts;
    const labels = Object.fromEntries(
      [...block.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/gu)].map(([, label = '', text = '']) => [label, text]),
    );
    const lines = found.get(name) ?? [];
    lines.push({ labels, value: Number(value) });
    found.set(name, lines);
  }
  return found;
};

/** What all counters and buckets stood at. */
interface Totals {
  readonly succeeded: number;
  readonly refused: number;
  readonly failed: number;
  readonly hits: number;
  readonly misses: number;
  readonly claimed: number;
  readonly claimsRefused: number;
  /** Upper bound in seconds → requests that took no longer. */
  readonly buckets: ReadonlyMap<number, number>;
}

/** Whether a line is about the API: not about the console, and not about what monitoring and balancers ask for. */
const isApi = ({ labels }: Line): boolean => labels.route?.startsWith('/v1/') === true;

const totalsOf = (registry: Registry): Totals => {
  const names = new Set([`${REQUESTS}_count`, 'oslo_cache_reads_total', 'oslo_limit_claims_total']);
  const lines = linesOf(renderText(registry, { names }));
  const sum = (name: string, counts: (line: Line) => boolean): number =>
    (lines.get(name) ?? []).filter(counts).reduce((total, { value }) => total + value, 0);
  const answered = (first: string): number =>
    sum(`${REQUESTS}_count`, (line) => isApi(line) && line.labels.status?.startsWith(first) === true);
  const labelled = (name: string, label: string, ...values: string[]): number =>
    sum(name, ({ labels }) => values.includes(labels[label] ?? ''));
  const buckets = new Map<number, number>();
  for (const line of lines.get(`${REQUESTS}_bucket`) ?? []) {
    if (!isApi(line)) continue;
    const bound = line.labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(line.labels.le);
    buckets.set(bound, (buckets.get(bound) ?? 0) + line.value);
  }
  return {
    succeeded: answered('2'),
    refused: answered('4'),
    failed: answered('5'),
    hits: labelled('oslo_cache_reads_total', 'result', 'hit', 'stale'),
    misses: labelled('oslo_cache_reads_total', 'result', 'miss'),
    claimed: labelled('oslo_limit_claims_total', 'event', 'reserved'),
    claimsRefused: labelled('oslo_limit_claims_total', 'event', 'refused'),
    buckets,
  };
};

/** What a share of the requests between two moments did not take longer than, in milliseconds: linear inside a bucket. */
export const quantile = (
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
  share: number,
): number | undefined => {
  const grown = [...after]
    .map(([bound, count]) => ({ bound, count: count - (before.get(bound) ?? 0) }))
    .sort((a, b) => a.bound - b.bound);
  const total = grown.at(-1)?.count ?? 0;
  if (total === 0) return undefined;
  const rank = share * total;
  let [lower, below] = [0, 0];
  for (const { bound, count } of grown) {
    if (count >= rank) {
      if (!Number.isFinite(bound)) return lower * 1000;
      return (lower + ((bound - lower) * (rank - below)) / (count - below)) * 1000;
    }
    [lower, below] = [bound, count];
  }
  return lower * 1000;
};

/** Looks at the service's metrics once a second, and remembers five minutes of it. */
export class Samples {
  readonly #registry: Registry;
  readonly #ring = new Ring<Sample>(KEPT);
  readonly #delay: IntervalHistogram;
  readonly #timer: NodeJS.Timeout;
  #before: Totals;
  #beforeAt = performance.now();

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#before = totalsOf(registry);
    this.#delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION });
    this.#delay.enable();
    this.#timer = setInterval(() => {
      this.take();
    }, PERIOD);
    this.#timer.unref();
  }

  /** Oldest first. */
  list(): readonly Sample[] {
    return this.#ring.list();
  }

  /** Takes a sample; called by itself once a second. */
  take(): void {
    const [before, after] = [this.#before, totalsOf(this.#registry)];
    const now = performance.now();
    const seconds = Math.max((now - this.#beforeAt) / 1000, 0.001);
    const rate = (name: Exclude<keyof Totals, 'buckets'>): number => (after[name] - before[name]) / seconds;
    const { rss, heapUsed } = process.memoryUsage();
    const late = this.#delay.count === 0 ? 0 : this.#delay.max / 1e6 - DELAY_RESOLUTION;
    this.#delay.reset();
    this.#ring.add({
      at: Date.now(),
      succeeded: rate('succeeded'),
      refused: rate('refused'),
      failed: rate('failed'),
      p50: quantile(before.buckets, after.buckets, 0.5),
      p95: quantile(before.buckets, after.buckets, 0.95),
      p99: quantile(before.buckets, after.buckets, 0.99),
      hits: rate('hits'),
      misses: rate('misses'),
      claimed: rate('claimed'),
      claimsRefused: rate('claimsRefused'),
      resident: rss / 1e6,
      heap: heapUsed / 1e6,
      delay: Math.max(0, late),
    });
    this.#before = after;
    this.#beforeAt = now;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }
}
