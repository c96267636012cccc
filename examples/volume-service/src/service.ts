import type { CacheRegion } from '@oslofjord/cache';
import type { HealthEndpoint } from '@oslofjord/healthcheck';
import { fastifyHealth } from '@oslofjord/healthcheck/adapters/fastify';
import type { Enforcer as Quotas } from '@oslofjord/limit';
import { metricsHandler, type Registry } from '@oslofjord/metrics';
import type { MergedPage } from '@oslofjord/metrics/multiprocess';
import type { Credentials, Enforcer } from '@oslofjord/policy';
import { where } from '@oslofjord/policy/filters';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { problemOf, RequestError, type Problem } from './problems.ts';
import { credentialsOf, type TokenOptions } from './tokens.ts';
import { VOLUME_COLUMNS, type Volume, type VolumeStore } from './volumes.ts';

/** Text that PostgreSQL can keep: it has no place for the character 0. */
const TEXT = { type: 'string', minLength: 1, maxLength: 255, pattern: '^[^\\u0000]*$' } as const;
const PROJECT_PARAMS = { type: 'object', properties: { project: TEXT } } as const;
const VOLUME_BODY = {
  type: 'object',
  required: ['name', 'size'],
  additionalProperties: false,
  properties: {
    name: TEXT,
    size: { type: 'integer', minimum: 1, maximum: 65_536 },
  },
} as const;
const SIZE_BODY = {
  type: 'object',
  required: ['size'],
  additionalProperties: false,
  properties: { size: VOLUME_BODY.properties.size },
} as const;

/** What the list of projects is called in the cache. */
export const PROJECTS_KEY = 'volume-service projects';

const sendProblem = (reply: FastifyReply, problem: Problem): FastifyReply =>
  reply.status(problem.status).type('application/problem+json').send(problem);

const noVolume = (id: string): RequestError => new RequestError(404, 'Not found', `There is no volume ${id}`);

/** What the service is made of. */
export interface ServiceParts {
  readonly enforcer: Enforcer;
  readonly store: VolumeStore;
  /** Limits of `volumes` and `gigabytes`. */
  readonly quotas: Quotas;
  /** Where validated tokens are kept. */
  readonly tokens: CacheRegion;
  readonly metrics: Registry;
  readonly health: HealthEndpoint;
  /** How tokens are validated. @default as development tokens */
  readonly tokenOptions?: TokenOptions;
  /** The page of all processes. @default that of this one's metrics */
  readonly page?: MergedPage;
  /** Where the list of projects is kept for a moment, which counts all volumes; Python may share it. @default nowhere */
  readonly lookups?: CacheRegion;
  /** Hands a new volume to whoever makes it, and returns at once. @default it is there as soon as it is written down */
  readonly provision?: (volume: Volume) => void;
}

/**
 * The block-storage API: every request names its caller by `X-Auth-Token`, every operation asks the policy before it
 * touches the store, and what makes a project larger happens inside a claim. Health and metrics are for the cloud's
 * own network; they need no token.
 */
