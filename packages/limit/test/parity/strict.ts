import { createEnforcer } from '../../src/enforcer.ts';
import type { Enforcer } from '../../src/enforcer-interface.ts';
import { LimitError } from '../../src/errors.ts';
import { createLimitFixture } from '../../src/testing/fixture.ts';
import type { UsageCounts } from '../../src/usage.ts';
import { plain, untag, type LimitRequest } from './request.ts';

const toObject = (value: unknown): unknown => (value instanceof Map ? Object.fromEntries(value) : value);

const run = (enforcer: Enforcer, { op, args = [] }: LimitRequest): Promise<unknown> => {
  const [first, second] = args.map(untag).map(toObject) as [never, never];
  switch (op) {
    case 'enforce':
      return enforcer.enforce(first, second);
    case 'calculate_usage':
      return enforcer.calculateUsage(first, second);
    case 'get_registered_limits':
      return enforcer.getRegisteredLimits(first);
    case 'get_project_limits':
      return enforcer.getProjectLimits(first, second);
  }
};

/** Answers one request in the default mode: errors by code and message. */
export const strictAnswer = async (request: LimitRequest): Promise<unknown> => {
  const calls: unknown[] = [];
  const enforcer = await createEnforcer({
    limits: createLimitFixture({ registered: request.registered ?? {}, projects: request.project ?? {} }),
    usage: (projectId, names) => {
      calls.push([projectId, [...names]]);
      return (request.usage ?? {}) as UsageCounts;
    },
  });
  let answered: Record<string, unknown>;
  try {
    answered = { result: plain(await run(enforcer, request)) };
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    answered = { error: { code: error.code, message: error.message } };
  }
  return calls.length > 0 ? { ...answered, callback_calls: calls } : answered;
};
