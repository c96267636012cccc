// One suite for every framework: what a client sees of a guarded route.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { afterAll, describe, expect, test } from 'vitest';
import { expressGuard, fastifyGuard, honoGuard, koaGuard } from '../../src/adapters.ts';
import { Enforcer, ruleDefault } from '../../src/index.ts';

const enforcer = new Enforcer({
  policyFile: '/nowhere/policy.yaml',
  policyDirs: [],
  policies: [
    ruleDefault({ name: 'show', checkStr: 'project_id:%(project_id)s', scopeTypes: ['project'] }),
    ruleDefault({ name: 'broken', checkStr: 'user_id.name:%(project_id)s' }),
  ],
});
const target = { project_id: 'p1' };

interface Running {
  readonly address: string;
  close(): Promise<unknown>;
}

const listening = (server: Server): Promise<Running> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () => new Promise((closed) => server.close(closed)),
      });
    });
  });

const frameworks: Record<
  string,
  () => Promise<(path: string, headers: Record<string, string>) => Promise<Response>>
> = {};
const running: Running[] = [];
const over = (server: Running) => {
  running.push(server);
  return (path: string, headers: Record<string, string>) => fetch(`${server.address}${path}`, { headers });
};

frameworks.fastify = async () => {
  const app = fastify();
  const requires = fastifyGuard(enforcer);
  app.get('/show', { preHandler: requires('show', target) }, () => ({ shown: true }));
  app.get('/broken', { preHandler: requires('broken', () => target) }, () => ({ shown: true }));
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return over({ address, close: () => app.close() });
};
frameworks.express = async () => {
  const app = express();
  const requires = expressGuard(enforcer);
  app.get('/show', requires('show', target), (_request, response) => void response.json({ shown: true }));
  app.get(
    '/broken',
    requires('broken', () => target),
    (_request, response) => void response.json({ shown: true }),
  );
  app.use(
    (_error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
      response.status(500).end();
    },
  );
  return over(await listening(createServer(app)));
};
frameworks.koa = async () => {
  const app = new Koa();
  app.silent = true;
  const requires = koaGuard(enforcer);
  app.use((context, next) =>
    context.path === '/show'
      ? requires('show', target)(context, next)
      : requires('broken', () => target)(context, next),
  );
  app.use((context) => {
    context.body = { shown: true };
  });
  return over(await listening(createServer((request, response) => void app.callback()(request, response))));
};
frameworks.hono = async () => {
  const app = new Hono();
  app.onError((_error, context) => context.body(null, 500));
  const requires = honoGuard(enforcer);
  app.get('/show', requires('show', target), (context) => context.json({ shown: true }));
  app.get(
    '/broken',
    requires('broken', () => target),
    (context) => context.json({ shown: true }),
  );
  return async (path, headers) => app.request(path, { headers });
};

const confirmed = { 'x-identity-status': 'Confirmed', 'x-user-id': 'u1', 'x-roles': 'member, reader' };

describe.each(Object.keys(frameworks))('%s', (name) => {
  test('a caller whom the rule allows gets the route', async () => {
    const ask = await frameworks[name]!();
    const answer = await ask('/show', { ...confirmed, 'x-project-id': 'p1' });
    expect([answer.status, await answer.json()]).toEqual([200, { shown: true }]);
  });

  test('a denial is a problem with status 403 and says which rule', async () => {
    const ask = await frameworks[name]!();
    const answer = await ask('/show', { ...confirmed, 'x-project-id': 'p2' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ title: 'Forbidden', detail: 'show is disallowed by policy' });
  });

  test('a wrong scope is told apart', async () => {
    const ask = await frameworks[name]!();
    const answer = await ask('/show', { ...confirmed, 'openstack-system-scope': 'all' });
    expect([answer.status, ((await answer.json()) as { title: string }).title]).toEqual([403, 'Wrong scope']);
  });

  test('headers that no middleware has confirmed count for nothing', async () => {
    const ask = await frameworks[name]!();
    const answer = await ask('/show', { 'x-user-id': 'u1', 'x-project-id': 'p1' });
    expect(answer.status).toBe(401);
  });

  test('a rule that cannot be decided lets nobody pass', async () => {
    const ask = await frameworks[name]!();
    expect((await ask('/broken', confirmed)).status).toBe(500);
  });
});

afterAll(() => Promise.all(running.map((server) => server.close())));
