import { OsloEnforcer } from '../../src/oslo/enforcer.ts';
import { itemsOf } from '../../src/oslo/values.ts';
import { createLimitFixture } from '../../src/testing/fixture.ts';
import { plain, plainError, untag, type LimitRequest } from './request.ts';

const run = (enforcer: OsloEnforcer, { op, args = [] }: LimitRequest): Promise<unknown> => {
  const [first, second] = args.map(untag);
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

/** Answers one request as oslo.limit does, callback calls included. */
export const answer = async (request: unknown): Promise<unknown> => {
  const asked = request as LimitRequest;
  const calls: unknown[] = [];
  const usage = untag(asked.usage ?? {}) as ReadonlyMap<string, unknown>;
  const callback = (projectId: unknown, names: unknown): ReadonlyMap<string, unknown> => {
    const items = (itemsOf(names) ?? []) as readonly string[];
    calls.push([plain(projectId), items.map(plain)]);
    if (usage.has('raise')) throw new Error(String(usage.get('raise')));
    const counted = items.filter((name) => usage.has(name) || 'default_usage' in asked);
    return new Map(counted.map((name) => [name, usage.has(name) ? usage.get(name) : asked.default_usage]));
  };
  const fixture = createLimitFixture({ registered: asked.registered ?? {}, projects: asked.project ?? {} });
  let answered: Record<string, unknown>;
  try {
    answered = { result: plain(await run(new OsloEnforcer(callback, fixture, 'flat'), asked)) };
  } catch (error) {
    answered = { error: plainError(error) };
  }
  if (calls.length > 0) answered.callback_calls = calls;
  if ('id' in asked) answered.id = asked.id;
  return answered;
};
