import { createServer } from 'node:net';
import amqp, { type ChannelModel } from 'amqplib';
import { serverOrSkip } from '@oslofjord/services';
import { Redis } from 'ioredis';
import { createPool } from 'mysql2/promise';
import { Pool } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import * as checks from '../../src/checks.ts';
import { Health, type Check, type Component } from '../../src/index.ts';
import { get, serving } from '../asking.ts';

const health = new Health();
let made = 0;
const componentOf = (check: Check): Component => {
  made += 1;
  return health.component(`component-${made}`, { ...check, probeDeadline: '1s', failAfter: 1 });
};
const outcome = async (component: Component): Promise<string | undefined> =>
  (await component.probe())?.outcome;

/** What a check needs: its server, a client, and calls that fail though the server is well. */
interface Kind {
  readonly name: Parameters<typeof serverOrSkip>[0];
  readonly open: (server: { url: string; port: number }) => Promise<{
    check: Check;
    /** Errors of the application. */
    application: (() => Promise<unknown>)[];
    close: () => Promise<unknown>;
  }>;
}

const kinds: readonly Kind[] = [
  {
    name: 'postgresql',
    open: async ({ url }) => {
      const pool = new Pool({ connectionString: url, connectionTimeoutMillis: 800 });
      pool.on('error', () => undefined);
      return {
        check: checks.postgresql(pool),
        application: [
          async () => pool.query('SELECT * FROM nothing'),
          async () => pool.query('SELEKT'),
          async () => pool.query('SELECT 1/0'),
        ],
        close: async () => pool.end(),
      };
    },
  },
  {
    name: 'mariadb',
    open: async ({ url }) => {
      const pool = createPool({ uri: url, connectTimeout: 800 });
      return {
        check: checks.mysql(pool),
        application: [async () => pool.query('SELECT * FROM nothing'), async () => pool.query('SELEKT')],
        close: async () => pool.end(),
      };
    },
  },
  {
    name: 'redis',
    open: async ({ url }) => {
      const client = new Redis(url, { maxRetriesPerRequest: 0, connectTimeout: 800 });
      client.on('error', () => undefined);
      return {
        check: checks.redis(client),
        application: [
          async () => {
            await client.set('text', 'x');
            return client.lpush('text', 'y');
          },
          async () => client.call('NONSENSE'),
        ],
        close: async () => client.disconnect(),
      };
    },
  },
  {
    name: 'memcached',
    open: async ({ port }) => ({
      check: checks.memcached({ port }),
      application: [],
      close: async () => undefined,
    }),
  },
  {
    name: 'rabbitmq',
    open: async ({ url }) => {
      let connection: ChannelModel | undefined;
      const connect = async (): Promise<void> => {
        try {
          connection = await amqp.connect(url);
          connection.on('error', () => undefined);
          connection.on('close', () => {
            connection = undefined;
            setTimeout(() => void connect(), 100).unref();
          });
        } catch {
          setTimeout(() => void connect(), 100).unref();
        }
      };
      await connect();
      return {
        check: checks.rabbitmq(() => connection),
        application: [
          async () => {
            const channel = await connection!.createChannel();
            channel.on('error', () => undefined);
            return channel.checkQueue('nothing');
          },
        ],
        close: async () => {
          connection?.removeAllListeners('close');
          await connection?.close();
        },
      };
    },
  },
  {
    name: 'etcd',
    open: async ({ url }) => ({ check: checks.etcd(url), application: [], close: async () => undefined }),
  },
];

for (const kind of kinds) {
  const { server, skipped } = await serverOrSkip(kind.name, { own: true });
  describe.skipIf(server === undefined)(
    `${kind.name}${skipped === undefined ? '' : ` (skipped: ${skipped})`}`,
    () => {
      if (server === undefined) return;
      afterAll(async () => server.stop());

      test('is well while it answers, whatever the application does wrong, ill while it is gone, and well again', async () => {
        const { check, application, close } = await kind.open(server);
        const component = componentOf(check);
        expect(await outcome(component)).toBe('ok');
        for (const call of application) {
          await expect(component.track(call)).rejects.toBeInstanceOf(Error);
          expect(component.reading.status, String(call)).toBe('pass');
        }
        await server.kill();
        await expect.poll(async () => outcome(component), { timeout: 10_000 }).toBe('fail');
        expect(component.reading.status).toBe('fail');
        expect(component.failure?.code).toMatch(/^[A-Z0-9_]+$|Error$/);
        await server.restart();
        await expect.poll(async () => outcome(component), { timeout: 20_000 }).toBe('ok');
        await close();
      });
    },
  );
}

const keystone = await serverOrSkip('keystone');
describe.skipIf(keystone.server === undefined)(
  `keystone${keystone.skipped === undefined ? '' : ` (skipped: ${keystone.skipped})`}`,
  () => {
    afterAll(async () => keystone.server?.stop());
    test('is well when it tells its version; what else answers there is no Keystone', async () => {
      const url = keystone.server!.url.replace(/\/v3\/?$/, '');
      expect(await outcome(componentOf(checks.keystone(url)))).toBe('ok');
      expect(await outcome(componentOf(checks.keystone(`${url}/v3`)))).toBe('ok');
      expect(await outcome(componentOf(checks.keystone(`${url}/nothing`)))).toBe('fail');
    });
  },
);

test('a service over HTTP is well below status 500, and its own errors are told apart', async () => {
  let status = 200;
  await using server = await serving((_, response) => response.writeHead(status).end());
  const component = componentOf(checks.http(`http://127.0.0.1:${server.port}/`));
  expect(await outcome(component)).toBe('ok');
  status = 404;
  expect(await outcome(component)).toBe('ok');
  status = 503;
  expect(await outcome(component)).toBe('fail');
  expect(component.failure).toEqual({ code: 'HTTP_503' });
  expect(checks.classifyHttp({ response: { status: 409 } })).toBe('answer');
  expect(checks.classifyHttp({ statusCode: 502 })).toBe('failure');
  expect((await get(server.port, '/')).status).toBe(503);
});

test('something that accepts connections is well; what never answers takes no longer than the deadline', async () => {
  await using server = await serving((_, response) => response.end());
  expect(await outcome(componentOf(checks.tcp({ port: server.port })))).toBe('ok');
  expect(await outcome(componentOf(checks.tcp({ port: 1 })))).toBe('fail');
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const component = health.component('silent', { ...checks.memcached({ port }), probeDeadline: '50ms' });
  expect(await component.probe()).toMatchObject({ outcome: 'fail', error: { code: 'ETIMEDOUT' } });
  silent.close();
  const chatty = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => chatty.listen(0, '127.0.0.1', resolve));
  const wrong = (chatty.address() as { port: number }).port;
  expect(await outcome(componentOf(checks.memcached({ port: wrong })))).toBe('fail');
  chatty.close();
});

test('a disk is well while there is room, and is looked at without any traffic', async () => {
  expect(await outcome(componentOf(checks.disk('/tmp', { free: 1 })))).toBe('ok');
  expect(await outcome(componentOf(checks.disk('/tmp', { free: '100%' })))).toBe('fail');
  expect(await outcome(componentOf(checks.disk('/nowhere')))).toBe('fail');
  await using own = new Health({ tick: '20ms' });
  const disk = own.component('disk', checks.disk('/tmp', { free: 1, every: '40ms' }));
  await own.start();
  await expect.poll(() => disk.evidence.oks, { timeout: 5000 }).toBeGreaterThan(3);
});
