import type { Registry } from '../registry.ts';
import {
  durations,
  events,
  type Instrumentation,
  type InstrumentationOptions,
  levels,
} from './conventions.ts';
import { listen } from './subscription.ts';

/** Texts that may hold anything are cut to what a label can bear. */
const short = (text: unknown): string => String(text).slice(0, 120);

/**
 * Counts what `@oslofjord/policy`, `cache`, `limit` and `healthcheck` say on their channels, whichever of them the service
 * uses. OpenTelemetry has no conventions for these: the names are the same in all.
 */
export const instrumentSiblings = (
  registry: Registry,
  options: InstrumentationOptions = {},
): Instrumentation => {
  const own: InstrumentationOptions = { ...options, conventions: 'oslo' };
  const count = (name: string, help: string, ...labels: string[]): ReturnType<typeof events> =>
    events(registry, own, {
      help,
      oslo: name,
      otel: undefined,
      labels: labels.map((label) => [label, undefined]),
    });
  const time = (name: string, help: string, ...labels: string[]): ReturnType<typeof durations> =>
    durations(registry, own, {
      help,
      oslo: name,
      otel: undefined,
      labels: labels.map((label) => [label, undefined]),
    });

  const denied = count('oslo_policy_denied', 'Requests that a policy denied.', 'rule', 'reason');
  const reloads = count('oslo_policy_reloads', 'Policies that came into force or were refused.', 'result');
  const reads = count('oslo_cache_reads', 'Reads of a cache region.', 'region', 'result');
  const creations = time('oslo_cache_create_seconds', 'Duration of creators.', 'region', 'error');
  const backendErrors = count(
    'oslo_cache_backend_errors',
    'Failures of cache servers.',
    'driver',
    'operation',
    'code',
  );
  const hosts = count('oslo_cache_host_changes', 'Cache servers given up or come back.', 'driver', 'state');
  const enforcements = count('oslo_limit_enforcements', 'Requests decided by limits.', 'operation', 'result');
  const over = count('oslo_limit_over', 'Resources of which a request asked too much.', 'resource');
  const refreshes = time('oslo_limit_refresh_seconds', 'Duration of reading limits.', 'what', 'result');
  const claims = count('oslo_limit_claims', 'What happened to claims.', 'event');
  const probes = time('oslo_healthcheck_probe_seconds', 'Duration of health probes.', 'component', 'outcome');
  const status = levels(registry, own, {
    help: 'Whether the last probe of a component succeeded.',
    oslo: 'oslo_healthcheck_status',
    otel: undefined,
    labels: [['component', undefined]],
  });

  return listen({
    'oslofjord:policy:denied': ({ rule, reason }: { readonly rule: string; readonly reason: string }) => {
      denied([short(rule), reason]);
    },
    'oslofjord:policy:reload': () => {
      reloads(['loaded']);
    },
    'oslofjord:policy:reload_failed': () => {
      reloads(['refused']);
    },
    'oslofjord:cache:hit': ({ region, isStale }: { readonly region: string; readonly isStale: boolean }) => {
      reads([short(region), isStale ? 'stale' : 'hit']);
    },
    'oslofjord:cache:miss': ({ region }: { readonly region: string }) => {
      reads([short(region), 'miss']);
    },
    'oslofjord:cache:create': (event: {
      readonly region: string;
      readonly duration: number;
      readonly error?: string;
    }) => {
      creations([short(event.region), event.error ?? ''], event.duration / 1000);
    },
    'oslofjord:cache:backend_error': (event: {
      readonly driver: string;
      readonly operation: string;
      readonly code: string;
    }) => {
      backendErrors([event.driver, event.operation, event.code]);
    },
    'oslofjord:cache:host': ({ driver, state }: { readonly driver: string; readonly state: string }) => {
      hosts([driver, state]);
    },
    'oslofjord:limit:enforce': (event: {
      readonly operation: string;
      readonly granted: boolean;
      readonly over: readonly { readonly resourceName: string }[];
    }) => {
      enforcements([event.operation, event.granted ? 'granted' : 'refused']);
      for (const { resourceName } of event.over) over([short(resourceName)]);
    },
    'oslofjord:limit:refresh': (event: {
      readonly what: string;
      readonly duration: number;
      readonly error?: unknown;
    }) => {
      refreshes([event.what, event.error === undefined ? 'ok' : 'failed'], event.duration / 1000);
    },
    'oslofjord:limit:claim': ({ event }: { readonly event: string }) => {
      claims([event]);
    },
    'oslofjord:healthcheck:probe': (event: {
      readonly component: string;
      readonly outcome: string;
      readonly duration: number;
    }) => {
      probes([short(event.component), event.outcome], event.duration / 1000);
      if (event.outcome !== 'busy') status.set([short(event.component)], event.outcome === 'ok' ? 1 : 0);
    },
  });
};
