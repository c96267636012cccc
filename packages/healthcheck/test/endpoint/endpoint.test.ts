import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Enforcer, ruleDefault } from '@oslofjord/policy';
import { Health, HealthEndpoint, rolesByPolicy, type Component, type Role } from '../../src/index.ts';
import { ask } from '../asking.ts';

let health: Health;
let database: Component;
beforeEach(async () => {
  health = new Health({ service: 'volumes', tick: '20ms', errors: 'message' });
  database = health.component('database', { kind: 'datastore' });
  await health.start();
  database.ok(database.begin());
});
afterEach(() => health.close());

const breakIt = (): void => {
  for (let call = 0; call < 3; call += 1) {
    database.fail(database.begin(), Object.assign(new Error('lost the server'), { code: 'ECONNRESET' }));
  }
};
const as = (...roles: Role[]): HealthEndpoint => new HealthEndpoint(health, { authorize: () => roles });

test('everybody learns whether the service is ready, alive and started', async () => {
  const endpoint = new HealthEndpoint(health);
  for (const url of ['/healthcheck', '/readyz', '/livez', '/startupz']) {
    expect(await ask(endpoint, { url }), url).toMatchObject({ status: 200, body: '' });
    expect(await ask(endpoint, { url, method: 'HEAD' }), url).toMatchObject({ status: 204 });
  }
  breakIt();
  expect((await ask(endpoint, { url: '/healthcheck' }))?.body).toBe('UNAVAILABLE');
  expect(await ask(endpoint, { url: '/readyz', method: 'HEAD' })).toMatchObject({ status: 503, body: '' });
  expect((await ask(endpoint, { url: '/livez' }))?.status).toBe(200);
  expect((await ask(endpoint, { url: '/startupz' }))?.status).toBe(200);
  expect(await ask(endpoint, { url: '/volumes' })).toBeUndefined();
});

test('groups of one’s own have paths of their own', async () => {
  const queue = health.component('queue', { groups: ['writes'] });
  for (let call = 0; call < 3; call += 1) queue.fail(queue.begin());
  const endpoint = new HealthEndpoint(health, { groups: { '/writable': 'writes' } });
  expect((await ask(endpoint, { url: '/writable' }))?.status).toBe(503);
  expect((await ask(endpoint))?.status).toBe(200);
});

test('paths that cannot be told apart are refused', () => {
  expect(() => new HealthEndpoint(health, { readyz: '/livez', path: 'x?y' })).toThrow(
    /no plain path.*given twice/s,
  );
});

test('who may read sees components, states and codes; who may see details, messages and routes too', async () => {
  await health.request({ method: 'GET', url: '/volumes/1' }, async () => database.track(() => 1));
  breakIt();
  for (const accept of ['application/json', 'application/health+json', 'text/html']) {
    const anonymous = (await ask(as(), { headers: { accept } }))!.body;
    const reader = (await ask(as('read'), { headers: { accept } }))!.body;
    const detailed = (await ask(as('read', 'details'), { headers: { accept } }))!.body;
    for (const word of ['database', 'volumes', 'ECONNRESET', 'lost the server']) {
      expect(anonymous, accept).not.toContain(word);
      expect(detailed, accept).toContain(word);
    }
    expect(reader, accept).toContain('database');
    expect(reader, accept).toContain('ECONNRESET');
    expect(reader, accept).not.toContain('lost the server');
    expect(reader, accept).not.toContain('/volumes/:id');
    expect(detailed, accept).toContain('/volumes/:id');
  }
});

test('text stays what oslo.middleware’s clients expect, for everybody', async () => {
  breakIt();
  expect((await ask(as('read', 'details', 'trigger')))?.body).toBe('UNAVAILABLE');
});

test('names of failing components are public only where the service says so', async () => {
  const open = new Health({ tick: '20ms', publicNames: true });
  await open.start();
  const queue = open.component('queue');
  for (let call = 0; call < 3; call += 1) queue.fail(queue.begin());
  expect((await ask(new HealthEndpoint(open)))?.body).toBe('queue FAILED');
  open.close();
});

