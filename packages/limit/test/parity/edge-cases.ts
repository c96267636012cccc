import {
  InvalidArgumentError,
  ProjectOverLimitError,
  SessionInitError,
  type OverLimitInfo,
} from '../../src/errors.ts';
import { OsloEnforcer } from '../../src/oslo/enforcer.ts';
import { itemsOf, PythonFloat, toInteger } from '../../src/oslo/values.ts';
import { createLimitFixture, type LimitFixture } from '../../src/testing/fixture.ts';
import { plain, plainError } from './request.ts';

const REGISTERED = { a: 10, b: 5, neg: -1, zero: 0, neg5: -5 };
const PROJECTS = { p: { a: 3, unl: 7, zero: 4, b: -1, z2: 0 }, q: { a: 0 } };

type Usage = Readonly<Record<string, unknown>> | ((projectId: unknown, names: unknown) => unknown);
type Call = (enforcer: OsloEnforcer) => Promise<unknown>;

const fixture = (): LimitFixture =>
  createLimitFixture({
    registered: { ...REGISTERED },
    projects: Object.fromEntries(Object.entries(PROJECTS).map(([id, limits]) => [id, { ...limits }])),
  });

const outcome = async (run: () => unknown): Promise<Record<string, unknown>> => {
  try {
    return { result: plain((await run()) ?? null) };
  } catch (error) {
    return { error: plainError(error) };
  }
};

/** One call with what it answered and how the callback was called. */
const ask = async (call: Call, usage: Usage = {}): Promise<unknown> => {
  const seen: unknown[] = [];
  const callback =
    typeof usage === 'function'
      ? usage
      : (projectId: unknown, names: unknown): unknown => {
          const items = itemsOf(names) as readonly string[];
          const kind = Array.isArray(names)
            ? 'list'
            : typeof names === 'string'
              ? 'str'
              : names instanceof Set
                ? 'set'
                : 'dict';
          seen.push([plain(projectId), kind, [...items]]);
          return new Map(items.map((name) => [name, Object.hasOwn(usage, name) ? usage[name] : 0]));
        };
  const answered = await outcome(() => call(new OsloEnforcer(callback, fixture(), 'flat')));
  return seen.length > 0 ? { ...answered, callback_calls: seen } : answered;
};

const enforce =
  (projectId: unknown, deltas: unknown): Call =>
  (enforcer) =>
    enforcer.enforce(projectId, deltas);
const usageOf =
  (projectId: unknown, names: unknown): Call =>
  (enforcer) =>
    enforcer.calculateUsage(projectId, names);
const registered =
  (names: unknown): Call =>
  (enforcer) =>
    enforcer.getRegisteredLimits(names);
