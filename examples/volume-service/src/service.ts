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

/**
 * The block-storage API: every request names its caller by `X-Auth-Token`, and every operation asks the policy before
 * it touches the store.
 */
export const volumeService = (enforcer: Enforcer, store: VolumeStore): FastifyInstance => {
  const app = fastify({ forceCloseConnections: true });

  const callerOf = (request: FastifyRequest): Credentials => {
    const credentials = credentialsOf(request.headers['x-auth-token']);
    if (credentials === undefined) {
      throw new RequestError(401, 'Unauthorized', 'Send a known token in the header X-Auth-Token');
    }
    return credentials;
  };
  const authorize = (request: FastifyRequest, rule: string, projectId?: string): void => {
    enforcer.authorize(rule, projectId === undefined ? {} : { project_id: projectId }, callerOf(request));
  };
  /** The volume of the request, once its caller may do `rule` to it. Whoever may not see it is told that it is absent. */
  const volumeOf = async (request: FastifyRequest, rule: string): Promise<Volume> => {
    const { id } = request.params as { id: string };
    const caller = callerOf(request);
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
    authorize(request, 'project:list');
    return { projects: await store.projects() };
  });
  app.get('/v1/volumes', async (request) => {
    authorize(request, 'volume:list_all');
    return { volumes: await store.list() };
  });
  app.get<{ Params: { project: string } }>('/v1/projects/:project/volumes', async (request) => {
    authorize(request, 'volume:list', request.params.project);
    return { volumes: await store.list(request.params.project) };
  });
  app.post<{ Params: { project: string }; Body: { name: string; size: number } }>(
    '/v1/projects/:project/volumes',
    { schema: { body: VOLUME_BODY } },
    async (request, reply) => {
      authorize(request, 'volume:create', request.params.project);
      const { name, size } = request.body;
      return reply.status(201).send(await store.create(request.params.project, name, size));
    },
  );
  app.get('/v1/volumes/:id', (request) => volumeOf(request, 'volume:show'));
  app.post<{ Params: { id: string }; Body: { size: number } }>(
    '/v1/volumes/:id/resize',
    { schema: { body: SIZE_BODY } },
    async (request) => {
      const volume = await volumeOf(request, 'volume:resize');
      const resized = await store.resize(volume.id, request.body.size);
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
