import { html, type Html } from '../html.ts';
import type { Watched } from '../parts.ts';
import { plot } from '../plots.ts';
import type { Sample } from '../watch/samples.ts';

interface Drawn {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly (readonly [name: string, of: Exclude<keyof Sample, 'at'>])[];
}

const PLOTS: readonly Drawn[] = [
  {
    id: 'requests',
    title: 'Requests',
    unit: 'per second',
    lines: [
      ['succeeded', 'succeeded'],
      ['refused (4xx)', 'refused'],
      ['failed (5xx)', 'failed'],
    ],
  },
  {
    id: 'latency',
    title: 'How long requests took',
    unit: 'ms',
    lines: [
      ['median', 'p50'],
      ['95 %', 'p95'],
      ['99 %', 'p99'],
    ],
  },
  {
    id: 'cache',
    title: 'Reads of the cache',
    unit: 'per second',
    lines: [
      ['hits', 'hits'],
      ['misses', 'misses'],
    ],
  },
  {
    id: 'claims',
    title: 'Claims of quota',
    unit: 'per second',
    lines: [
      ['granted', 'claimed'],
      ['refused', 'claimsRefused'],
    ],
  },
  {
    id: 'memory',
    title: 'Memory',
    unit: 'MB',
    lines: [
      ['process', 'resident'],
      ['heap', 'heap'],
    ],
  },
  { id: 'loop', title: 'Event loop late by', unit: 'ms, at most', lines: [['late', 'delay']] },
];

/** The last three minutes of the service's metrics. */
export const metrics = ({ samples }: Watched): Html => {
  const list = samples.list();
  const at = list.map((sample) => sample.at);
  return html`<div class="grid">
      ${PLOTS.map(({ lines, ...rest }) =>
        plot({
          ...rest,
          at,
          lines: lines.map(([name, of]) => ({ name, values: list.map((sample) => sample[of]) })),
        }),
      )}
    </div>
    <p class="soft">
      Taken once a second from the same numbers that <a href="/metrics">/metrics</a> gives to Prometheus; the
      console’s own requests and those of balancers are left out. Between two bounds of a histogram, times are
      taken as evenly spread.
    </p>`;
};
