// The attacks S1 to S3, S11, S12, S16 and S17: what somebody may learn, guess or set off.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Health, HealthEndpoint, type Role } from '../../src/index.ts';
import { redact } from '../../src/components/failure.ts';
import { ask } from '../asking.ts';

const ACCEPTS = ['text/plain', 'text/html', 'application/json', 'application/health+json'];
let health: Health;
beforeEach(async () => {
  health = new Health({ tick: '20ms', errors: 'message' });
  await health.start();
});
afterEach(() => health.close());
const as = (...roles: Role[]): HealthEndpoint => new HealthEndpoint(health, { authorize: () => roles });
const breakIt = (name: string, error: unknown): void => {
  const component = health.component(name);
  for (let call = 0; call < 3; call += 1) component.fail(component.begin(), error);
};

test('S1: to an anonymous reader a service with fifty components looks like one with none', async () => {
  const answers = async (): Promise<unknown[]> =>
    Promise.all(
      ['/healthcheck', '/livez', '/readyz', '/startupz'].flatMap((url) =>
        ACCEPTS.map(async (accept) => ask(new HealthEndpoint(health), { url, headers: { accept } })),
      ),
    );
  const none = await answers();
  for (let index = 0; index < 50; index += 1) {
    const component = health.component(`component-${index}`, {
      severity: index % 2 === 0 ? 'critical' : 'degraded',
    });
    if (index % 3 === 0) component.ok(component.begin());
    if (index % 2 === 1) for (let call = 0; call < 3; call += 1) component.fail(component.begin());
  }
  expect(health.report().status).toBe('warn');
  expect(await answers()).toEqual(none);
  breakIt('one-more', new Error('x'));
  const one = await ask(new HealthEndpoint(health), { headers: { accept: 'application/json' } });
  expect(JSON.parse(one!.body)).toEqual({ detailed: false, reasons: ['UNAVAILABLE'] });
});

const SECRETS = [
  'connect ECONNREFUSED postgres://nova:hunter2secret@db.internal:5432/nova',
  'Access denied for user using password=hunter2secret',
  'amqp://guest:hunter2secret@rabbit:5672/%2f: handshake',
  'auth failed: {"password": "hunter2secret"}',
  "role login: password='hunter2secret' rejected",
  'GET https://x/?token=hunter2secret&a=b 502',
  'Authorization: Bearer hunter2secret',
  'redis://:hunter2secret@cache:6379 closed',
  'x-auth-token: hunter2secret',
  'secret_access_key=hunter2secret',
  'session eyJhbGciOi.hunter2secret.sig',
  'key hunter2secrethunter2secrethunter2secret refused',
];

test.each(SECRETS)('S2: a secret in an error reaches no answer: %s', async (message) => {
  const events: unknown[] = [];
  health.subscribe((transition) => events.push(transition));
  const error = Object.assign(new Error(message), { code: message, name: message });
  breakIt('database', Object.assign(error, { cause: new Error(message) }));
  for (const accept of ACCEPTS) {
    for (const roles of [[], ['read'], ['read', 'details', 'trigger']] as Role[][]) {
      const answer = await ask(as(...roles), { headers: { accept } });
      expect(JSON.stringify(answer)).not.toContain('hunter2secret');
    }
  }
  const everything = JSON.stringify([health.report(), health.history, events]);
  expect(everything).not.toContain('hunter2secret');
  expect(everything).toContain('Error');
});

test('S2: what is left of a message still helps', () => {
  expect(redact('connect ECONNREFUSED postgres://nova:pw@db.internal:5432/nova')).toBe(
    'connect ECONNREFUSED ***@db.internal:5432/nova',
  );
  expect(redact('relation "volumes" does not exist')).toBe('relation "volumes" does not exist');
});

