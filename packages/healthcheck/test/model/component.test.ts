import { expect, test } from 'vitest';
import { createHealth, Health, type ComponentOptions, type HealthOptions } from '../../src/index.ts';

/** A health with a clock of its own that goes on when it is told to. */
const timed = (
  options: HealthOptions = {},
): { health: Health; wait: (milliseconds: number) => Promise<void> } => {
  let now = 1_000_000;
  const health = new Health({ tick: '50ms', random: () => 0.5, ...options }, () => now);
  // Started, but without a timer: `wait` is what moves the clock.
  void health.start().then(() => {
    health.close();
  });
  return {
    health,
    wait: async (milliseconds) => {
      for (let passed = 0; passed < milliseconds; passed += 50) {
        now += 50;
        health.tick();
        // Probes answer at once here.
        await new Promise(setImmediate);
      }
    },
  };
};
const failing = async (): Promise<never> =>
  Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
const swallow = async (work: Promise<unknown>): Promise<void> => {
  await work.catch(() => undefined);
};

test('a component is unknown, works, flaps, fails and works again, by what its calls showed', async () => {
  const { health } = timed();
  const database = health.component('database');
  const seen: string[] = [];
  health.subscribe(({ from, to, cause }) => seen.push(`${from} → ${to} (${cause})`));
  expect(database.reading).toEqual({ status: 'unknown', cause: 'no-evidence' });
  await expect(database.track(() => 'rows')).resolves.toBe('rows');
  for (let call = 0; call < 3; call += 1) await expect(database.track(failing)).rejects.toThrow('no');
  await database.track(() => 1);
  expect(database.reading.status).toBe('fail');
  await database.track(() => 1);
  expect(seen).toEqual([
    'unknown → pass (working)',
    'pass → warn (flapping)',
    'warn → fail (failures)',
    'fail → pass (working)',
  ]);
});

test('a call that does not end makes its component fail, and ending it mends it', async () => {
  const { health, wait } = timed();
  const database = health.component('database', { hang: '500ms' });
  await database.track(() => 1);
  const token = database.begin();
  await wait(500);
  expect(database.reading.status).toBe('pass');
  await wait(100);
  expect(database.reading).toEqual({ status: 'fail', cause: 'hung' });
  database.ok(token);
  expect(database.reading.status).toBe('pass');
});

test('a few slow calls among many that work are a warning, not a failure', async () => {
  const { health, wait } = timed();
  const database = health.component('database', { hang: '500ms' });
  for (let slow = 0; slow < 3; slow += 1) database.begin();
  for (let turn = 0; turn < 14; turn += 1) {
    await database.track(() => 1);
    await wait(50);
  }
  expect(database.reading).toEqual({ status: 'warn', cause: 'slow' });
});

test('nothing heard for a while is unknown, and a failure stays one', async () => {
  const { health, wait } = timed({ ttl: '1s' });
  const [works, fails] = [health.component('works'), health.component('fails', { halfOpenAfter: '1h' })];
  await works.track(() => 1);
  for (let call = 0; call < 3; call += 1) await swallow(fails.track(failing));
  await wait(1000);
  expect(works.reading).toEqual({ status: 'unknown', cause: 'stale' });
  expect(fails.reading).toEqual({ status: 'fail', cause: 'stale' });
  expect(health.report('readiness').status).toBe('fail');
  await works.track(() => 1);
  expect(works.reading.status).toBe('pass');
});

const counted = (
  own: Partial<ComponentOptions> = {},
): { options: ComponentOptions; asked: () => number; mend: () => void } => {
  let asked = 0;
  let isBroken = true;
  return {
    asked: () => asked,
    mend: () => {
      isBroken = false;
    },
    options: {
      probe: async () => {
        asked += 1;
        if (isBroken) throw new Error('still down');
      },
      ...own,
    },
  };
};

test('a failed component is probed at a pace that slows down, once at a time, and comes back without any traffic', async () => {
  const { health, wait } = timed();
  const { options, asked, mend } = counted({ severity: 'degraded' });
  const cache = health.component('cache', options);
  for (let call = 0; call < 3; call += 1) await swallow(cache.track(failing));
  const times: number[] = [];
  for (let at = 0; at < 20_000; at += 50) {
    const before = asked();
    await wait(50);
    if (asked() > before) times.push(at);
  }
  const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));
  expect(gaps.map((gap) => Math.round(gap / 1000))).toEqual([1, 2, 4, 8]);
  mend();
  await wait(18_000);
  expect(cache.reading.status).toBe('pass');
  const after = asked();
  await wait(60_000);
  expect(asked()).toBe(after);
});

test('while its failure keeps the service from getting requests it is probed every second', async () => {
  const { health, wait } = timed();
  const { options, asked, mend } = counted();
  const database = health.component('database', options);
  for (let call = 0; call < 3; call += 1) await swallow(database.track(failing));
  await wait(10_000);
  expect(asked()).toBeGreaterThanOrEqual(9);
  expect(asked()).toBeLessThanOrEqual(11);
  mend();
  await wait(1100);
  expect(database.reading.status).toBe('pass');
});

test('a component that works is never probed', async () => {
  const { health, wait } = timed();
  const { options, asked } = counted();
  const database = health.component('database', options);
  for (let turn = 0; turn < 1200; turn += 1) {
    for (let call = 0; call < 5; call += 1) await database.track(() => 1);
    await wait(50);
  }
  expect(asked()).toBe(0);
});

