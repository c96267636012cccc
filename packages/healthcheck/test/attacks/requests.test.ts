// The attacks S4 to S10, S13, S14, S18 and S19: where requests come from, what they look like, how many they are.
import { connect } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  Health,
  HealthEndpoint,
  healthListener,
  startHealthServer,
  type HealthOptions,
} from '../../src/index.ts';
import { ask, get, raw, serving } from '../asking.ts';

let health: Health;
const make = async (options: HealthOptions = {}): Promise<Health> => {
  health = new Health({ tick: '20ms', ...options });
  await health.start();
  return health;
};
beforeEach(async () => {
  await make();
});
afterEach(() => health.close());

test('S4: nobody gets inside by writing X-Forwarded-For, except through a proxy that is trusted', async () => {
  await make({ allowedSourceRanges: ['10.0.0.0/8'] });
  const from = async (
    remoteAddress: string,
    forwarded: string,
    trustProxy: string[] = [],
  ): Promise<boolean> =>
    (await ask(new HealthEndpoint(health, { trustProxy }), {
      remoteAddress,
      headers: { 'x-forwarded-for': forwarded },
    })) !== undefined;
  expect(await from('192.0.2.1', '10.0.0.1')).toBe(false);
  expect(await from('192.0.2.1', '10.0.0.1', ['192.0.2.1/32'])).toBe(true);
  expect(await from('::ffff:192.0.2.1', '10.0.0.1', ['192.0.2.1/32'])).toBe(true);
  // What the client wrote comes first, what the proxy saw last.
  expect(await from('192.0.2.1', '10.0.0.1, 203.0.113.9', ['192.0.2.1/32'])).toBe(false);
  expect(await from('192.0.2.9', '10.0.0.1', ['192.0.2.1/32'])).toBe(false);
  expect(await from('192.0.2.1', 'garbage', ['192.0.2.1/32'])).toBe(false);
});

test('S5: every way to write an address is read as the network reads it, or is outside', async () => {
  await make({ allowedSourceRanges: ['192.168.0.0/16', 'fe80::/10'] });
  const endpoint = new HealthEndpoint(health);
  const inside = async (remoteAddress: string): Promise<boolean> =>
    (await ask(endpoint, { remoteAddress })) !== undefined;
  for (const address of ['192.168.0.1', '::ffff:192.168.0.1', '::FFFF:C0A8:0001', 'fe80::1%eth0']) {
    expect(await inside(address), address).toBe(true);
  }
  for (const address of [
    '192.168.000.001',
    '0300.0250.0.1',
    '3232235521',
    '64:ff9b::192.168.0.1',
    '::192.168.0.1',
    '192.168.0.1 ',
    '',
    'x',
    '10.0.0.1',
  ]) {
    expect(await inside(address), address).toBe(false);
  }
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 60 }), async (address) => {
      await inside(address);
    }),
  );
});

test('S6: ranges that cannot be meant are refused at the start', () => {
  for (const range of ['10.0.0.1/8', '10.0.0.0/33', 'garbage', '10.0.0.0/-1', '::1/129']) {
    expect(() => new Health({ allowedSourceRanges: [range] }), range).toThrow();
    expect(() => new HealthEndpoint(health, { trustProxy: [range] }), range).toThrow();
  }
});

test('S7: a request from outside gets 404 and makes no connection', async () => {
  await make({ allowedSourceRanges: ['10.0.0.0/8'] });
  await using server = await serving(healthListener(new HealthEndpoint(health)));
  let connections = 0;
  server.server.on('connection', () => (connections += 1));
  expect(await get(server.port, '/healthcheck')).toMatchObject({ status: 404, body: '' });
  expect(connections).toBe(1);
});

test('S8: X_Forwarded_For is not X-Forwarded-For', async () => {
  await make({ ignoreProxiedRequests: true });
  await using server = await serving(healthListener(new HealthEndpoint(health)));
  expect((await get(server.port, '/healthcheck', { headers: { X_Forwarded_For: '1.2.3.4' } })).status).toBe(
    200,
  );
  expect((await get(server.port, '/healthcheck', { headers: { 'X-Forwarded-For': '1.2.3.4' } })).status).toBe(
    404,
  );
});

test('S9: a flood calls no dependency and keeps nothing', { timeout: 60_000 }, async () => {
  let asked = 0;
  const component = health.component('database', { probe: async () => void (asked += 1) });
  for (let call = 0; call < 2; call += 1) component.ok(component.begin());
  const endpoint = new HealthEndpoint(health);
  await using server = await serving(healthListener(endpoint));
  const flood = async (requests: number): Promise<void> => {
    const socket = connect(server.port, '127.0.0.1');
    let received = 0;
    let rest = '';
    const done = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        const parts = (rest + chunk.toString('latin1')).split('HTTP/1.1 200 OK');
        received += parts.length - 1;
        rest = (parts.at(-1) ?? '').slice(-14);
        if (received >= requests) resolve();
      });
    });
    for (let sent = 0; sent < requests; sent += 100) {
      const batch = Array.from(
        { length: 100 },
        (_, index) =>
          `GET /healthcheck?${sent + index} HTTP/1.1\r\nHost: a\r\nAccept: text/x-${sent + index}\r\nX-Forwarded-For: ${index}\r\n\r\n`,
      );
      if (!socket.write(batch.join(''))) await new Promise((resolve) => socket.once('drain', resolve));
    }
    await done;
    socket.destroy();
  };
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  await flood(5000);
  const before = heap();
  await flood(20_000);
  const grown = heap() - before;
  expect(asked).toBe(0);
  // A byte kept of each request would be 20 kB, an object 1 MB.
  expect(grown).toBeLessThan(600_000);
});

