import type { Enforcer } from '../enforcer.ts';
import { guard, PROBLEM_TYPE, type AdapterOptions, type TargetOf } from './guard.ts';
import type { Headers } from './headers.ts';

/** What is used of an express request. */
export interface ExpressRequestLike {
  readonly headers: Headers;
}

/** What is used of an express response. */
export interface ExpressResponseLike {
  /** Sets the status. */
  status(status: number): this;
  /** Sets the content type. */
  type(contentType: string): this;
  /** Sends the body and ends the response. */
  send(body: unknown): unknown;
}

/**
 * Makes middleware that lets a request pass when a rule allows it: `app.get(path, requires('volume:show'), …)`.
 * A denial is answered with 403, a caller who is not known with 401, as application/problem+json.
 */
export const expressGuard =
  <Request extends ExpressRequestLike = ExpressRequestLike>(
    enforcer: Enforcer,
    options: AdapterOptions<Request> = {},
  ) =>
  (rule: string, target?: TargetOf<Request>) =>
  async (request: Request, response: ExpressResponseLike, next: (error?: unknown) => void): Promise<void> => {
    let problem;
    try {
      problem = await guard(enforcer, rule, request, request.headers, target, options);
    } catch (error) {
      next(error);
      return;
    }
    if (problem === undefined) next();
    else response.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
  };
