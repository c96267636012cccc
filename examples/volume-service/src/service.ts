import type { CacheRegion } from '@oslofjord/cache';
import type { HealthEndpoint } from '@oslofjord/healthcheck';
import { fastifyHealth } from '@oslofjord/healthcheck/adapters/fastify';
import type { Enforcer as Quotas } from '@oslofjord/limit';
import { metricsHandler, type Registry } from '@oslofjord/metrics';
import type { Credentials, Enforcer } from '@oslofjord/policy';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import { problemOf, RequestError } from './problems.ts';
import { credentialsOf } from './tokens.ts';
import type { Volume, VolumeStore } from './volumes.ts';

const VOLUME_BODY = {
  type: 'object',
  required: ['name', 'size'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 255 },
    size: { type: 'integer', minimum: 1, maximum: 65_536 },
  },
} as const;
const SIZE_BODY = {
  type: 'object',
  required: ['size'],
  additionalProperties: false,
  properties: { size: VOLUME_BODY.properties.size },
} as const;

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
}: ServiceParts): FastifyInstance => {
  const app = fastify({ forceCloseConnections: true });
  fastifyHealth(app, health);
  const page = metricsHandler(metrics);
  app.get('/metrics', (request, reply) => {
    reply.hijack();
    page(request.raw, reply.raw);
  });

  const callerOf = async (request: FastifyRequest): Promise<Credentials> => {
    const credentials = await credentialsOf(tokens, request.headers['x-auth-token']);
    if (credentials === undefined) {
      throw new RequestError(401, 'Unauthorized', 'Send a known token in the header X-Auth-Token');
    }
    return credentials;
  };
  const authorize = async (request: FastifyRequest, rule: string, projectId?: string): Promise<void> => {
    const caller = await callerOf(request);
    enforcer.authorize(rule, projectId === undefined ? {} : { project_id: projectId }, caller);
  };
  /** The volume of the request, once its caller may do `rule` to it. Whoever may not see it is told that it is absent. */
  const volumeOf = async (request: FastifyRequest, rule: string): Promise<Volume> => {
    const { id } = request.params as { id: string };
    const caller = await callerOf(request);
    const volume = await store.find(id);
    const target = { project_id: volume?.projectId };
    if (volume === undefined || !enforcer.enforce('volume:show', target, caller)) {
      throw new RequestError(404, 'Not found', `There is no volume ${id}`);
    }
    enforcer.authorize(rule, target, caller);
    return volume;
  };

  app.setErrorHandler((error, _request, reply) => {
    const problem = problemOf(error);
    return reply.status(problem.status).type('application/problem+json').send(problem);
  });

  app.get('/v1/projects', async (request) => {
    await authorize(request, 'project:list');
    return { projects: await store.projects() };
  });
  app.get('/v1/volumes', async (request) => {
    await authorize(request, 'volume:list_all');
    return { volumes: await store.list() };
  });
  app.get<{ Params: { project: string } }>('/v1/projects/:project/volumes', async (request) => {
    await authorize(request, 'volume:list', request.params.project);
    return { volumes: await store.list(request.params.project) };
  });
  app.post<{ Params: { project: string }; Body: { name: string; size: number } }>(
    '/v1/projects/:project/volumes',
    { schema: { body: VOLUME_BODY } },
    async (request, reply) => {
      await authorize(request, 'volume:create', request.params.project);
      const { name, size } = request.body;
      const { project } = request.params;
      const made = await quotas.claim(project, { volumes: 1, gigabytes: size }, () =>
        store.create(project, name, size),
      );
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
      if (resized === undefined) {
        throw new RequestError(409, 'Conflict', `A volume only grows; this one has ${volume.size} GiB`);
      }
      return resized;
    },
  );
  app.delete('/v1/volumes/:id', async (request, reply) => {
    const volume = await volumeOf(request, 'volume:delete');
    await store.delete(volume.id);
    return reply.status(204).send();
  });
  return app;
};
