import type { LimitRequest } from './request.ts';

/** A place where the default mode deliberately answers otherwise than oslo.limit; `compat: 'oslo'` does not. */
export interface Divergence {
  readonly key: string;
  readonly reason: string;
  /** Where oslo.limit does it: file and function of 7d1e011. */
  readonly evidence: string;
  readonly request: LimitRequest;
  /** What oslo.limit answers, in the form of answer.ts. */
  readonly oslo: unknown;
  /** What the default mode answers, in the form of strict.ts. */
  readonly ours: unknown;
}

/** Every difference between the default mode and oslo.limit in one call, each with a request that shows it. */
export const divergences: readonly Divergence[] = [
  {
    key: 'lenient-usage',
    reason: 'A count that is a text is a mistake of the callback; to read it hides the mistake.',
    evidence: 'limit.py _EnforcerUtils.enforce_limits: int(current_usage[resource_name])',
    request: { registered: { a: 10 }, usage: { a: '9' }, op: 'enforce', args: ['p', { a: 1 }] },
    oslo: { result: null, callback_calls: [['p', ['a']]] },
    ours: {
      error: {
        code: 'ERR_LIMIT_USAGE',
        message: 'the usage callback answered a string for a, which is no whole number',
      },
      callback_calls: [['p', ['a']]],
    },
  },
  {
    key: 'truncated-usage',
    reason: 'Usage of 9.9 of 10 is cut to 9, so that more is granted than there is.',
    evidence: 'limit.py _EnforcerUtils.enforce_limits: int() truncates',
    request: { registered: { a: 10 }, usage: { a: 9.9 }, op: 'enforce', args: ['p', { a: 1 }] },
    oslo: { result: null, callback_calls: [['p', ['a']]] },
    ours: {
      error: {
        code: 'ERR_LIMIT_USAGE',
        message: 'the usage callback answered 9.9 for a, which is no whole number',
      },
      callback_calls: [['p', ['a']]],
    },
  },
  {
    key: 'truth-value-as-delta',
    reason: 'A truth value is no amount; Python happens to count it as one.',
    evidence: 'limit.py Enforcer.enforce: isinstance(v, int)',
    request: { registered: { a: 10 }, usage: { a: 0 }, op: 'enforce', args: ['p', { a: true }] },
    oslo: { result: null, callback_calls: [['p', ['a']]] },
    ours: { error: { code: 'ERR_LIMIT_ARGUMENT', message: 'resource limit is not an integer.' } },
  },
  {
    key: 'inexact-delta',
    reason:
      'A number here holds integers up to 2^53 − 1 exactly; what is beyond is refused rather than rounded.',
    evidence: 'Python integers have no limit',
    request: {
      registered: { a: 10 },
      usage: { a: 0 },
      op: 'enforce',
      args: ['p', { a: { $int: '9007199254740993' } }],
    },
    oslo: {
      error: {
        type: 'ProjectOverLimit',
        str: 'Project p is over a limit for [Resource a is over limit of 10 due to current usage 0 and delta 9007199254740993]',
        project_id: 'p',
        over: [{ resource_name: 'a', limit: 10, current_usage: 0, delta: 9007199254740993n }],
      },
      callback_calls: [['p', ['a']]],
    },
    ours: { error: { code: 'ERR_LIMIT_ARGUMENT', message: 'resource limit is not an integer.' } },
  },
  {
    key: 'text-as-names',
    reason: 'A text given for a list of names is a mistake, not the list of its characters.',
    evidence: 'limit.py Enforcer.calculate_usage: iterates over whatever has a length',
    request: { registered: { a: 10 }, usage: { a: 1, b: 2 }, op: 'calculate_usage', args: ['p', 'ab'] },
    oslo: {
      result: { a: { limit: 10, usage: 1 }, b: { limit: 0, usage: 2 } },
      callback_calls: [['p', ['a', 'b']]],
    },
    ours: {
      error: {
        code: 'ERR_LIMIT_ARGUMENT',
        message: 'resources_to_check must be non-empty sequence of resource name strings',
      },
    },
  },
  {
    key: 'missing-count-in-report',
    reason: 'A callback that lacks a count fails the same way wherever it is asked, and says for what.',
    evidence: 'limit.py Enforcer.calculate_usage: usage[resource] raises KeyError',
    request: { registered: { a: 10 }, usage: {}, op: 'calculate_usage', args: ['p', ['a']] },
    oslo: { error: { type: 'KeyError', str: "'a'" }, callback_calls: [['p', ['a']]] },
    ours: {
      error: { code: 'ERR_LIMIT_USAGE', message: 'unable to get current usage for a' },
      callback_calls: [['p', ['a']]],
    },
  },
  {
    key: 'empty-project',
    reason: 'No project has the empty id; oslo.limit then gives the limit of whichever project comes first.',
    evidence: 'limit.py _EnforcerUtils._get_project_limit: project_id= is no filter',
    request: {
      registered: { a: 10 },
      project: { q: { a: 3 } },
      op: 'get_project_limits',
      args: ['', ['a']],
    },
    oslo: { result: [['a', 3]] },
    ours: {
      error: { code: 'ERR_LIMIT_ARGUMENT', message: 'project_id must be a non-empty string or None.' },
    },
  },
  {
    key: 'names-of-any-kind',
    reason: 'Only a list of texts names resources; anything else is refused instead of answered by 0.',
    evidence: 'limit.py _EnforcerUtils.get_registered_limits: no check of its argument',
    request: { registered: { a: 10 }, op: 'get_registered_limits', args: [['a', 5]] },
    oslo: {
      result: [
        ['a', 10],
        [5, 0],
      ],
    },
    ours: {
      error: {
        code: 'ERR_LIMIT_ARGUMENT',
        message: 'resources_to_check must be non-empty sequence of resource name strings',
      },
    },
  },
];
