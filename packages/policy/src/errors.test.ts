import { expect, test } from 'vitest';
import { EvaluationError, PolicyError, PolicyLoadError, PolicyNotAuthorizedError } from './errors.ts';

test('an error is an instance of its class and of those above it, and of no other', () => {
  const error = new PolicyNotAuthorizedError('volumes:delete');
  expect(error instanceof PolicyNotAuthorizedError).toBe(true);
  expect(error instanceof PolicyError).toBe(true);
  expect(error instanceof EvaluationError).toBe(false);
  expect(error.code).toBe('ERR_POLICY_NOT_AUTHORIZED');
});

test('an error of another copy of the package is recognised', () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('oslofjord.policy.ERR_POLICY_LOAD')]: true });
  expect(foreign instanceof PolicyLoadError).toBe(true);
});

test('a refused policy names every problem with file and line', () => {
  const error = new PolicyLoadError([
    { file: '/etc/policy.yaml', line: 3, column: 7, rule: 'a', message: 'is wrong' },
    { file: undefined, line: undefined, column: undefined, rule: 'b', message: 'is wrong, too' },
  ]);
  expect(error.message).toBe(
    'the policy was refused: 2 problems\n  /etc/policy.yaml:3:7: "a": is wrong\n  registered default: "b": is wrong, too',
  );
});
