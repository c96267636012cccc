import type { Enforcer } from '../enforcer.ts';
import { guard, PROBLEM_TYPE, type AdapterOptions, type TargetOf } from './guard.ts';
import type { Headers } from './headers.ts';

/** What is used of a koa context. */
export interface KoaContextLike {
  readonly headers: Headers;
  status: number;
  type: string;
  body: unknown;
}

/**
 * Makes middleware that lets a request pass when a rule allows it: `app.use(requires('volume:show'))`.
 * A denial is answered with 403, a caller who is not known with 401, as application/problem+json.
 */
export const koaGuard =
  <Context extends KoaContextLike = KoaContextLike>(
    enforcer: Enforcer,
    options: AdapterOptions<Context> = {},
  ) =>
  (rule: string, target?: TargetOf<Context>) =>
  async (context: Context, next: () => Promise<unknown>): Promise<void> => {
    const problem = await guard(enforcer, rule, context, context.headers, target, options);
    if (problem === undefined) {
      await next();
      return;
    }
    context.status = problem.status;
    context.type = PROBLEM_TYPE;
    context.body = JSON.stringify(problem);
  };