test('S10: however it is asked, the answer is the same, and the asking takes no time', async () => {
  await using server = await serving(healthListener(new HealthEndpoint(health)));
  const plain = await get(server.port, '/healthcheck');
  for (const path of [
    '/healthcheck?x=1',
    '//healthcheck',
    '/healthcheck?',
    'http://evil.example/healthcheck',
    '/healthcheck#x',
  ]) {
    const answer = await get(server.port, path);
    expect([answer.status, answer.body], path).toEqual([plain.status, plain.body]);
  }
  for (const method of ['POST', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']) {
    expect((await get(server.port, '/healthcheck', { method })).status, method).toBe(200);
  }
  expect((await get(server.port, '/healthcheck', { method: 'HEAD' })).status).toBe(204);
  const endpoint = new HealthEndpoint(health);
  const hostile = [
    ';q='.repeat(5000),
    ','.repeat(16_000),
    'a/b;c="'.repeat(2000),
    `a/b${' '.repeat(16_000)}x`,
    '*/*;'.repeat(4000),
    'text/html;q=0.1,'.repeat(1000),
    `${'a'.repeat(16_000)}/b`,
    '"'.repeat(16_000),
    '*/*,'.repeat(4000),
  ];
  const started = performance.now();
  for (let round = 0; round < 10; round += 1) {
    for (const accept of hostile) expect((await ask(endpoint, { headers: { accept } }))?.status).toBe(200);
  }
  // 0.4 ms each, with room for a machine that does other things.
  expect((performance.now() - started) / (10 * hostile.length)).toBeLessThan(4);
});

test('S13: anonymous requests cannot make a component fail, hang, or look well', async () => {
  await make({ isAuthenticated: () => false });
  const component = health.component('database', { hang: '20ms' });
  await health.request({ method: 'GET', url: '/' }, async () => {
    for (let call = 0; call < 10; call += 1) component.fail(component.begin(), new Error('made to fail'));
    component.begin();
    component.lost(new Error('made to fail'));
    component.ok(component.begin());
  });
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(component.reading.cause).toBe('no-evidence');
  expect(component.evidence).toMatchObject({ oks: 0, fails: 0, inFlight: 0 });
});

test('S14: slow queries of one account do not take the service away from all', () => {
  let now = 1_000_000;
  const own = new Health({ tick: '20ms' }, () => now);
  const component = own.component('database', { hang: '60ms' });
  const slow = Array.from({ length: 10 }, () => component.begin());
  for (let turn = 0; turn < 50; turn += 1) {
    for (let call = 0; call < 5; call += 1) component.ok(component.begin());
    now += 20;
    own.tick();
    expect(component.reading.status).not.toBe('fail');
  }
  expect(component.reading.cause).toBe('slow');
  for (const token of slow) component.ok(token);
  expect(component.reading.status).toBe('pass');
});

test('S18: who is slow with a request is cut off, and nobody else notices', { timeout: 20_000 }, async () => {
  const server = await startHealthServer(new HealthEndpoint(health), { port: 0 });
  const { port, address } = server.address() as { port: number; address: string };
  expect(address).toBe('127.0.0.1');
  const begun = performance.now();
  const slow = Array.from({ length: 30 }, async () => raw(port, 'GET /healthcheck HTTP/1.1\r\nHost:'));
  expect((await get(port, '/healthcheck')).status).toBe(200);
  for (const received of await Promise.all(slow)) expect(received).toMatch(/^(HTTP\/1\.1 408|$)/);
  expect(performance.now() - begun).toBeLessThan(10_000);
  server.close();
});

test('S18: a Unix socket serves those on this machine', async () => {
  await make({ allowedSourceRanges: ['10.0.0.0/8'] });
  const socket = join(mkdtempSync(join(tmpdir(), 'health-')), 'health.sock');
  const server = await startHealthServer(new HealthEndpoint(health), { socket });
  const received = await new Promise<string>((resolve) => {
    const client = connect(socket, () => client.write('GET /readyz HTTP/1.0\r\n\r\n'));
    client.on('data', (chunk: Buffer) => resolve(chunk.toString()));
  });
  expect(received).toMatch(/^HTTP\/1\.1 200/);
  server.close();
});

test('S19: the page cannot be framed, runs no script and loads nothing', async () => {
  const { body, headers } = (await ask(new HealthEndpoint(health, { authorize: () => ['details'] }), {
    headers: { accept: 'text/html' },
  }))!;
  const policy = String(headers['content-security-policy']);
  for (const part of [
    "default-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ]) {
    expect(policy).toContain(part);
  }
  expect(policy).not.toContain('unsafe');
  expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' });
  expect(body).not.toMatch(/<script|<link|<img|<iframe|javascript:|\son\w+=|style="|https?:/i);
});