test('health+json has the form of the draft, and lists the routes that are affected', async () => {
  const schema = JSON.parse(
    readFileSync(new URL('health-json.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
  const accept = 'application/health+json';
  const body = async (endpoint: HealthEndpoint): Promise<unknown> => {
    const answer = await ask(endpoint, { headers: { accept } });
    expect(answer?.headers['content-type']).toBe(accept);
    const parsed: unknown = JSON.parse(answer!.body);
    expect(validate(parsed), JSON.stringify(validate.errors)).toBe(true);
    return parsed;
  };
  expect(await body(as())).toEqual({ status: 'pass' });
  await health.request({ method: 'GET', url: '/volumes/1' }, async () => database.track(() => 1));
  await health.request({ method: 'GET', url: '/types' }, async () => 'needs no database');
  const well = (await body(as('read', 'details'))) as { checks: Record<string, unknown[]> };
  expect(well.checks['database:calls']).toEqual([
    expect.not.objectContaining({
      output: expect.anything() as unknown,
      affectedEndpoints: expect.anything() as unknown,
    }),
  ]);
  breakIt();
  expect(await body(as())).toEqual({ status: 'fail' });
  const ill = (await body(as('read', 'details'))) as { checks: Record<string, unknown[]> };
  expect(ill.checks['database:calls']).toEqual([
    expect.objectContaining({
      componentType: 'datastore',
      status: 'fail',
      affectedEndpoints: ['GET /volumes/:id'],
      output: 'failures: ECONNRESET: lost the server',
    }),
  ]);
});

test('the endpoint asks a policy who may do what', async () => {
  const enforcer = new Enforcer({
    policies: [
      ruleDefault({ name: 'healthcheck:read', checkStr: 'role:reader' }),
      ruleDefault({ name: 'healthcheck:details', checkStr: 'role:admin' }),
      ruleDefault({ name: 'healthcheck:trigger', checkStr: 'role:admin' }),
    ],
  });
  await enforcer.load();
  const endpoint = new HealthEndpoint(health, {
    authorize: rolesByPolicy(enforcer, ({ headers }) =>
      typeof headers.who === 'string' ? { roles: headers.who.split(',') } : undefined,
    ),
  });
  const body = async (who?: string): Promise<string> =>
    (await ask(endpoint, { headers: { accept: 'application/json', ...(who === undefined ? {} : { who }) } }))!
      .body;
  expect(await body()).not.toContain('database');
  expect(await body('nobody')).not.toContain('database');
  expect(await body('reader')).toContain('database');
  expect(await body('reader')).not.toContain('runtime');
  expect(await body('admin')).toContain('runtime');
  enforcer.close();
});

test('a service that fails to say who somebody is, shows them nothing', async () => {
  const failing = [
    () => {
      throw new Error('no');
    },
    async () => Promise.reject(new Error('no')),
    () => ['admin', 'everything'] as unknown as Role[],
  ];
  for (const authorize of failing) {
    const answer = await ask(new HealthEndpoint(health, { authorize }), {
      headers: { accept: 'application/json' },
    });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer?.body).not.toContain('database');
  }
});

test('answers are the same bytes until something changes', async () => {
  const endpoint = new HealthEndpoint(health);
  const request = { method: 'GET', url: '/readyz', headers: {}, remoteAddress: '::1', port: 1, original: 0 };
  const first = endpoint.answer(request);
  health.tick();
  expect(endpoint.answer(request)).toBe(first);
  breakIt();
  expect(endpoint.answer(request)).not.toBe(first);
});

test('while the service drains, answers close their connections', async () => {
  const endpoint = new HealthEndpoint(health);
  expect((await ask(endpoint))?.headers.connection).toBeUndefined();
  health.drain();
  expect(await ask(endpoint)).toMatchObject({
    status: 503,
    body: 'SHUTTING DOWN',
    headers: { connection: 'close' },
  });
  expect((await ask(endpoint, { url: '/livez' }))?.status).toBe(200);
});

test('a run asks the component, once for all who ask, and no more often than it is good for', async () => {
  let asked = 0;
  let isUp = true;
  health.component('cache', {
    probe: async () => {
      asked += 1;
      await new Promise(setImmediate);
      if (!isUp) throw Object.assign(new Error('password=x'), { code: 'ECONNREFUSED' });
    },
  });
  const endpoint = as('trigger');
  const run = { method: 'POST', url: '/healthcheck/run?name=cache' };
  const answers = await Promise.all([ask(endpoint, run), ask(endpoint, run), ask(endpoint, run)]);
  expect(answers.map((answer) => answer?.status)).toEqual([200, 200, 429]);
  expect(asked).toBe(1);
  expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  isUp = false;
  vi.spyOn(performance, 'now').mockImplementation(() => Number(process.hrtime.bigint()) / 1e6 + 3_600_000);
  const failed = await ask(as('trigger'), { ...run, url: '/healthcheck/run' });
  vi.restoreAllMocks();
  expect(JSON.parse(failed!.body)).toMatchObject({
    results: [{ component: 'cache', outcome: 'fail', code: 'ECONNREFUSED' }],
  });
  expect((await ask(endpoint, { ...run, url: '/healthcheck/run?name=nope' }))?.status).toBe(404);
});

test('a run can be left to itself', async () => {
  health.component('cache', { probe: async () => new Promise(() => undefined), probeDeadline: '20ms' });
  const answer = await ask(as('trigger'), {
    method: 'POST',
    url: '/healthcheck/run',
    headers: { prefer: 'respond-async' },
  });
  expect(answer?.status).toBe(202);
});
