import type { Check } from '../checks/check.ts';
import type { Enforcer, Requester, Target } from '../enforcer.ts';

/** One question to an enforcer. */
export interface Request {
  readonly rule: string | Check;
  readonly target: Target;
  readonly requester: Requester;
}

/**
 * Decides many requests at once, in their order. Remote checks are asked side by side, up to `remoteConcurrency`, and the
 * same question only once.
 * @throws the first error of any of them
 */
export const enforceAll = (enforcer: Enforcer, requests: Iterable<Request>): Promise<boolean[]> =>
  Promise.all(
    Array.from(requests, ({ rule, target, requester }) => enforcer.enforceAsync(rule, target, requester)),
  );
