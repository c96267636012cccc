import { once } from 'node:events';
import { createServer, get, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { fastify } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { renderText } from '../../src/exposition/text.ts';
import type { Instrumentation } from '../../src/instrumentation/conventions.ts';
import { instrumentHttpClient } from '../../src/instrumentation/http-client.ts';
import { instrumentHttpServer } from '../../src/instrumentation/http-server.ts';
import { createMetrics, type Registry } from '../../src/registry.ts';

const running: (Instrumentation | Server)[] = [];
afterEach(() => {
  for (const one of running.splice(0)) {
    if ('closeAllConnections' in one) one.closeAllConnections();
    one.close();
  }
});

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  running.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
};

/** The counts of a page's histograms, each with its labels. */
const counts = (registry: Registry, name: string): string[] =>
  renderText(registry)
    .split('\n')
    .filter((line) => line.startsWith(`${name}_count`))
    .map((line) => line.slice(name.length + '_count'.length))
    .sort();

/** Waits until what other parts of the program do has shown. */
const until = async (isDone: () => boolean): Promise<void> => {
  for (let attempt = 0; attempt < 200 && !isDone(); attempt += 1) await sleep(10);
};

it('requests to node:http are measured by method and status; methods nobody knows are one', async () => {
  const metrics = createMetrics();
  running.push(instrumentHttpServer(metrics, { ignore: ({ url }) => url === '/healthcheck' }));
  const url = await serve((request, response) => {
    response.statusCode = request.url === '/broken' ? 500 : 200;
    response.end('ok');
  });
  await (await fetch(`${url}/`)).text();
  await (await fetch(`${url}/x`, { method: 'PROPFIND' })).text();
  await (await fetch(`${url}/broken`)).text();
  await (await fetch(`${url}/healthcheck`)).text();
  const name = 'oslo_http_server_request_seconds';
  await until(() => counts(metrics, name).length === 3);
  expect(counts(metrics, name)).toEqual([
    '{error="",method="GET",route="",status="200"} 1',
    '{error="",method="_OTHER",route="",status="200"} 1',
    '{error="500",method="GET",route="",status="500"} 1',
  ]);
  expect(renderText(metrics)).toContain('oslo_http_server_active_requests{method="GET"} 0\n');
});

it('a request that the client gives up counts as aborted and is not active any more', async () => {
  const metrics = createMetrics();
  running.push(instrumentHttpServer(metrics));
  const url = await serve(() => undefined);
  const request = get(url);
  request.on('error', () => undefined);
  const active = (): string =>
    /^oslo_http_server_active_requests\S* (\d)/mu.exec(renderText(metrics))?.[1] ?? '';
  await until(() => active() === '1');
  expect(active()).toBe('1');
  request.destroy();
  await until(() => active() === '0');
  expect(counts(metrics, 'oslo_http_server_request_seconds')).toEqual([
    '{error="aborted",method="GET",route="",status=""} 1',
  ]);
});

it("express's and fastify's routes are labels, paths are not; both conventions at once where asked for", async () => {
  const metrics = createMetrics();
  running.push(instrumentHttpServer(metrics, { conventions: 'dup' }));
  const app = express();
  const router = express.Router();
  router.get('/volumes/:id', (_request, response) => {
    response.send('ok');
  });
  app.use('/v3', router);
  const url = await serve(app as RequestListener);
  for (const id of ['1', '2', '3']) await (await fetch(`${url}/v3/volumes/${id}`)).text();
  await (await fetch(`${url}/nowhere/${'x'.repeat(20)}`)).text();
  const other = fastify();
  other.get('/servers/:id', () => ({ ok: true }));
  await other.listen({ port: 0, host: '127.0.0.1' });
  const { port } = other.server.address() as AddressInfo;
  await (await fetch(`http://127.0.0.1:${String(port)}/servers/77`)).text();
  await other.close();
  await until(() => counts(metrics, 'oslo_http_server_request_seconds').length === 3);
  expect(counts(metrics, 'oslo_http_server_request_seconds')).toEqual([
    '{error="",method="GET",route="",status="404"} 1',
    '{error="",method="GET",route="/servers/:id",status="200"} 1',
    '{error="",method="GET",route="/v3/volumes/:id",status="200"} 3',
  ]);
  expect(counts(metrics, 'http_server_request_duration_seconds')).toContain(
    '{error_type="",http_request_method="GET",http_response_status_code="200",http_route="/v3/volumes/:id",url_scheme="http"} 3',
  );
});

