// Services whose code says nothing of health: what their libraries tell of through diagnostics channels.
import { get as sendGet } from 'node:http';
import { createClient } from '@redis/client';
import { serverOrSkip } from '@oslofjord/services';
import Fastify from 'fastify';
import { Redis } from 'ioredis';
import { createPool } from 'mysql2/promise';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { observe } from '../../src/observe.ts';
import { Health, type Component } from '../../src/index.ts';
import { listen, serving } from '../asking.ts';

let health: Health;
let component: Component;
let ends: (() => void)[];
beforeEach(async () => {
  health = new Health({ tick: '20ms' });
  component = health.component('observed', { hang: '200ms', failAfter: 2 });
  ends = [];
  await health.start();
});
afterEach(() => {
  for (const end of ends) end();
  health.close();
});
const quietly = async (work: Promise<unknown>): Promise<void> => {
  await work.catch(() => undefined);
};
const status = (): string => component.reading.status;

const redis = await serverOrSkip('redis', { own: true });
describe.skipIf(redis.server === undefined)(
  `Redis${redis.skipped === undefined ? '' : ` (skipped: ${redis.skipped})`}`,
  () => {
    afterAll(async () => redis.server?.stop());

    test('ioredis: connecting, wrong types and unknown commands are no failures; a hang and a death are', async () => {
      const server = redis.server!;
      ends.push(observe(component, 'ioredis', { server: `127.0.0.1:${server.port}` }));
      const elsewhere = health.component('elsewhere');
      ends.push(observe(elsewhere, 'ioredis', { server: '127.0.0.1:1' }));
      const client = new Redis(server.url, { maxRetriesPerRequest: 0 });
      client.on('error', () => undefined);
      await client.set('text', 'x');
      expect(status()).toBe('pass');
      for (let call = 0; call < 5; call += 1) await quietly(client.lpush('text', 'y'));
      await quietly(client.pipeline().lpush('text', 'y').get('text').exec());
      expect(component.reading).toEqual({ status: 'pass', cause: 'working' });
      await server.freeze();
      const hanging = client.get('text');
      await expect.poll(() => component.reading.cause, { timeout: 5000 }).toBe('hung');
      await server.resume();
      await hanging;
      await expect.poll(status).toBe('pass');
      await server.kill();
      for (let call = 0; call < 5; call += 1) await quietly(client.get('text'));
      // Calls while there is no connection are told of only as attempts to connect.
      await expect.poll(status, { timeout: 5000 }).toBe('fail');
      await server.restart();
      await expect
        .poll(async () => client.get('text').catch(() => 'not yet'), { timeout: 10_000 })
        .toBeNull();
      for (let call = 0; call < 2; call += 1) await client.get('text');
      expect(status()).toBe('pass');
      expect(elsewhere.reading.cause).toBe('no-evidence');
      client.disconnect();
    });

    test('node-redis: the same', async () => {
      const server = redis.server!;
      ends.push(observe(component, 'redis'));
      const client = createClient({
        url: server.url,
        socket: { reconnectStrategy: 50 },
        disableOfflineQueue: true,
      });
      client.on('error', () => undefined);
      await client.connect();
      await client.set('text', 'x');
      for (let call = 0; call < 5; call += 1) await quietly(client.lPush('text', 'y'));
      expect(component.reading).toEqual({ status: 'pass', cause: 'working' });
      await server.kill();
      for (let call = 0; call < 5; call += 1) await quietly(client.get('text'));
      await expect.poll(status, { timeout: 5000 }).toBe('fail');
      await server.restart();
      client.destroy();
    });
  },
);

const mariadb = await serverOrSkip('mariadb', { own: true });
describe.skipIf(mariadb.server === undefined)(
  `MariaDB${mariadb.skipped === undefined ? '' : ` (skipped: ${mariadb.skipped})`}`,
  () => {
    afterAll(async () => mariadb.server?.stop());

    test('mysql2: errors in statements are no failures; a death is', async () => {
      const server = mariadb.server!;
      ends.push(observe(component, 'mysql2'));
      const pool = createPool({ uri: server.url });
      await pool.query('SELECT 1');
      for (let call = 0; call < 4; call += 1) {
        await quietly(pool.query('SELEKT'));
        await quietly(pool.execute('SELECT * FROM nothing'));
      }
      expect(component.reading).toEqual({ status: 'pass', cause: 'working' });
      await server.kill();
      for (let call = 0; call < 4; call += 1) await quietly(pool.query('SELECT 1'));
      expect(status()).toBe('fail');
      await server.restart();
      for (let call = 0; call < 2; call += 1) await pool.query('SELECT 1');
      expect(status()).toBe('pass');
      await pool.end();
    });
  },
);

test.each(['undici', 'http'] as const)(
  '%s: 4xx and given-up requests are no failures; 5xx, silence and refusal are',
  async (library) => {
    let answer: number | undefined = 200;
    await using server = await serving((_, response) => {
      if (answer !== undefined) response.writeHead(answer).end('x');
    });
    const url = `http://127.0.0.1:${server.port}/`;
    ends.push(observe(component, library, { origin: url }));
    const ask = async (at: string, signal?: AbortSignal): Promise<unknown> =>
      library === 'undici'
        ? fetch(at, signal === undefined ? {} : { signal }).then(async (response) => response.text())
        : new Promise((resolve, reject) => {
            sendGet(at, { ...(signal === undefined ? {} : { signal }) }, (response) => {
              response.resume().on('end', resolve).on('error', reject);
            }).on('error', reject);
          });
    await ask(url);
    expect(status()).toBe('pass');
    answer = 404;
    for (let call = 0; call < 4; call += 1) await ask(url);
    expect(status()).toBe('pass');
    answer = undefined;
    await quietly(ask(url, AbortSignal.timeout(1)));
    const control = new AbortController();
    const given = ask(url, control.signal);
    setTimeout(() => control.abort(), 20);
    await quietly(given);
    await expect.poll(() => component.evidence.inFlight).toBe(0);
    await ask('http://127.0.0.1:1/').catch(() => undefined);
    expect(status()).not.toBe('fail');
    answer = 503;
    for (let call = 0; call < 3; call += 1) await quietly(ask(url));
    expect(status()).toBe('fail');
    answer = 200;
    for (let call = 0; call < 2; call += 1) await ask(url);
    expect(status()).toBe('pass');
    answer = undefined;
    const hanging = ask(url).catch(() => undefined);
    await expect.poll(() => component.reading.cause, { timeout: 5000 }).toBe('hung');
    server.server.closeAllConnections();
    await hanging;
    server.server.close();
    for (let call = 0; call < 3; call += 1) await quietly(ask(url));
    expect(status()).toBe('fail');
  },
);

test('fastify: handlers that throw or answer 5xx are failures of the service’s own', async () => {
  ends.push(observe(component, 'fastify'));
  const app = Fastify();
  app.get('/well', async () => 'well');
  app.get('/ill', async () => Promise.reject(new Error('ill')));
  const port = await listen(await app.ready().then(() => app.server));
  const ask = async (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
  await ask('/well');
  expect(status()).toBe('pass');
  for (let call = 0; call < 3; call += 1) await ask('/ill');
  expect(status()).toBe('fail');
  await app.close();
});

test('what is observed no longer is not recorded', async () => {
  await using server = await serving((_, response) => response.end());
  const end = observe(component, 'undici');
  await fetch(`http://127.0.0.1:${server.port}/`);
  expect(component.evidence.oks).toBe(1);
  end();
  await fetch(`http://127.0.0.1:${server.port}/`);
  expect(component.evidence.oks).toBe(1);
});
