import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HealthEndpoint } from '../endpoint/endpoint.ts';
import { requestOf } from './node.ts';

/** What is used of a koa context. */
export interface KoaContextLike {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly method: string;
  status: number;
  body: unknown;
  /** Sets a header. */
  set(name: string, value: string): void;
}

/** Middleware for koa that answers at the paths of an endpoint and records the calls of all other requests. */
export const koaHealth =
  (endpoint: HealthEndpoint) =>
  async (context: KoaContextLike, next: () => Promise<unknown>): Promise<void> => {
    const { req } = context;
    const answer = await endpoint.answer(requestOf(req, context));
    if (answer === undefined) {
      await endpoint.health.request(context, next);
      return;
    }
    context.status = answer.status;
    context.body = answer.status === 204 ? null : answer.body;
    for (let index = 0; index < answer.headers.length; index += 2) {
      context.set(answer.headers[index] ?? '', answer.headers[index + 1] ?? '');
    }
  };
