import {
  configureCacheRegion,
  createRegion,
  jsonCodec,
  memory,
  signed,
  type CacheRegion,
} from '@oslofjord/cache';
import { createHealth, HealthEndpoint, type Health, type ShutdownHook } from '@oslofjord/healthcheck';
import { keystone as keystoneCheck, postgresql, rabbitmq } from '@oslofjord/healthcheck/checks';
import { createEnforcer, memoryClaims, type Enforcer as Quotas, type LimitProvider } from '@oslofjord/limit';
import { postgresqlClaims } from '@oslofjord/limit/claims/postgresql';
import { configuredLimits, keystoneLimits, KeystoneSession } from '@oslofjord/limit/keystone';
import { yamlLimits } from '@oslofjord/limit/yaml';
import { createMetrics, type Registry } from '@oslofjord/metrics';
import {
  instrumentHttpClient,
  instrumentHttpServer,
  instrumentRuntime,
  instrumentSiblings,
} from '@oslofjord/metrics/instrumentation';
import { rpcMetricsFromConfig } from '@oslofjord/metrics/messaging';
import { DirectorySource, fileArena, MergedPage } from '@oslofjord/metrics/multiprocess';
import { Enforcer } from '@oslofjord/policy';
import type { FastifyInstance } from 'fastify';
import { serveConsole, type Console } from './console/console.ts';
import type { Faults } from './console/demo/faults.ts';
import { RecordingEnforcer } from './console/watch/recording-enforcer.ts';
import { answering, openPool, openStore } from './database.ts';
import type { ServiceOptions } from './options.ts';
import { policies } from './policies.ts';
import { UnavailableError } from './problems.ts';
import { provisionBy, startWorker, workersAt } from './rpc.ts';
import { volumeService } from './service.ts';
import { keystoneTokens, sharedTokens, type TokenOptions } from './tokens.ts';
import { VolumeStore } from './volumes.ts';

/** A process of the service. */
export interface ConfiguredProcess {
  readonly health: HealthEndpoint;
  /** What is closed at its end: the last one first. */
  readonly hooks: readonly ShutdownHook[];
}

/** A process that answers requests. */
export interface ConfiguredService extends ConfiguredProcess {
  readonly app: FastifyInstance;
  readonly enforcer: Enforcer;
  readonly store: VolumeStore;
  readonly quotas: Quotas;
  readonly console: Console | undefined;
  /** Closes everything at once, for who has no balancer to wait for. */
  close(): Promise<void>;
}

/** Where a process is put together, and on what. */
export interface Surroundings {
  /** The folders of files that the configuration names without a path. */
  readonly configDirs: readonly string[];
  /** In the demo: breaks the database and the cache inside the process, and has the console offer that. */
  readonly faults?: Faults;
}

/** Collects what is to be closed. */
class Hooks {
  readonly list: ShutdownHook[] = [];

