import type { Enforcer } from '../enforcer.ts';
import { guard, PROBLEM_TYPE, type AdapterOptions, type TargetOf } from './guard.ts';

/** What is used of a hono context. */
export interface HonoContextLike {
  readonly req: { readonly raw: Request };
}

/**
 * Makes middleware that lets a request pass when a rule allows it: `app.get(path, requires('volume:show'), …)`.
 * A denial is answered with 403, a caller who is not known with 401, as application/problem+json.
 */
export const honoGuard =
  <Context extends HonoContextLike = HonoContextLike>(
    enforcer: Enforcer,
    options: AdapterOptions<Context> = {},
  ) =>
  (rule: string, target?: TargetOf<Context>) =>
  async (context: Context, next: () => Promise<void>): Promise<Response | undefined> => {
    const headers = Object.fromEntries(context.req.raw.headers);
    const problem = await guard(enforcer, rule, context, headers, target, options);
    if (problem === undefined) {
      await next();
      return undefined;
    }
    return new Response(JSON.stringify(problem), {
      status: problem.status,
      headers: { 'content-type': PROBLEM_TYPE },
    });
  };