const ofProject =
  (projectId: unknown, names: unknown): Call =>
  (enforcer) =>
    enforcer.getProjectLimits(projectId, names);

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Answers the edge case of each name; names are those the recording gave them, in its order. */
export const edgeCases: ReadonlyMap<string, readonly (() => Promise<unknown>)[]> = (() => {
  const cases = new Map<string, (() => Promise<unknown>)[]>();
  const add = (name: string, run: () => Promise<unknown>): void => {
    cases.set(name, [...(cases.get(name) ?? []), run]);
  };
  const call = (name: string, made: Call, usage?: Usage): void => {
    add(name, () => ask(made, usage));
  };

  const projects: readonly [string, unknown][] = [
    ["'p'", 'p'],
    ["'q'", 'q'],
    ["'other'", 'other'],
    ['None', null],
    ["''", ''],
    ['5', 5],
    ['0', 0],
    ["b'p'", bytes('p')],
    ["['p']", ['p']],
    ['True', true],
  ];
  for (const [shown, projectId] of projects) call(`enforce(${shown}, a:1)`, enforce(projectId, { a: 1 }));

  const deltas: readonly [string, unknown][] = [
    ['{}', {}],
    ['None', null],
    ['[]', []],
    ["[('a', 1)]", [['a', 1]]],
    ["'a'", 'a'],
    ["{'a': '1'}", { a: '1' }],
    ["{'a': 1.0}", { a: new PythonFloat(1) }],
    ["{'a': None}", { a: null }],
    ["{'a': True}", { a: true }],
    ["{'a': False}", { a: false }],
    ['{1: 1}', new Map([[1, 1]])],
    ["{'a': -1}", { a: -1 }],
    ["{'a': 0}", { a: 0 }],
    ["{'': 1}", { '': 1 }],
    [`{'a': 1${'0'.repeat(30)}}`, { a: 10n ** 30n }],
  ];
  for (const [shown, asked] of deltas) call(`enforce("other", ${shown})`, enforce('other', asked));

  const usages: readonly [string, unknown, number][] = [
    ['10', 10, 0],
    ['11', 11, 0],
    ['9', 9, 1],
    ['10', 10, 1],
    ['12', 12, -1],
    ['12', 12, -2],
    ['12', 12, -3],
    ["'9'", '9', 1],
    ["'x'", 'x', 1],
    ['9.9', 9.9, 1],
    ['10.9', 10.9, 0],
    ['None', null, 0],
    ['True', true, 9],
    ['-5', -5, 15],
    ['-5', -5, 16],
  ];
  for (const [shown, usage, delta] of usages) {
    call(`limit 10, usage ${shown}, delta ${String(delta)}`, enforce('other', { a: delta }), { a: usage });
  }

  call('over on two, order sorted', enforce('other', { b: 6, a: 11 }));
  call('over on one of two', enforce('other', { b: 1, a: 11 }));
  call('unregistered delta 1', enforce('other', { nope: 1 }));
  call('unregistered delta 0 usage 0', enforce('other', { nope: 0 }));
  call('unregistered delta 0 usage 1', enforce('other', { nope: 0 }), { nope: 1 });
  call('project override but not registered', enforce('p', { unl: 7 }));
  call('project override 0 (falsy object?)', enforce('p', { z2: 1 }));
  call('project override 0 over registered 10', enforce('q', { a: 1 }));
  call('project override 4 over registered 0', enforce('p', { zero: 4 }));
  call('registered -1 huge', enforce('other', { neg: 1e12 }));
  call('registered -1 delta 0 usage 5', enforce('other', { neg: 0 }), { neg: 5 });
  call('project -1 over registered 5', enforce('p', { b: 99 }));
  call('registered -5', enforce('other', { neg5: 1 }));
  call('over with -1 among others', enforce('other', { neg: 9, a: 11 }));
  call('callback missing key', enforce('other', { a: 1, b: 1 }), () => ({ a: 0 }));
  call('callback missing key of an unlimited resource', enforce('other', { neg: 1 }), () => ({}));
  call('callback extra keys', enforce('other', { a: 1 }), () => ({ a: 0, zzz: 99 }));
  call('callback returns None', enforce('other', { a: 1 }), () => null);
  call('callback returns list of pairs', enforce('other', { a: 1 }), () => [['a', 0]]);
  call('callback raises', enforce('other', { a: 1 }), () => {
    throw new Error('db down');
  });
  call('callback not callable', () => Promise.resolve(0));
  for (const [shown, callback] of [
    ['None', null],
    ["'x'", 'x'],
    ['5', 5],
  ] as const) {
    add(`Enforcer(${shown})`, () => outcome(() => new OsloEnforcer(callback, fixture(), 'flat')));
  }

  const names: readonly [string, unknown, unknown][] = [
    ["'p', ['a', 'b']", 'p', ['a', 'b']],
    ["'p', ['b', 'a']", 'p', ['b', 'a']],
    ["'p', {'a'}", 'p', new Set(['a'])],
    ["'p', {'a': 1}", 'p', { a: 1 }],
    ["'p', 'a'", 'p', 'a'],
    ["'p', 'ab'", 'p', 'ab'],
    ["'p', []", 'p', []],
    ["'p', None", 'p', null],
    ["'p', 5", 'p', 5],
    ["'p', [1]", 'p', [1]],
    ["'p', ['a', 1]", 'p', ['a', 1]],
    ["'p', ['a', 'a']", 'p', ['a', 'a']],
    ["None, ['a']", null, ['a']],
    ["'', ['a']", '', ['a']],
    ["'p', ['nope']", 'p', ['nope']],
  ];
  for (const [shown, projectId, asked] of names) {
    call(`calculate_usage(${shown})`, usageOf(projectId, asked), { a: 2 });
  }
  // A tuple and a generator have no twin here: an array stands for the one, an iterator for the other.
  add("calculate_usage('p', ('a',))", async () => {
    const answered = (await ask(usageOf('p', ['a']), { a: 2 })) as {
      callback_calls: [unknown, unknown, unknown][];
    };
    return {
      ...answered,
      callback_calls: answered.callback_calls.map(([id, , asked]) => [id, 'tuple', asked]),
    };
  });
  call('calculate_usage(generator)', usageOf('p', ['a'].values()), { a: 2 });
  call('calculate_usage callback missing key', usageOf('p', ['a', 'b']), () => ({ a: 1 }));
  call('calculate_usage usage as str', usageOf('p', ['a']), { a: '2' });

  const lists: readonly [string, unknown][] = [
    ["['a', 'nope', 'neg']", ['a', 'nope', 'neg']],
    ['[]', []],
    ['None', null],
    ["'ab'", 'ab'],
    ["('a',)", ['a']],
    ["['a', 'a']", ['a', 'a']],
    ['5', 5],
  ];
  for (const [shown, asked] of lists) {
    call(`get_registered_limits(${shown})`, registered(asked));
    call(`get_project_limits("p", ${shown})`, ofProject('p', asked));
  }
  call('get_project_limits(None, ["a"])', ofProject(null, ['a']));
  call('get_project_limits(None, None)', ofProject(null, null));
  call('get_project_limits("", ["a"])', ofProject('', ['a']));
  call('get_project_limits("p", None)', ofProject('p', null));

  for (const isCaching of [true, false]) {
    add(`cache=${isCaching ? 'True' : 'False'} staleness`, async () => {
      const limits = createLimitFixture({ registered: { ...REGISTERED }, projects: { p: { a: 3 } } });
      const enforcer = new OsloEnforcer(() => ({}), limits, 'flat', isCaching);
      const look = (): Promise<unknown> => enforcer.getProjectLimits('p', ['a', 'b']);
      const log: unknown[] = [['first', await look()]];
      limits.projects.p = { a: 4, b: 2 };
      limits.registered.b = 6;
      log.push(['after change a:3->4, reg b:5->6, new override b=2', await look()]);
      limits.projects.p = { b: 2 };
      delete limits.registered.b;
      log.push(['after delete of both', await look()]);
      log.push(['calls', limits.calls.project, limits.calls.registered]);
      return { result: plain(log) };
    });
  }

  const info = (
    resourceName: string,
    limit: unknown,
    currentUsage: unknown,
    delta: unknown,
  ): OverLimitInfo => ({
    resourceName,
    limit: Number(toInteger(limit)),
    currentUsage: Number(toInteger(currentUsage)),
    delta: Number(toInteger(delta)),
  });
  const message = (projectId: string | null, list: unknown): string =>
    new ProjectOverLimitError(projectId, list as readonly OverLimitInfo[]).message;
  // Lists that are none are refused there with a ValueError of the list, here with a sentence.
  const refused = (list: unknown, text: string) => (): Promise<unknown> => {
    try {
      return Promise.resolve({ result: message('p', list) });
    } catch (error) {
      const type = error instanceof InvalidArgumentError ? 'ValueError' : 'other';
      return Promise.resolve({ error: { type, str: text } });
    }
  };
  add('ProjectOverLimit("p", [])', refused([], '[]'));
  add('ProjectOverLimit("p", None)', refused(null, 'None'));
  add('ProjectOverLimit("p", ["x"])', refused(['x'], "['x']"));
  add(
    'ProjectOverLimit("p", tuple)',
    refused(
      new Set([info('a', 1, 1, 1)]),
      '(Resource a is over limit of 1 due to current usage 1 and delta 1,)',
    ),
  );
  add('ProjectOverLimit(None, ok)', () => outcome(() => message(null, [info('a', 1, 2, 3)])));
  add('ProjectOverLimit two', () =>
    outcome(() => message('p', [info('a', 1, 2, 3), info('b', '4', 5.9, 6)])),
  );
  add('OverLimitInfo non-int', () => outcome(() => info('a', 'x', 1, 1)));
  add('SessionInitError', () => outcome(() => new SessionInitError('why').message));

  for (const model of ['flat', 'strict_two_level', 'bogus', 'None']) {
    const shown = model === 'None' ? model : `'${model}'`;
    add(`model name ${shown}`, async () => {
      const made = await outcome(() => {
        new OsloEnforcer(() => ({}), fixture(), model);
        return '_FlatEnforcer';
      });
      if (model !== 'flat') return made;
      const kind = async (run: Call): Promise<unknown> => {
        const { error } = (await ask(run, () => ({}))) as { error?: { type: string } };
        return error?.type;
      };
      return {
        ...made,
        enforce: await kind(enforce('p', { a: 1 })),
        calculate_usage: await kind(usageOf('p', ['a'])),
      };
    });
  }
  return cases;
})();