test('without a probe the balancer may send a few requests now and then', async () => {
  const { health, wait } = timed();
  const database = health.component('database', { halfOpenWindow: '1s' });
  for (let call = 0; call < 3; call += 1) await swallow(database.track(failing));
  const causes = new Set<string>();
  for (let at = 0; at < 4000; at += 50) {
    await wait(50);
    causes.add(`${health.report('readiness').status} ${database.reading.cause}`);
  }
  expect([...causes]).toEqual(['fail failures', 'warn half-open']);
  await wait(60_000);
  while (database.reading.cause !== 'half-open') await wait(50);
  await database.track(() => 1);
  await database.track(() => 1);
  expect(database.reading.status).toBe('pass');
});

test('calls that never end are written off once new ones have worked, and stay visible', async () => {
  const { health, wait } = timed();
  const { options, mend } = counted({ hang: '500ms' });
  const database = health.component('database', options);
  const token = database.begin();
  await wait(700);
  expect(database.reading.cause).toBe('hung');
  mend();
  await wait(1500);
  expect(database.reading).toEqual({ status: 'warn', cause: 'abandoned' });
  expect(database.evidence.abandoned).toBe(1);
  database.fail(token, new Error('at last'));
  expect(database.evidence.abandoned).toBe(0);
});

test('a probe that pays no heed to its deadline does not keep others from being made, and does not pile up', async () => {
  const { health } = timed();
  let asked = 0;
  const options = {
    probe: async () => {
      asked += 1;
      return new Promise<never>(() => undefined);
    },
    probeDeadline: '20ms',
  } as const;
  const database = health.component('database', options);
  const outcomes = [];
  for (let probe = 0; probe < 5; probe += 1) outcomes.push((await database.probe())?.outcome);
  expect(outcomes).toEqual(['fail', 'fail', 'fail', 'busy', 'busy']);
  expect(asked).toBe(3);
});

test('whoever asks for a probe while one is under way joins it', async () => {
  const { health } = timed();
  let asked = 0;
  const database = health.component('database', {
    probe: async () => {
      asked += 1;
      await new Promise(setImmediate);
    },
  });
  await Promise.all([database.probe(), database.probe(), database.probe()]);
  expect(asked).toBe(1);
  expect(database.evidence.oks).toBe(1);
});

test('only authenticated requests, and what happens outside any, are evidence', async () => {
  const { health } = timed({
    isAuthenticated: (request) => (request as { user?: string }).user !== undefined,
  });
  const database = health.component('database');
  const request: { method: string; url: string; user?: string } = { method: 'GET', url: '/volumes/7' };
  await health.request(request, async () => {
    for (let call = 0; call < 9; call += 1) await swallow(database.track(failing));
    expect(database.reading.cause).toBe('no-evidence');
    database.begin();
    expect(database.evidence.inFlight).toBe(0);
    // It turns out on the way who asks.
    request.user = 'ann';
    await database.track(() => 1);
  });
  expect(database.reading.status).toBe('pass');
  expect(database.evidence).toMatchObject({ oks: 1, fails: 0 });
  await swallow(database.track(failing));
  expect(database.evidence.fails).toBe(1);
});

test('components learn which routes use them', async () => {
  const { health } = timed();
  const [cache, queue] = [health.component('cache'), health.component('queue')];
  const ask = async (url: string, work: () => Promise<unknown>): Promise<unknown> =>
    health.request({ method: 'GET', url }, work);
  await ask('/volumes/17?x=1', async () => cache.track(() => 1));
  await ask('/volumes/18', async () => cache.track(() => queue.track(() => 1)));
  await ask('/', async () => 1);
  expect([...cache.routes]).toEqual(['GET /volumes/:id']);
  expect([...queue.routes]).toEqual(['GET /volumes/:id']);
  for (let id = 0; id < 200; id += 1) await ask(`/made-up-${id}`, async () => cache.track(() => 1));
  expect(cache.routes.size).toBe(64);
});

test('what an error of the application says is that the component answers', async () => {
  const { health } = timed();
  const redis = health.component('redis', {
    classify: (error) => ((error as Error).message.startsWith('WRONGTYPE') ? 'answer' : 'failure'),
  });
  for (let call = 0; call < 5; call += 1) {
    await swallow(redis.track(async () => Promise.reject(new Error('WRONGTYPE operation'))));
  }
  expect(redis.reading.status).toBe('pass');
});

test('a caller that gives up says nothing of the component', async () => {
  const { health } = timed();
  const database = health.component('database');
  const token = database.begin();
  database.fail(token, new DOMException('given up', 'AbortError'));
  expect(database.reading.cause).toBe('no-evidence');
  expect(database.evidence.inFlight).toBe(0);
});

test('history holds the last transitions and no more', async () => {
  const { health } = timed({ history: 4 });
  const database = health.component('database', { failAfter: 1, passAfter: 1 });
  for (let turn = 0; turn < 10; turn += 1) {
    await database.track(() => 1);
    await swallow(database.track(failing));
  }
  expect(health.history).toHaveLength(4);
  expect(health.history.at(-1)).toMatchObject({ to: 'fail', cause: 'failures', code: 'ECONNREFUSED' });
});

test('names are plain, and each is there once', () => {
  const health = createHealth();
  for (const name of [
    '__proto__',
    'constructor',
    'toString',
    '',
    'a b',
    '<b>',
    'x'.repeat(65),
    'é',
    'a\nb',
  ]) {
    expect(() => health.component(name), name).toThrow('is no name');
  }
  health.component('database');
  expect(() => health.component('database')).toThrow('there is a component "database" already');
});

test('everything that is wrong with a component is said at once', () => {
  expect(() =>
    createHealth().component('x', { failAfter: 0, hangShare: 2, groups: ['liveness'], startup: true }),
  ).toThrow(/failAfter.*hangShare.*startup needs a probe.*restarting/s);
});