it("a request that fastify answers before its handler has its route: a hook's refusal, a body that is wrong", async () => {
  const metrics = createMetrics();
  const older = fastify();
  running.push(instrumentHttpServer(metrics));
  const newer = fastify();
  const addresses: string[] = [];
  for (const app of [older, newer]) {
    const body = { type: 'object', required: ['name'] };
    app.post('/volumes/:id', { schema: { body } }, () => ({ ok: true }));
    app.addHook('onRequest', async ({ headers }, reply) => {
      if (headers.authorization === undefined) await reply.status(401).send();
    });
    addresses.push(await app.listen({ port: 0, host: '127.0.0.1' }));
  }
  const json = { 'content-type': 'application/json', authorization: 'mia' };
  for (const address of addresses) {
    for (const [headers, body] of [
      [{}, undefined],
      [json, '{}'],
      [json, '{"name":"x"}'],
    ] as const) {
      await (await fetch(`${address}/volumes/1`, { method: 'POST', headers, body: body ?? null })).text();
    }
    await (await fetch(`${address}/nowhere`)).text();
  }
  await older.close();
  await newer.close();
  const [one, other] = ['/volumes/:id', ''].map((route) =>
    counts(metrics, 'oslo_http_server_request_seconds').filter((line) => line.includes(`route="${route}"`)),
  );
  expect(one).toEqual([
    '{error="",method="POST",route="/volumes/:id",status="200"} 2',
    '{error="",method="POST",route="/volumes/:id",status="400"} 1',
    '{error="",method="POST",route="/volumes/:id",status="401"} 1',
  ]);
  // Of an app that was made before only the handlers tell.
  expect(other).toEqual([
    '{error="",method="GET",route="",status="401"} 2',
    '{error="",method="POST",route="",status="400"} 1',
    '{error="",method="POST",route="",status="401"} 1',
  ]);
});

it('requests of fetch and of node:http are measured by server and status, failures by their kind', async () => {
  const metrics = createMetrics();
  running.push(instrumentHttpClient(metrics, { conventions: 'otel' }));
  const url = await serve((request, response) => {
    response.statusCode = request.url === '/missing' ? 404 : 200;
    response.end('ok');
  });
  const { port } = new URL(url);
  await (await fetch(`${url}/`)).text();
  await (await fetch(`${url}/missing`, { method: 'POST' })).text();
  const closed = createServer();
  closed.listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const nobody = `http://127.0.0.1:${String((closed.address() as AddressInfo).port)}/`;
  await new Promise((resolve) => closed.close(resolve));
  await expect(fetch(nobody)).rejects.toThrow();
  const [response] = (await once(get(`${url}/`), 'response')) as [AsyncIterable<Buffer>];
  for await (const chunk of response) expect(String(chunk)).toBe('ok');
  const failing = get(nobody);
  await once(failing, 'error');
  const name = 'http_client_request_duration_seconds';
  const total = (): number =>
    counts(metrics, name).reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);
  await until(() => total() === 5);
  const seen = counts(metrics, name).map((line) => line.replaceAll(port, 'PORT'));
  expect(seen).toEqual(
    expect.arrayContaining([
      '{error_type="",http_request_method="GET",http_response_status_code="200",server_address="127.0.0.1",server_port="PORT"} 2',
      '{error_type="404",http_request_method="POST",http_response_status_code="404",server_address="127.0.0.1",server_port="PORT"} 1',
    ]),
  );
  expect(seen.filter((line) => line.includes('error_type="ECONNREFUSED"')).length).toBeGreaterThan(0);
  expect(total()).toBe(5);
});

it('an instrumentation that is closed counts nothing more', async () => {
  const metrics = createMetrics();
  const instrumentation = instrumentHttpServer(metrics);
  instrumentation.close();
  const url = await serve((_request, response) => response.end());
  await (await fetch(url)).text();
  await sleep(20);
  expect(counts(metrics, 'oslo_http_server_request_seconds')).toEqual([]);
});
