import { PROBLEM_TYPE, toProblem, type ProblemOptions } from '../problem.ts';

/** What is used of an express response. */
export interface ExpressResponseLike {
  readonly headersSent: boolean;
  status(status: number): this;
  type(contentType: string): this;
  send(body: unknown): unknown;
}

/**
 * Makes the error handler that answers requests over a limit, and those whose limits cannot be checked, with
 * application/problem+json; it hands on every other error. Put it after the routes: `app.use(limitProblems())`.
 */
export const limitProblems =
  (options: ProblemOptions = {}) =>
  (
    error: unknown,
    _request: unknown,
    response: ExpressResponseLike,
    next: (error?: unknown) => void,
  ): void => {
    const problem = toProblem(error, options);
    if (problem === undefined || response.headersSent) next(error);
    else response.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
  };