test('S3: markup, templates, line ends and a megabyte in a message do no harm', async () => {
  const evil = `<script>alert(1)</script><img src=x onerror=1> {{7*7}} \${7*7}\r\nSet-Cookie: a=b\u2028\u202e"'&${'a b '.repeat(300_000)}`;
  breakIt('database', Object.assign(new Error(evil), { code: evil, name: evil }));
  const started = performance.now();
  for (const accept of ACCEPTS) {
    const { body, headers } = (await ask(as('read', 'details'), { headers: { accept } }))!;
    expect(body.length).toBeLessThan(20_000);
    expect(body).not.toMatch(/\u2028|\u202e/);
    expect(headers['set-cookie']).toBeUndefined();
    if (accept === 'text/html') {
      expect(body).not.toMatch(/<script|<img/);
      expect(body).toContain('&lt;script&gt;');
      expect(body).toContain('{{7*7}}');
    }
  }
  expect(health.report().components[0]?.failure?.message).not.toMatch(/[\r\n]/);
  expect(health.report().components[0]?.failure?.message?.length).toBeLessThanOrEqual(256);
  expect(performance.now() - started).toBeLessThan(1000);
});

test('S3: reasons of a service’s own backends are escaped on the page', async () => {
  await using own = new Health({
    backends: ['x'],
    plugins: { x: () => ({ check: () => ({ available: false, reason: '<b>"\'&</b>' }) }) },
  });
  await own.start();
  const page = (await ask(new HealthEndpoint(own), { headers: { accept: 'text/html' } }))!.body;
  expect(page).toContain('&lt;b&gt;&quot;&#39;&amp;&lt;/b&gt;');
});

test('S11: an anonymous trigger gets the same answer and does the same work for every name', async () => {
  let asked = 0;
  health.component('database', { probe: async () => void (asked += 1) });
  const answers = await Promise.all(
    ['database', 'nope', '__proto__', '', 'a'.repeat(9000)].map(async (name) =>
      ask(as(), { method: 'POST', url: `/healthcheck/run?name=${name}` }),
    ),
  );
  answers.push(await ask(as(), { method: 'POST', url: '/healthcheck/run' }));
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]?.status).toBe(401);
  expect((await ask(as('read', 'details'), { method: 'POST', url: '/healthcheck/run' }))?.status).toBe(403);
  for (const method of ['GET', 'HEAD', 'PUT', 'OPTIONS', 'TRACE']) {
    expect((await ask(as('trigger'), { method, url: '/healthcheck/run' }))?.status).toBe(405);
  }
  expect(asked).toBe(0);
});

test('S12: whoever may trigger cannot flood: two runs at once, then one in five seconds', async () => {
  let asked = 0;
  health.component('database', {
    probe: async () => {
      asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
  });
  const endpoint = as('trigger');
  const statuses: (number | undefined)[] = [];
  for (let turn = 0; turn < 300; turn += 1) {
    statuses.push((await ask(endpoint, { method: 'POST', url: '/healthcheck/run?name=database' }))?.status);
  }
  expect(asked).toBeLessThanOrEqual(3);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  // Reading is never limited: a 429 would look like an illness.
  for (let turn = 0; turn < 300; turn += 1) expect((await ask(endpoint))?.status).toBe(200);
});

test('S16: words of JavaScript’s own objects are no names, anywhere', async () => {
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'valueOf']) {
    expect(() => health.component(name)).toThrow('is no name');
    expect(() => health.liveness.heartbeat(name, { within: 1 })).toThrow('is no name');
    await expect(health.startup(name, () => 1)).rejects.toThrow('is no name');
    expect((await ask(as('trigger'), { method: 'POST', url: `/healthcheck/run?name=${name}` }))?.status).toBe(
      404,
    );
    expect(() => new Health({ backends: [name] })).toThrow('there is no backend');
  }
});

test('S17: a dependency that all nodes share takes none of them away where it is marked as such', async () => {
  const shared = health.component('shared-database', { severity: 'degraded' });
  for (let call = 0; call < 9; call += 1) shared.fail(shared.begin());
  expect((await ask(as()))?.status).toBe(200);
  expect(health.report().status).toBe('warn');
});
