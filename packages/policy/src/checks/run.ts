import { AsyncCheckError, EvaluationError } from '../errors.ts';
import { formatCheck } from './check.ts';
import type { Wait } from './walk.ts';

/** A stack that overflows is what a cycle of rules looks like. */
export const asRecursionError = (error: unknown): unknown =>
  error instanceof RangeError && error.message.includes('call stack')
    ? new EvaluationError('RecursionError', 'rules refer to each other without end, or nest too deeply', {
        cause: error,
      })
    : error;

/**
 * Runs a walk to its end.
 * @throws AsyncCheckError (ERR_POLICY_ASYNC_CHECK) when it has to wait
 */
export const runSync = (walk: Generator<Wait, unknown, unknown>): unknown => {
  try {
    const step = walk.next();
    if (step.done === true) return step.value;
    throw new AsyncCheckError(formatCheck(step.value.check));
  } catch (error) {
    throw asRecursionError(error);
  }
};

/** Runs a walk to its end, waiting for one check after the other. */
export const runAsync = async (walk: Generator<Wait, unknown, unknown>): Promise<unknown> => {
  try {
    let step = walk.next();
    while (step.done !== true) {
      let answer: unknown;
      try {
        answer = await step.value.start();
      } catch (error) {
        step = walk.throw(error);
        continue;
      }
      step = walk.next(answer);
    }
    return step.value;
  } catch (error) {
    throw asRecursionError(error);
  }
};
