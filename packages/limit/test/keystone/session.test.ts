import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InvalidArgumentError, KeystoneError } from '../../src/errors.ts';
import { keystoneLimits } from '../../src/keystone/limits.ts';
import type { PasswordCredentials } from '../../src/keystone/credentials.ts';
import { KeystoneSession } from '../../src/keystone/session.ts';
import { httpTransport, type Transport } from '../../src/keystone/transport.ts';
import { FakeKeystone } from '../../src/testing/fake-keystone.ts';

let fake: FakeKeystone;

const admin = (): PasswordCredentials => ({
  type: 'password',
  authUrl: fake.url,
  username: 'admin',
  password: 's3cr3t',
  userDomainId: 'default',
  systemScope: 'all',
});

const logIns = (): number => fake.requests.filter((request) => request === 'POST /v3/auth/tokens').length;

afterEach(async () => {
  await fake.close();
});

describe('a session', () => {
  beforeEach(async () => {
    fake = await FakeKeystone.start();
  });

  test('logs in once for all who ask at the same time', async () => {
    const session = new KeystoneSession({ auth: admin() });
    await Promise.all(Array.from({ length: 20 }, () => session.request({ path: '/limits/model' })));
    expect(logIns()).toBe(1);
    session.close();
  });

  test('gets a new token when all are revoked, and repeats the request once', async () => {
    const session = new KeystoneSession({ auth: admin() });
    await session.request({ path: '/limits/model' });
    fake.revokeTokens();
    await session.request({ path: '/limits/model' });
    expect(logIns()).toBe(2);
    session.close();
  });

  test('does not log in for ever against a server that refuses every token', async () => {
    const session = new KeystoneSession({ auth: admin() });
    await session.token();
    fake.refuseWith(401);
    await expect(session.request({ path: '/limits/model' })).rejects.toThrow(/refuses the credentials/u);
    expect(fake.requests.length).toBe(3);
    session.close();
  });

  test('says the address, status, reason and request id of a refusal, and no secret', async () => {
    const session = new KeystoneSession({ auth: admin() });
    const error: unknown = await session
      .request({ path: '/regions/Nowhere' })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KeystoneError);
    const { status, requestId, message } = error as KeystoneError;
    expect([status, requestId?.startsWith('req-')]).toEqual([404, true]);
    expect(message).toMatch(/^GET http:.*\/regions\/Nowhere was answered 404: Could not find .* \(req-/u);
    const { id } = await session.token();
    expect(JSON.stringify([error, session]) + message).not.toMatch(new RegExp(`s3cr3t|${id}`, 'u'));
    session.close();
  });

  test('waits as a busy server asks, once', async () => {
    const send = httpTransport();
    let isBusy = true;
    const transport: Transport = async (request) => {
      if (!isBusy || request.url.endsWith('/auth/tokens')) return send(request);
      isBusy = false;
      return { status: 503, headers: { 'retry-after': '0' }, body: '' };
    };
    const session = new KeystoneSession({ auth: admin(), transport });
    expect(await session.request({ path: '/limits/model' })).toMatchObject({ model: { name: 'flat' } });
    send.close?.();
  });

  test('refuses a list that Keystone cut short', async () => {
    const send = httpTransport();
    const transport: Transport = async (request) => {
      const response = await send(request);
      if (!request.url.includes('/regions')) return response;
      return {
        ...response,
        body: JSON.stringify({ ...(JSON.parse(response.body) as object), truncated: true }),
      };
    };
    const session = new KeystoneSession({ auth: admin(), transport });
    await expect(session.list('/regions', 'regions')).rejects.toThrow('list_limit');
    send.close?.();
  });

  test.each([
    ['two scopes', { projectId: 'p' }, /2 scopes: system, project/u],
    ['a user without a domain', { userDomainId: undefined }, /userDomainId or userDomainName/u],
    [
      'a scope of the system that is a role',
      { systemScope: 'reader' },
      /systemScope must be 'all', not 'reader'/u,
    ],
  ])('refuses credentials with %s before it sends anything', (_, change, message) => {
    expect(() => new KeystoneSession({ auth: { ...admin(), ...change } as never })).toThrow(
      InvalidArgumentError,
    );
    expect(() => new KeystoneSession({ auth: { ...admin(), ...change } as never })).toThrow(message);
  });
});

test('a token is renewed at half of a short life, before it expires', async () => {
  fake = await FakeKeystone.start({ tokenLifetime: 0.2 });
  const session = new KeystoneSession({ auth: admin() });
  const first = await session.token();
  expect(first.renewAt - Date.now()).toBeLessThanOrEqual(100);
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect((await session.token()).id).not.toBe(first.id);
  session.close();
});

test('limits without a system scope are refused unless the role is trusted to see all', async () => {
  fake = await FakeKeystone.start();
  const { systemScope: _, ...auth } = { ...admin(), projectName: 'admin', projectDomainId: 'default' };
  const target = { serviceId: 's', regionId: 'RegionOne' };
  await expect(keystoneLimits({ auth, target })).rejects.toThrow(/system_scope = all/u);
  const trusted = await keystoneLimits({ auth, target, trustedScope: 'admin-role' });
  await trusted.close?.();
});

test('a connection that the server closed meanwhile is opened again', async () => {
  fake = await FakeKeystone.start();
  const sockets = new Set<Socket>();
  let answered = 0;
  const server: Server = createServer((_, response) => {
    answered += 1;
    response.end('{}');
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  const transport = httpTransport();
  const ask = { method: 'GET', url, headers: {} } as const;
  await transport(ask);
  await new Promise((resolve) => setImmediate(resolve));
  // The next request is written to a connection whose end the client has not heard of yet.
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (answered === 1) {
      answered += 1;
      request.socket.resetAndDestroy();
    } else {
      response.end('{"again": true}');
    }
  });
  expect((await transport(ask)).body).toBe('{"again": true}');
  transport.close?.();
  server.closeAllConnections();
  server.close();
});
