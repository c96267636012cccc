import type { Credentials, PolicyContext } from '../checks/credentials.ts';
import type { Enforcer, Target } from '../enforcer.ts';
import { InvalidScopeError, PolicyNotAuthorizedError } from '../errors.ts';
import { RequestContext, type Headers } from './headers.ts';

/** An answer that refuses a request, in the form of RFC 9457. */
export interface Problem {
  readonly status: 401 | 403;
  readonly title: string;
  readonly detail: string;
}

/** How an adapter finds out who asks. */
export interface AdapterOptions<Request> {
  /**
   * The credentials of a request; undefined for a caller who is not known.
   * @default the headers of Keystone's middleware
   */
  readonly credentials?: (
    request: Request,
  ) => Credentials | PolicyContext | undefined | Promise<Credentials | PolicyContext | undefined>;
}

/** What a request is about, for a rule that guards a route. @default an empty target */
export type TargetOf<Request> = Target | ((request: Request) => Target | Promise<Target>);

/** The content type of {@link Problem}. */
export const PROBLEM_TYPE = 'application/problem+json';

const UNKNOWN_CALLER: Problem = {
  status: 401,
  title: 'Unauthorized',
  detail: 'The request does not say who sends it',
};

/** The problem that an error of a policy is to a client; undefined for every other error, which is the service's own. */
export const problemOf = (error: unknown): Problem | undefined => {
  if (error instanceof InvalidScopeError) return { status: 403, title: 'Wrong scope', detail: error.message };
  if (error instanceof PolicyNotAuthorizedError)
    return { status: 403, title: 'Forbidden', detail: error.message };
  return undefined;
};

/**
 * Decides whether a request may pass.
 * @returns what to refuse it with; undefined when it may pass
 * @throws whatever `authorizeAsync` throws that is no denial
 */
export const guard = async <Request>(
  enforcer: Enforcer,
  rule: string,
  request: Request,
  headers: Headers,
  target: TargetOf<Request> = {},
  { credentials }: AdapterOptions<Request> = {},
): Promise<Problem | undefined> => {
  const requester =
    credentials === undefined ? RequestContext.fromHeaders(headers) : await credentials(request);
  if (requester === undefined) return UNKNOWN_CALLER;
  try {
    await enforcer.authorizeAsync(
      rule,
      typeof target === 'function' ? await target(request) : target,
      requester,
    );
    return undefined;
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return problem;
  }
};