  /** What was put together so far is closed where the rest fails. */
  async guard<Made>(make: () => Promise<Made>): Promise<Made> {
    try {
      return await make();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const { signal } = new AbortController();
    for (const { run } of [...this.list].reverse()) await run({ signal });
  }

  add(name: string, run: () => unknown): void {
    this.list.push({ name, run });
  }
}

/** The numbers of this process, and the page of all that share its folder. */
const openMetrics = (directory: string, hooks: Hooks): { metrics: Registry; page?: MergedPage } => {
  const arena = directory === '' ? undefined : fileArena({ directory });
  const metrics = createMetrics(arena === undefined ? {} : { arena });
  if (arena !== undefined)
    hooks.add('numbers', () => {
      arena.close();
    });
  const instrumentations = [
    ...[instrumentHttpServer(metrics), instrumentHttpClient(metrics)],
    ...[instrumentSiblings(metrics), instrumentRuntime(metrics)],
  ];
  hooks.add('instrumentations', () => {
    for (const each of instrumentations) each.close();
  });
  return {
    metrics,
    ...(arena === undefined ? {} : { page: new MergedPage([new DirectorySource(directory)]) }),
  };
};

/** The database: a PostgreSQL, or one inside the process. Without it the process gets no requests. */
const openDatabase = async (
  connection: string,
  {
    metrics,
    health,
    hooks,
    faults,
  }: { metrics: Registry; health: Health; hooks: Hooks; faults?: Faults | undefined },
): Promise<{ store: VolumeStore; claims?: ReturnType<typeof postgresqlClaims> }> => {
  let store: VolumeStore;
  if (connection === '') {
    const database = health.component('database');
    store = await VolumeStore.embedded((query) => answering(database.wrap(faults?.query(query) ?? query)));
    hooks.add('database', () => store.close());
    return { store };
  }
  const pool = openPool(connection, metrics);
  store = await openStore(pool, health.component('database', postgresql(pool)));
  hooks.add('database', () => store.close());
  return { store, claims: postgresqlClaims(pool) };
};

/**
 * How long a process believes an answer without asking the shared cache. When that is away not every request goes to
 * Keystone at once, which would then answer none in time.
 */
const NEAR_SECONDS = 30;

/** Tokens: Keystone's, or those of development. All processes share Keystone: without it one goes on with what is cached. */
const tokensOf = (
  options: ServiceOptions['keystone'],
  { shared, health, hooks }: { shared: CacheRegion | undefined; health: Health; hooks: Hooks },
): TokenOptions => {
  const { authUrl, username, password, userDomainName, tokenCacheTime } = options;
  if (authUrl === '') return {};
  const session = new KeystoneSession({
    auth: { type: 'password', authUrl, username, password, userDomainName, systemScope: 'all' },
    keystone: { endpointOverride: authUrl },
    // Longer than a Keystone under load takes: what is given up here it does all the same, and the next one waits behind it.
    http: { timeout: '10s' },
  });
  hooks.add('tokens', () => {
    session.close();
  });
  const identity = health.component('keystone', { ...keystoneCheck(authUrl), severity: 'degraded' });
  const validate = identity.wrap(keystoneTokens(session));
  const ask = (token: string): ReturnType<typeof validate> =>
    validate(token).catch((error: unknown) => {
      throw new UnavailableError('identity service', error);
    });
  const lifetime = tokenCacheTime / 1000;
  if (shared === undefined) return { lifetime, validate: ask };
  return { lifetime: Math.min(lifetime, NEAR_SECONDS), validate: sharedTokens(shared, ask, lifetime) };
};

/** Where tokens are kept, and where lookups are that Python may share. */
const openCaches = async (
  { cache, keystone }: ServiceOptions,
  { hooks, faults }: { hooks: Hooks; faults: Faults | undefined },
): Promise<{ tokens: CacheRegion; shared?: CacheRegion; lookups?: CacheRegion }> => {
  const tokens = createRegion({ name: 'tokens', driver: memory({ maxEntries: 10_000 }) });
  if (faults !== undefined) tokens.wrap(faults.cacheProxy);
  hooks.add('tokens kept', () => tokens.close());
  if (!cache.enabled) return { tokens };
  const { memcacheSecretKey: secret } = keystone;
  const shared = await configureCacheRegion(
    cache,
    createRegion({ name: 'shared tokens' }),
    secret === undefined ? {} : { codec: signed(jsonCodec, [{ id: '1', secret }]) },
  );
  hooks.add('tokens shared', () => shared.close());
  const lookups = await configureCacheRegion(
    { ...cache, expirationTime: LOOKUP_SECONDS },
    createRegion({ name: 'lookups' }),
    { compat: 'oslo' },
  );
  hooks.add('lookups', () => lookups.close());
  return { tokens, shared, lookups };
};

/** How long a list that counts all volumes may be believed. */
const LOOKUP_SECONDS = 5;

/** Limits: Keystone's where `[oslo_limit]` says how to reach it, else those of the file. */
const openLimits = async ({ keystone, sources, limitsFile }: ServiceOptions): Promise<LimitProvider> => {
  if (keystone.authUrl === '') return yamlLimits(limitsFile);
  const { session, target } = configuredLimits(sources);
  return keystoneLimits({ ...session, target });
};

/** Puts a process that answers requests together on the parts that its configuration names. */
export const configuredService = async (
  options: ServiceOptions,
  surroundings: Surroundings,
): Promise<ConfiguredService> => {
  const hooks = new Hooks();
  return hooks.guard(() => putTogether(options, surroundings, hooks));
};

const putTogether = async (
  options: ServiceOptions,
  { configDirs, faults }: Surroundings,
  hooks: Hooks,
): Promise<ConfiguredService> => {
  const { metrics, page } = openMetrics(options.metrics.directory, hooks);
  const health = createHealth({ ...options.healthcheck, service: 'volumes', fileInterval: '100ms' });
  const { store, claims = memoryClaims() } = await openDatabase(options.database.connection, {
    metrics,
    health,
    hooks,
    faults,
  });
  const { console: hasConsole } = options;
  const enforcer = new (hasConsole ? RecordingEnforcer : Enforcer)({
    ...options.policy,
    policies,
    configDirs,
    reloadInterval: '250ms',
  });
  await enforcer.load();
  hooks.add('policy', () => {
    enforcer.close();
  });
  const limits = await openLimits(options);
  const quotas = await createEnforcer({
    limits,
    usage: (projectId) => store.usageOf(projectId ?? ''),
    claims,
    // Writes end within seconds: what a process that died had claimed is soon free again. And what only claims of others
    // are in the way of is waited for, so that a slow database does not refuse what would fit.
    claim: { ttl: '10s', wait: '4s' },
    // Keystone is asked again before a refusal, but not by every refusal: it answers for the whole cloud.
    cache: { refetchAfter: '5s' },
  });
  hooks.add('quotas', () => quotas.close());
  const { shared, ...caches } = await openCaches(options, { hooks, faults });
  const rpc = rpcMetricsFromConfig(options.sources);
  hooks.add('rpc metrics', () => {
    rpc.close();
  });
  const workers = options.transportUrl === '' ? undefined : workersAt(options.transportUrl, rpc.metrics);
  if (workers !== undefined) hooks.add('workers', () => workers.close());
  const endpoint = new HealthEndpoint(health);
  const app = volumeService({
    ...{ enforcer, store, quotas, ...caches, metrics, health: endpoint },
    tokenOptions: tokensOf(options.keystone, { shared, health, hooks }),
    ...(page === undefined ? {} : { page }),
    ...(workers === undefined
      ? {}
      : {
          provision: provisionBy(
            workers,
            health.component('rabbitmq', {
              ...rabbitmq(() => workers.connection()),
              severity: 'degraded',
            }),
          ),
        }),
  });
  const { backends = [], disableByFilePath } = options.healthcheck;
  const console =
    enforcer instanceof RecordingEnforcer
      ? serveConsole(app, {
          ...{ enforcer, store, quotas, limits, claims, metrics, health, faults },
          regions: [...Object.values(caches), ...(shared === undefined ? [] : [shared])],
          database:
            options.database.connection === ''
              ? 'PostgreSQL inside this process (PGlite), which forgets everything at its end'
              : 'PostgreSQL',
          disableFile: backends.includes('disable_by_file') ? disableByFilePath : undefined,
        })
      : undefined;
  hooks.add('http', () => app.close());
  await health.start();
  return {
    ...{ app, enforcer, store, quotas, console, health: endpoint },
    hooks: hooks.list,
    close: async () => {
      await hooks.close();
      health.close();
    },
  };
};

/** Puts a process that makes volumes together. */
export const configuredWorker = async (options: ServiceOptions, name: string): Promise<ConfiguredProcess> => {
  const hooks = new Hooks();
  const { metrics } = openMetrics(options.metrics.directory, hooks);
  const health = createHealth({ service: 'volume-worker' });
  const { connection } = options.database;
  const { store } = await hooks.guard(() => openDatabase(connection, { metrics, health, hooks }));
  const rpc = rpcMetricsFromConfig(options.sources);
  hooks.add('rpc metrics', () => {
    rpc.close();
  });
  const worker = startWorker(options.transportUrl, { name, store, metrics: rpc.metrics });
  hooks.add('worker', () => worker.close());
  await health.start();
  return { health: new HealthEndpoint(health), hooks: hooks.list };
};
