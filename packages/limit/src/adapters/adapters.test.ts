import express from 'express';
import { fastify } from 'fastify';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createEnforcer } from '../enforcer.ts';
import { createLimitFixture, usageFrom } from '../testing/fixture.ts';
import { limitProblems as expressProblems, type ExpressResponseLike } from './express.ts';
import { limitProblems as fastifyProblems } from './fastify.ts';

const problem = {
  type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
  title: 'Quota exceeded',
  status: 403,
  detail: 'Over the limit of volumes',
  'violated-policies': [
    { resource: 'volumes', limit: 1, usage: 0, delta: 2, scope: 'project', reason: 'exceeded' },
  ],
};

test('express answers requests over a limit with a problem, and hands on other errors', async () => {
  const limits = createLimitFixture({ registered: { volumes: 1 } });
  const enforcer = await createEnforcer({
    limits,
    usage: usageFrom({}),
    cache: { maxStale: 0, staleIfError: 0 },
  });
  const app = express();
  app.post('/volumes', async (_, response) => {
    await enforcer.enforce('p', { volumes: 2 });
    response.sendStatus(201);
  });
  app.get('/broken', () => {
    throw new Error('a bug');
  });
  app.use(expressProblems());
  app.use((error: Error, _: unknown, response: ExpressResponseLike, __: unknown) =>
    response.status(500).send(error.message),
  );
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const over = await fetch(`${url}/volumes`, { method: 'POST' });
  expect([over.status, over.headers.get('content-type'), await over.json()]).toEqual([
    403,
    expect.stringMatching(/^application\/problem\+json/u),
    problem,
  ]);
  expect((await fetch(`${url}/broken`)).status).toBe(500);
  limits.fail(new Error('down'));
  expect((await fetch(`${url}/volumes`, { method: 'POST' })).status).toBe(503);
  server.closeAllConnections();
  server.close();
});

test('fastify answers requests over a limit with a problem, and throws other errors on', async () => {
  const limits = createLimitFixture({ registered: { volumes: 1 } });
  const enforcer = await createEnforcer({ limits, usage: usageFrom({}) });
  const app = fastify();
  app.setErrorHandler(fastifyProblems({ overStatus: 413 }));
  app.post('/volumes', async () => enforcer.enforce('p', { volumes: 2 }));
  app.get('/broken', () => {
    throw new Error('a bug');
  });
  const over = await app.inject({ method: 'POST', url: '/volumes' });
  expect([over.statusCode, over.headers['content-type'], over.json()]).toEqual([
    413,
    expect.stringMatching(/^application\/problem\+json/u),
    { ...problem, status: 413 },
  ]);
  expect((await app.inject({ method: 'GET', url: '/broken' })).statusCode).toBe(500);
  await app.close();
});
