// Everything in the family that declares metrics.
import { createMetrics } from '@oslofjord/metrics';
import {
  instrumentHttpClient,
  instrumentHttpServer,
  instrumentIoredis,
  instrumentRuntime,
  instrumentSiblings,
} from '@oslofjord/metrics/instrumentation';

export { createMetrics };

/** @typedef {import('@oslofjord/metrics').Registry} Registry */

/** @type {{ title: string, help: string, fill: (registry: Registry) => unknown }[]} */
export const SOURCES = [
  {
    title: 'The packages of the family',
    help: '`instrumentSiblings` counts what policy, cache, limit and healthcheck say on their [channels](channels.md).',
    fill: (registry) => instrumentSiblings(registry),
  },
  {
    title: 'HTTP that is served',
    help: "`instrumentHttpServer`; with `conventions: 'otel'` the second name of each.",
    fill: (registry) => instrumentHttpServer(registry, { conventions: 'dup' }),
  },
  {
    title: 'HTTP that is asked for',
    help: "`instrumentHttpClient`; with `conventions: 'otel'` the second name of each.",
    fill: (registry) => instrumentHttpClient(registry, { conventions: 'dup' }),
  },
  {
    title: 'Redis',
    help: '`instrumentIoredis`; `instrumentPg` has the same for PostgreSQL.',
    fill: (registry) => instrumentIoredis(registry, { conventions: 'dup' }),
  },
  {
    title: 'The process',
    help: '`instrumentRuntime`, with the names that other clients of Prometheus have.',
    fill: (registry) => instrumentRuntime(registry),
  },
];
