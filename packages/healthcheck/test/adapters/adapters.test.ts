import { createServer, type Server } from 'node:http';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expressHealth } from '../../src/adapters/express.ts';
import { fastifyHealth } from '../../src/adapters/fastify.ts';
import { answerFetch, fetchHealth } from '../../src/adapters/fetch.ts';
import { honoHealth } from '../../src/adapters/hono.ts';
import { koaHealth } from '../../src/adapters/koa.ts';
import { attach, Health, HealthEndpoint, healthListener, type Component } from '../../src/index.ts';
import { get, listen } from '../asking.ts';

let health: Health;
let endpoint: HealthEndpoint;
let database: Component;
let server: Server | undefined;
beforeEach(async () => {
  health = new Health({ tick: '20ms', isAuthenticated: () => true });
  database = health.component('database');
  endpoint = new HealthEndpoint(health, {
    authorize: async ({ headers }) => (headers.who === 'me' ? ['read'] : []),
  });
  await health.start();
});
afterEach(async () => {
  health.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

/** One service with a route `/volumes/:id` that uses the database, in each framework. */
const work = async (): Promise<string> => database.track(async () => 'a volume');
const frameworks: Record<string, () => Promise<Server>> = {
  'node:http': async () =>
    createServer(healthListener(endpoint, (_, response) => void work().then((text) => response.end(text)))),
  'attach with express': async () => {
    const app = express();
    app.get('/volumes/:id', (_, response) => void work().then((text) => response.send(text)));
    const made = createServer(app);
    attach(made, endpoint);
    return made;
  },
  express: async () => {
    const app = express();
    app.use(expressHealth(endpoint));
    app.get('/volumes/:id', (_, response) => void work().then((text) => response.send(text)));
    return createServer(app);
  },
  fastify: async () => {
    const app = Fastify();
    fastifyHealth(app, endpoint);
    app.get('/volumes/:id', async () => work());
    await app.ready();
    return app.server;
  },
  koa: async () => {
    const app = new Koa();
    app.use(koaHealth(endpoint));
    app.use(async (context) => {
      context.body = await work();
    });
    const answer = app.callback();
    return createServer((request, response) => void answer(request, response));
  },
};

describe.each(Object.entries(frameworks))('%s', (_, make) => {
  test('answers health, serves the rest, and learns from it', async () => {
    server = await make();
    const port = await listen(server);
    expect(await get(port, '/readyz')).toMatchObject({
      status: 200,
      body: '',
      headers: { 'cache-control': 'no-store' },
    });
    expect(await get(port, '/healthcheck', { method: 'HEAD' })).toMatchObject({ status: 204 });
    expect(database.reading.cause).toBe('no-evidence');
    expect((await get(port, '/volumes/17')).body).toBe('a volume');
    expect(database.reading.status).toBe('pass');
    expect([...database.routes]).toEqual(['GET /volumes/:id']);
    for (let call = 0; call < 3; call += 1) database.fail(database.begin());
    const refused = await get(port, '/healthcheck?x=1', { headers: { accept: 'application/json' } });
    expect(refused).toMatchObject({ status: 503, headers: { 'content-type': 'application/json' } });
    expect(refused.body).not.toContain('database');
    const seen = await get(port, '/healthcheck', { headers: { accept: 'application/json', who: 'me' } });
    expect(seen.body).toContain('"name": "database"');
    expect(await get(port, '/readyz', { method: 'HEAD' })).toMatchObject({ status: 503, body: '' });
    expect(await get(port, '/healthcheck/run', { method: 'POST' })).toMatchObject({ status: 401 });
  });
});

test('hono', async () => {
  const app = new Hono();
  app.use(honoHealth(endpoint));
  app.get('/volumes/:id', async (context) => context.text(await work()));
  expect((await app.request('/readyz')).status).toBe(200);
  expect((await app.request('/readyz', { method: 'HEAD' })).status).toBe(204);
  expect(await (await app.request('/volumes/1')).text()).toBe('a volume');
  expect([...database.routes]).toEqual(['GET /volumes/:id']);
  for (let call = 0; call < 3; call += 1) database.fail(database.begin());
  expect((await app.request('/healthcheck')).status).toBe(503);
});

test('a Fetch handler', async () => {
  const handle = fetchHealth(endpoint, async () => new Response(await work()));
  expect((await handle(new Request('http://service/readyz'))).status).toBe(200);
  expect(await (await handle(new Request('http://service/volumes/5'))).text()).toBe('a volume');
  expect([...database.routes]).toEqual(['GET /volumes/:id']);
  expect(await answerFetch(endpoint, new Request('http://service/else'))).toBeUndefined();
});

test('a Fetch handler that does not know where a request came from takes it as one from outside', async () => {
  const inside = new Health({ allowedSourceRanges: ['127.0.0.0/8'] });
  await inside.start();
  const handle = fetchHealth(
    new HealthEndpoint(inside),
    () => new Response('service'),
    (request) => ({ remoteAddress: request.headers.get('x-test') ?? undefined }),
  );
  expect(await (await handle(new Request('http://service/readyz'))).text()).toBe('service');
  const local = new Request('http://service/readyz', { headers: { 'x-test': '127.0.0.1' } });
  expect(await (await handle(local)).text()).toBe('');
  inside.close();
});

test('attaching can be undone', async () => {
  server = createServer((_, response) => response.end('service'));
  const detach = attach(server, endpoint);
  const port = await listen(server);
  expect((await get(port, '/readyz')).body).toBe('');
  detach();
  expect((await get(port, '/readyz')).body).toBe('service');
});
