import { expect, test } from 'vitest';
import { answer } from './answer.ts';
import { comparable, recorded } from './recorded.ts';
import { strictAnswer } from './strict.ts';
import type { LimitRequest } from './request.ts';

interface Answered {
  readonly result?: unknown;
  readonly error?: {
    readonly type?: string;
    readonly str?: string;
    readonly code?: string;
    readonly message?: string;
  };
  readonly callback_calls?: unknown;
}

// Where oslo.limit gives an answer and the default mode does too, it is the same answer; where the default mode refuses
// what oslo.limit takes, or the other way round, a divergence says so.
const EXPLAINED = new Set(['ERR_LIMIT_USAGE', 'ERR_LIMIT_ARGUMENT']);

test('the default mode answers recorded requests as oslo.limit, or refuses them for a reason on the list', async () => {
  let same = 0;
  for (const line of recorded('cases.jsonl').trimEnd().split('\n')) {
    const { id: _, ...request } = JSON.parse(line) as LimitRequest & { id: number };
    if ('default_usage' in request || request.usage?.raise !== undefined) continue;
    const oslo = comparable(await answer(request)) as Answered;
    const ours = comparable(await strictAnswer(request)) as Answered;
    const code = ours.error?.code;
    if (code === undefined) expect(ours.result, line).toEqual(oslo.result);
    else if (code === 'ERR_LIMIT_OVER') expect(ours.error?.message, line).toBe(oslo.error?.str);
    else expect(EXPLAINED, line).toContain(code);
    if (oslo.error?.type === 'ProjectOverLimit' && code !== 'ERR_LIMIT_OVER')
      expect(EXPLAINED, line).toContain(code);
    same += 1;
  }
  expect(same).toBeGreaterThan(500);
});
