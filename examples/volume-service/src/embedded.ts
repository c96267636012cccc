import { createRegion, memory } from '@oslofjord/cache';
import { createHealth, HealthEndpoint, type OsloHealthcheckOptions } from '@oslofjord/healthcheck';
import { createEnforcer } from '@oslofjord/limit';
import { yamlLimits } from '@oslofjord/limit/yaml';
import { createMetrics } from '@oslofjord/metrics';
import {
  instrumentHttpServer,
  instrumentRuntime,
  instrumentSiblings,
} from '@oslofjord/metrics/instrumentation';
import type { Enforcer } from '@oslofjord/policy';
import type { FastifyInstance } from 'fastify';
import { volumeService } from './service.ts';
import { VolumeStore } from './volumes.ts';

/** What the service needs from outside when everything else runs inside its process. */
export interface EmbeddedOptions {
  /** Loaded already; it is not closed here. */
  readonly enforcer: Enforcer;
  /** The file of quotas. */
  readonly limitsFile: string;
  readonly healthcheck: OsloHealthcheckOptions;
}

/** A service with a database, cache, quotas, health and metrics of its own. */
export interface EmbeddedService {
  readonly app: FastifyInstance;
  readonly store: VolumeStore;
  close(): Promise<void>;
}

/** Puts the service together on parts that need no server. */
export const embeddedService = async (options: EmbeddedOptions): Promise<EmbeddedService> => {
  const metrics = createMetrics();
  const instrumentations = [
    instrumentHttpServer(metrics),
    instrumentSiblings(metrics),
    instrumentRuntime(metrics),
  ];
  const health = createHealth({ ...options.healthcheck, service: 'volumes', fileInterval: '100ms' });
  const database = health.component('database');
  const store = await VolumeStore.embedded((query) => database.wrap(query));
  const quotas = await createEnforcer({
    limits: yamlLimits(options.limitsFile),
    usage: (projectId) => store.usageOf(projectId ?? ''),
  });
  const tokens = createRegion({ name: 'tokens', driver: memory({ maxEntries: 10_000 }) });
  const { enforcer } = options;
  const app = volumeService({
    enforcer,
    store,
    quotas,
    tokens,
    metrics,
    health: new HealthEndpoint(health),
  });
  await health.start();
  return {
    app,
    store,
    close: async () => {
      await app.close();
      health.close();
      await quotas.close();
      await tokens.close();
      await store.close();
      for (const each of instrumentations) each.close();
    },
  };
};
