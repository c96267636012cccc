import { createRegion, memory } from '@oslofjord/cache';
import { createHealth, HealthEndpoint, type OsloHealthcheckOptions } from '@oslofjord/healthcheck';
import { createEnforcer, memoryClaims, type Enforcer as Quotas } from '@oslofjord/limit';
import { yamlLimits } from '@oslofjord/limit/yaml';
import { createMetrics } from '@oslofjord/metrics';
import {
  instrumentHttpServer,
  instrumentRuntime,
  instrumentSiblings,
} from '@oslofjord/metrics/instrumentation';
import type { Enforcer } from '@oslofjord/policy';
import type { FastifyInstance } from 'fastify';
import { serveConsole, type Console } from './console/console.ts';
import { Faults } from './console/demo/faults.ts';
import { RecordingEnforcer } from './console/watch/recording-enforcer.ts';
import { volumeService } from './service.ts';
import { VolumeStore } from './volumes.ts';

/** What the service needs from outside when everything else runs inside its process. */
export interface EmbeddedOptions {
  /** Loaded already; it is not closed here. With one that remembers its decisions there is a console. */
  readonly enforcer: Enforcer;
  /** The file of quotas. */
  readonly limitsFile: string;
  readonly healthcheck: OsloHealthcheckOptions;
}

/** A service with a database, cache, quotas, health and metrics of its own. */
export interface EmbeddedService {
  readonly app: FastifyInstance;
  readonly store: VolumeStore;
  readonly quotas: Quotas;
  readonly console: Console | undefined;
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
  const faults = new Faults();
  const store = await VolumeStore.embedded((query) => database.wrap(faults.wrap(query)));
  const limits = yamlLimits(options.limitsFile);
  const claims = memoryClaims();
  const quotas = await createEnforcer({
    limits,
    claims,
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
  const { backends = [], disableByFilePath } = options.healthcheck;
  const console =
    enforcer instanceof RecordingEnforcer
      ? serveConsole(app, {
          ...{ enforcer, store, quotas, limits, claims, metrics, health, faults },
          regions: [tokens],
          database: 'PostgreSQL inside this process (PGlite), which forgets everything at its end',
          disableFile: backends.includes('disable_by_file') ? disableByFilePath : undefined,
        })
      : undefined;
  await health.start();
  return {
    app,
    store,
    quotas,
    console,
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
