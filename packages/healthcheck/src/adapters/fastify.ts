import type { IncomingMessage } from 'node:http';
import type { HealthEndpoint } from '../endpoint/endpoint.ts';
import { requestOf } from './node.ts';

/** What is used of a fastify request. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
}

/** What is used of a fastify reply. */
export interface FastifyReplyLike {
  /** Sets the status. */
  code(status: number): unknown;
  /** Sets a header. */
  header(name: string, value: string): unknown;
  /** Sends the body and ends the response. */
  send(payload?: unknown): unknown;
}

/** What is used of a fastify instance. */
export interface FastifyLike {
  /** Adds a hook that runs before anything else of a request. */
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequestLike, reply: FastifyReplyLike, done: () => void) => void,
  ): unknown;
}

/**
 * Adds a hook to fastify that answers at the paths of an endpoint and records the calls of all other requests. Call it on
 * the outermost instance, before routes are added; it is no plugin, for those are closed in themselves.
 */
export const fastifyHealth = (app: FastifyLike, endpoint: HealthEndpoint): void => {
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    const answer = endpoint.answer(requestOf(raw, request));
    if (answer === undefined) {
      endpoint.health.request(request, done);
      return;
    }
    void Promise.resolve(answer).then(({ status, headers, body }) => {
      reply.code(status);
      for (let index = 0; index < headers.length; index += 2) {
        reply.header(headers[index] ?? '', headers[index + 1] ?? '');
      }
      if (status === 204) reply.send();
      else reply.send(body);
    });
  });
};
