import { expect, test } from 'vitest';
import { answer } from './answer.ts';
import { divergences } from './divergences.ts';

/** What counts: status and body, or the error. */
const counting = (given: unknown): unknown => {
  const { status, body, error } = given as { status?: string; body?: string; error?: string };
  return error === undefined
    ? { status, body }
    : { error: error.replace('the health check cannot be started: ', '').replace(/; known are .*/, '') };
};

test.each(divergences.map((one) => [one.key, one] as const))('%s differs as it is meant to', (_, one) => {
  expect(counting(answer(one.request))).toEqual(one.oslo);
  expect(counting(answer(one.request, 'strict'))).toEqual(one.ours);
  expect(one.ours).not.toEqual(one.oslo);
});