export const volumeService = ({
  enforcer,
  store,
  quotas,
  tokens,
  metrics,
  health,
  provision,
  page,
  tokenOptions,
  lookups,
}: ServiceParts): FastifyInstance => {
  const app = fastify({
    forceCloseConnections: true,
    logger: { level: 'error', stream: process.stderr },
    // What is sent is meant: a word that is not known, or a text where a number belongs, is not put right in silence.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, problemOf(error));
    },
  });
  fastifyHealth(app, health);
  const handlePage = metricsHandler(page ?? metrics);
  app.get('/metrics', (request, reply) => {
    reply.hijack();
    handlePage(request.raw, reply.raw);
  });

  // Whoever is nobody learns so before what they sent is read.
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.url?.startsWith('/v1/') !== true) return;
    const credentials = await credentialsOf(tokens, request.headers['x-auth-token'], tokenOptions);
    if (credentials === undefined) {
      throw new RequestError(401, 'Unauthorized', 'Send a known token in the header X-Auth-Token');
    }
    request.setDecorator('caller', credentials);
  });
  const callerOf = (request: FastifyRequest): Credentials => request.getDecorator<Credentials>('caller');
  /** Who sent the request, once they may do `rule`. */
  const authorize = (request: FastifyRequest, rule: string, projectId?: string): Credentials => {
    const caller = callerOf(request);
    const target = projectId === undefined ? {} : { project_id: projectId, user_id: caller.user_id };
    enforcer.authorize(rule, target, caller);
    return caller;
  };
  /** The volume of the request, once its caller may do `rule` to it. Whoever may not see it is told that it is absent. */
  const volumeOf = async (request: FastifyRequest, rule: string): Promise<Volume> => {
    const { id } = request.params as { id: string };
    const caller = callerOf(request);
    const volume = await store.find(id);
    const target = { project_id: volume?.projectId, user_id: volume?.userId };
    if (volume === undefined || !enforcer.enforce('volume:show', target, caller)) {
      throw noVolume(id);
    }
    enforcer.authorize(rule, target, caller);
    return volume;
  };

  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.status === 500) request.log.error(error);
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler(({ method, url }, reply) =>
    sendProblem(reply, { status: 404, title: 'Not found', detail: `There is no ${method} ${url}` }),
  );

  app.get('/v1/projects', async (request) => {
    authorize(request, 'project:list');
    const count = () => store.projects();
    const projects = lookups === undefined ? count() : lookups.getOrCreate(PROJECTS_KEY, count);
    return { projects: await projects };
  });
  app.get('/v1/volumes', async (request) => {
    authorize(request, 'volume:list_all');
    return { volumes: await store.list() };
  });
  app.get<{ Params: { project: string } }>(
    '/v1/projects/:project/volumes',
    { schema: { params: PROJECT_PARAMS } },
    async (request) => {
      const caller = authorize(request, 'volume:list', request.params.project);
      // What may be shown is what may be listed: the rule becomes a condition of the query, and no other row is read.
      const visible = where(enforcer, 'volume:show', caller, { columns: VOLUME_COLUMNS });
      return { volumes: await store.list(request.params.project, visible) };
    },
  );
  app.post<{ Params: { project: string }; Body: { name: string; size: number } }>(
    '/v1/projects/:project/volumes',
    { schema: { params: PROJECT_PARAMS, body: VOLUME_BODY } },
    async (request, reply) => {
      const { project } = request.params;
      const caller = authorize(request, 'volume:create', project);
      const { name, size } = request.body;
      const { user_id: userId } = caller as { user_id?: string };
      const status = provision === undefined ? 'available' : 'creating';
      const made = await quotas.claim(project, { volumes: 1, gigabytes: size }, () =>
        store.create(project, name, size, { ...(userId === undefined ? {} : { userId }), status }),
      );
      provision?.(made);
      return reply.status(201).send(made);
    },
  );
  app.get('/v1/volumes/:id', (request) => volumeOf(request, 'volume:show'));
  app.post<{ Params: { id: string }; Body: { size: number } }>(
    '/v1/volumes/:id/resize',
    { schema: { body: SIZE_BODY } },
    async (request) => {
      const volume = await volumeOf(request, 'volume:resize');
      const { size } = request.body;
      const growth = size - volume.size;
      const resize = () => store.resize(volume.id, size);
      const resized =
        growth > 0 ? await quotas.claim(volume.projectId, { gigabytes: growth }, resize) : undefined;
      if (resized !== undefined) return resized;
      // Somebody else may have made it larger meanwhile, or deleted it.
      const now = growth > 0 ? await store.find(volume.id) : volume;
      throw now === undefined
        ? noVolume(volume.id)
        : new RequestError(409, 'Conflict', `A volume only grows; this one has ${now.size} GiB`);
    },
  );
  app.delete('/v1/volumes/:id', async (request, reply) => {
    const volume = await volumeOf(request, 'volume:delete');
    await store.delete(volume.id);
    return reply.status(204).send();
  });
  return app;
};
