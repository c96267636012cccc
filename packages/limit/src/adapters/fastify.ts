import { PROBLEM_TYPE, toProblem, type ProblemOptions } from '../problem.ts';

/** What is used of a fastify reply. */
export interface FastifyReplyLike {
  code(status: number): this;
  type(contentType: string): this;
  send(payload: unknown): unknown;
}

/**
 * Makes the error handler that answers requests over a limit, and those whose limits cannot be checked, with
 * application/problem+json; it throws every other error on: `app.setErrorHandler(limitProblems())`.
 */
export const limitProblems =
  (options: ProblemOptions = {}) =>
  (error: unknown, _request: unknown, reply: FastifyReplyLike): void => {
    const problem = toProblem(error, options);
    if (problem === undefined) throw error;
    reply.code(problem.status).type(PROBLEM_TYPE).send(problem);
  };
