import type { Enforcer } from '../enforcer.ts';
import { guard, PROBLEM_TYPE, type AdapterOptions, type TargetOf } from './guard.ts';
import type { Headers } from './headers.ts';

/** What is used of a fastify request. */
export interface FastifyRequestLike {
  readonly headers: Headers;
}

/** What is used of a fastify reply. */
export interface FastifyReplyLike {
  /** Sets the status. */
  code(status: number): this;
  /** Sets the content type. */
  type(contentType: string): this;
  /** Sends the body and ends the response. */
  send(payload: unknown): unknown;
}

/**
 * Makes hooks that let a request pass when a rule allows it: `app.get(path, { preHandler: requires('volume:show') }, …)`.
 * A denial is answered with 403, a caller who is not known with 401, as application/problem+json.
 */
export const fastifyGuard =
  <Request extends FastifyRequestLike = FastifyRequestLike>(
    enforcer: Enforcer,
    options: AdapterOptions<Request> = {},
  ) =>
  (rule: string, target?: TargetOf<Request>) =>
  async (request: Request, reply: FastifyReplyLike): Promise<void> => {
    const problem = await guard(enforcer, rule, request, request.headers, target, options);
    if (problem !== undefined) reply.code(problem.status).type(PROBLEM_TYPE).send(problem);
  };
