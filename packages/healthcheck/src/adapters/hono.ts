import type { HealthEndpoint } from '../endpoint/endpoint.ts';
import { answerFetch, type FetchOrigin } from './fetch.ts';

/** What is used of a hono context. */
export interface HonoContextLike {
  readonly req: { readonly raw: Request };
  readonly env?: unknown;
}

/** Where @hono/node-server keeps the request of node:http. */
interface NodeBindings {
  readonly incoming?: { readonly socket: { readonly remoteAddress?: string; readonly localPort?: number } };
}

const originOf = ({ env }: HonoContextLike): FetchOrigin => {
  const socket = (env as NodeBindings | undefined)?.incoming?.socket;
  return { remoteAddress: socket?.remoteAddress, port: socket?.localPort };
};

/** Middleware for hono that answers at the paths of an endpoint and records the calls of all other requests. */
export const honoHealth =
  (endpoint: HealthEndpoint) =>
  async (context: HonoContextLike, next: () => Promise<void>): Promise<Response | undefined> => {
    const { raw } = context.req;
    const answer = await answerFetch(endpoint, raw, originOf(context), context);
    if (answer === undefined) await endpoint.health.request(context, next);
    return answer;
  };
