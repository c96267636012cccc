import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Enforcer } from '../enforcer.ts';
import { AsyncCheckError, EvaluationError, RemoteCheckError } from '../errors.ts';
import type { PolicyOptions } from '../options.ts';

let server: Server | undefined;

interface Asked {
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

interface Answer {
  readonly status?: number;
  readonly body: string;
  readonly location?: string;
}

const readAll = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
};

/** Starts a policy server; `asked` fills up with what it was asked. */
const serve = async (answers: Readonly<Record<string, Answer>>): Promise<{ url: string; asked: Asked[] }> => {
  const asked: Asked[] = [];
  server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const path = request.url ?? '';
      asked.push({ path, type: request.headers['content-type'] ?? '', body });
      const { status = 200, body: text, location } = answers[path] ?? { body: 'False' };
      response.writeHead(status, location === undefined ? {} : { location }).end(text);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { url: `127.0.0.1:${String((server.address() as AddressInfo).port)}`, asked };
};

const enforcerOf = (rules: Record<string, string>, options: PolicyOptions = {}): Enforcer =>
  new Enforcer({ rules, useConf: false, ...options });

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

test('a server is asked with rule, target and credentials, each a JSON text in a form', async () => {
  const { url, asked } = await serve({ '/p%20q': { body: 'True' } });
  const enforcer = enforcerOf({ a: `rule:b`, b: `http://${url}/%(name)s` });
  expect(await enforcer.enforceAsync('a', { name: 'p q', é: null }, { system_scope: 'all' })).toBe(true);
  expect(asked[0]?.type).toBe('application/x-www-form-urlencoded');
  expect(Object.fromEntries(new URLSearchParams(asked[0]?.body))).toEqual({
    rule: '"a"',
    target: '{"name": "p q", "\\u00e9": null}',
    credentials: '{"system_scope": "all", "system": "all"}',
  });
});

test('a server can be asked in JSON', async () => {
  const { url, asked } = await serve({ '/': { body: '"True"' } });
  const enforcer = enforcerOf({ a: `http://${url}/` }, { remoteContentType: 'application/json' });
  expect(await enforcer.enforceAsync('a', { id: 1 }, { roles: ['r'] })).toBe(true);
  expect(asked[0]?.body).toBe('{"rule": "a", "target": {"id": 1}, "credentials": {"roles": ["r"]}}');
});

test('the synchronous form refuses to wait, and decides what it can without', () => {
  const enforcer = enforcerOf({ a: 'role:x or http://127.0.0.1:1/' });
  expect(enforcer.enforce('a', {}, { roles: ['x'] })).toBe(true);
  expect(() => enforcer.enforce('a', {}, { roles: [] })).toThrow(AsyncCheckError);
});

describe('an answer that is neither True nor False', () => {
  const answers = {
    '/true': { body: 'true' },
    '/error': { status: 500, body: 'True' },
    '/moved': { status: 302, body: '', location: '/yes' },
    '/yes': { body: 'True' },
  };

  test.each(['/true', '/error', '/moved'])('denies, also below not: %s', async (path) => {
    const { url } = await serve(answers);
    const enforcer = enforcerOf({ a: `http://${url}${path}`, b: `not http://${url}${path}` });
    expect(await enforcer.enforceAsync('a', {}, {})).toBe(false);
    expect(await enforcer.enforceAsync('b', {}, {})).toBe(false);
  });

  test.each([
    ['/true', false],
    ['/error', true],
    ['/moved', true],
  ])("is taken as Oslo takes it with compat: 'oslo': %s", async (path, expected) => {
    const { url } = await serve(answers);
    const enforcer = enforcerOf({}, { compat: 'oslo' });
    enforcer.setRules({ a: `http://${url}${path}` });
    expect(await enforcer.enforceAsync('a', {}, {})).toBe(expected);
  });
});

test('a server that cannot be reached is an error, not a denial', async () => {
  const enforcer = enforcerOf({ a: 'not http://127.0.0.1:1/secret' });
  const error = await enforcer.enforceAsync('a', {}, {}).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RemoteCheckError);
  expect((error as Error).message).not.toContain('secret');
});

test('a server that does not answer in time is an error', async () => {
  server = createServer(() => undefined);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const enforcer = enforcerOf({ a: `http://127.0.0.1:${String(port)}/` }, { remoteTimeout: '50ms' });
  await expect(enforcer.enforceAsync('a', {}, {})).rejects.toThrow('Timeout in REST API call');
});

test('a key the address needs and the target lacks denies below rule: and fails at the top', async () => {
  const enforcer = enforcerOf({ a: 'http://127.0.0.1:1/%(id)s', b: 'rule:a' });
  await expect(enforcer.enforceAsync('a', {}, {})).rejects.toThrow(EvaluationError);
  expect(await enforcer.enforceAsync('b', {}, {})).toBe(false);
});
