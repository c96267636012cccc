export { expressGuard } from './adapters/express.ts';
export { fastifyGuard } from './adapters/fastify.ts';
export { guard, problemOf, PROBLEM_TYPE } from './adapters/guard.ts';
export { RequestContext } from './adapters/headers.ts';
export { honoGuard } from './adapters/hono.ts';
export { koaGuard } from './adapters/koa.ts';

export type { ExpressRequestLike, ExpressResponseLike } from './adapters/express.ts';
export type { FastifyReplyLike, FastifyRequestLike } from './adapters/fastify.ts';
export type { AdapterOptions, Problem, TargetOf } from './adapters/guard.ts';
export type { Headers, RequestContextValues } from './adapters/headers.ts';
export type { HonoContextLike } from './adapters/hono.ts';
export type { KoaContextLike } from './adapters/koa.ts';
