// What users of this package rely on beyond its types; `release-notes check` records it and finds what changed.
const LIMITS = '{registered: {volumes: 10, gigabytes: 1000, free: -1}, projects: {p1: {volumes: 2}}}';
const REQUESTS = {
  'within the limit': ['p1', { volumes: 1 }],
  'at the limit': ['p1', { volumes: 2 }],
  'over the own limit': ['p1', { volumes: 3, gigabytes: 1 }],
  'over two limits': ['p2', { volumes: 11, gigabytes: 1001 }],
  'giving back': ['p1', { volumes: -1 }],
  'without limit': ['p1', { free: 1e6 }],
  'not registered': ['p1', { unheard: 1 }],
  'a check of the present': ['p1', { volumes: 0 }],
};

const enforcerOf = async (load, usage = 0) => {
  const { createEnforcer } = await load('.');
  const { environmentLimits } = await load('./yaml');
  const limits = environmentLimits({ environment: { OSLOFJORD_LIMITS: LIMITS } });
  const counts = (_project, names) => Object.fromEntries(names.map((name) => [name, usage]));
  return createEnforcer({ limits, usage: counts });
};

export const behaviours = [
  {
    name: 'decision',
    breaks: 'A request is decided otherwise than before, or the error of a refusal says something else.',
    observe: async (load) => {
      const { toProblem } = await load('.');
      const facts = {};
      const enforcer = await enforcerOf(load);
      for (const [name, [project, deltas]] of Object.entries(REQUESTS)) {
        try {
          await enforcer.enforce(project, deltas);
          facts[name] = 'granted';
        } catch (error) {
          facts[name] = { code: error.code, message: error.message, problem: toProblem(error) };
        }
      }
      return JSON.parse(JSON.stringify(facts));
    },
  },
  {
    name: 'told on channels',
    breaks: 'Who listens hears of a request or a claim less, more or something else than before.',
    observe: async (load) => {
      const { claimChannel, enforceChannel, thresholdChannel } = await load('.');
      const told = [];
      const listeners = [
        [enforceChannel, ({ operation, granted }) => told.push(`${operation} ${String(granted)}`)],
        [thresholdChannel, ({ usage, threshold }) => told.push(`${String(usage)} past ${String(threshold)}`)],
        [claimChannel, ({ event }) => told.push(event)],
      ];
      for (const [channel, listener] of listeners) channel.subscribe(listener);
      const enforcer = await enforcerOf(load);
      const facts = {};
      const note = async (name, request) => {
        await request.catch(() => undefined);
        facts[name] = told.splice(0);
      };
      await note('enforce', enforcer.enforce('p2', { volumes: 8 }));
      await note('check', enforcer.check('p2', { volumes: 8 }));
      await note(
        'claim',
        enforcer.claim('p2', { volumes: 8 }, () => told.push('work')),
      );
      await note(
        'claim that is refused',
        enforcer.claim('p1', { volumes: 3 }, () => told.push('work')),
      );
      await note(
        'claim that gives back',
        enforcer.claim('p1', { volumes: -1 }, () => told.push('work')),
      );
      for (const [channel, listener] of listeners) channel.unsubscribe(listener);
      return facts;
    },
  },
  {
    name: 'claim in Redis',
    breaks:
      'A claim is kept under other keys or in another form: two versions at once do not see each other’s claims.',
    observe: async (load) => {
      const { redisClaims } = await load('./claims/redis');
      const calls = [];
      const note = (keys, words) => {
        calls.push({ keys: words.slice(0, keys), values: words.slice(keys + 1).map(String) });
        return Promise.resolve([0, 0, 0]);
      };
      const client = {
        evalsha: (_sha, keys, ...words) => note(keys, words),
        eval: (_script, keys, ...words) => note(keys, words),
      };
      const store = redisClaims(client);
      const lines = [{ nodeId: 'p1', resourceName: 'volumes', amount: 2 }];
      const claim = { claimId: 'c1', rootId: 'p1', lines, ttl: 30_000 };
      await store.reserve(claim);
      await store.release(claim);
      return Object.fromEntries(calls.map((call, index) => [`step ${String(index + 1)}`, call]));
    },
  },
];
