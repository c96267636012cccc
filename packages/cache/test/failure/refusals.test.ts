/* eslint-disable @typescript-eslint/no-deprecated -- the driver is deprecated for new uses, and tested for old ones */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { certificates, serverOrSkip, type Server } from '@oslofjord/services';
import type { Driver } from '../../src/driver.ts';
import { etcd } from '../../src/drivers/etcd.ts';
import { memcachedBinary } from '../../src/drivers/memcached-binary.ts';
import { memcached, memcachedClient } from '../../src/drivers/memcached.ts';
import { redis } from '../../src/drivers/redis.ts';
import { faultProxy } from './faults.ts';
import { throughOutage } from './outage.ts';
import { check, impatient, LENGTH } from './table.ts';

// An authority that nobody trusts stands for a wrong certificate. Behind the proxy, whose port the driver knows, the
// right server gives way to the wrong one, and comes back.
const [trusted, foreign] = await Promise.all([certificates(), certificates()]);
const ca = readFileSync(trusted.ca);
const [right, wrong] = [
  { username: 'user', password: 'secret' },
  { username: 'user', password: 'another-secret' },
];

type Start = () => ReturnType<typeof serverOrSkip>;

interface Refusal {
  readonly driver: string;
  readonly fault: 'wrong certificate' | 'wrong password';
  readonly start: Start;
  readonly startOther: Start;
  readonly make: (port: number) => Driver;
}

/** Turns authentication of an etcd on, with one user who may do everything. */
const withUsers = async (password: string): ReturnType<Start> => {
  const started = await serverOrSkip('etcd', { own: true });
  if (started.server === undefined) return started;
  const send = async (path: string, body: unknown): Promise<void> => {
    const response = await fetch(`${started.server.url}/v3/auth/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(response.status, path).toBe(200);
  };
  await send('user/add', { name: 'root', password });
  await send('role/add', { name: 'root' });
  await send('user/grant', { user: 'root', role: 'root' });
  await send('enable', {});
  return started;
};

const refusals: readonly Refusal[] = [
  {
    driver: 'memcached',
    fault: 'wrong certificate',
    start: async () => serverOrSkip('memcached', { tls: { certificates: trusted } }),
    startOther: async () => serverOrSkip('memcached', { tls: { certificates: foreign } }),
    make: (port) => memcached({ servers: [`127.0.0.1:${String(port)}`], tls: { ca }, ...impatient }),
  },
  {
    driver: 'redis',
    fault: 'wrong certificate',
    start: async () => serverOrSkip('redis', { tls: { certificates: trusted } }),
    startOther: async () => serverOrSkip('redis', { tls: { certificates: foreign } }),
    make: (port) => redis({ server: `127.0.0.1:${String(port)}`, tls: { ca }, ...impatient }),
  },
  {
    driver: 'etcd',
    fault: 'wrong certificate',
    start: async () => serverOrSkip('etcd', { tls: { certificates: trusted } }),
    startOther: async () => serverOrSkip('etcd', { tls: { certificates: foreign } }),
    make: (port) => etcd({ server: `https://127.0.0.1:${String(port)}`, tls: { ca }, ...impatient }),
  },
  {
    driver: 'memcached',
    fault: 'wrong password',
    start: async () => serverOrSkip('memcached', { textAuthentication: right }),
    startOther: async () => serverOrSkip('memcached', { textAuthentication: wrong }),
    make: (port) => memcached({ servers: [`127.0.0.1:${String(port)}`], credentials: right, ...impatient }),
  },
  {
    driver: 'memcached-binary',
    fault: 'wrong password',
    start: async () => serverOrSkip('memcached', { sasl: right }),
    startOther: async () => serverOrSkip('memcached', { sasl: wrong }),
    make: (port) =>
      memcachedBinary({ servers: [`127.0.0.1:${String(port)}`], credentials: right, ...impatient }),
  },
  {
    driver: 'redis',
    fault: 'wrong password',
    start: async () => serverOrSkip('redis', { password: right.password }),
    startOther: async () => serverOrSkip('redis', { password: wrong.password }),
    make: (port) => redis({ server: `127.0.0.1:${String(port)}`, password: right.password, ...impatient }),
  },
  {
    driver: 'etcd',
    fault: 'wrong password',
    start: async () => withUsers(right.password),
    startOther: async () => withUsers(wrong.password),
    make: (port) =>
      etcd({
        server: `127.0.0.1:${String(port)}`,
        username: 'root',
        password: right.password,
        ...impatient,
      }),
  },
];

const running: Server[] = [];
afterAll(async () => {
  await Promise.all(running.map(async (server) => server.stop()));
  await Promise.all([trusted, foreign].map(async (files) => files[Symbol.asyncDispose]()));
});

for (const { driver, fault, start, startOther, make } of refusals) {
  const [{ server, skipped }, { server: other }] = [await start(), await startOther()];
  const reason = skipped === undefined ? '' : ` (skipped: ${skipped})`;
  for (const each of [server, other]) if (each !== undefined) running.push(each);
  it.skipIf(server === undefined)(`a ${fault} of ${driver} goes by unnoticed${reason}`, async () => {
    if (server === undefined || other === undefined) return;
    await using proxy = await faultProxy(server.port);
    const report = await throughOutage(make(proxy.port), {
      begin: () => {
        proxy.redirect(other.port);
      },
      end: () => {
        proxy.redirect(server.port);
      },
      length: LENGTH,
    });
    check(driver, fault, report);
  });
}

describe('a full memory', () => {
  it('of memcached goes by unnoticed, and leaves no older value behind', async () => {
    const { server } = await serverOrSkip('memcached', { memory: 2, args: ['-M'] });
    if (server === undefined) return;
    running.push(server);
    const address = `127.0.0.1:${String(server.port)}`;
    await using client = memcachedClient({ servers: [address] });
    const driver = memcached({ servers: [address], ...impatient });
    const report = await throughOutage(driver, {
      begin: async () => {
        // Of every size, so that no class of sizes has room left.
        for (const size of [30, 60, 100, 200, 500, 1000, 4000]) {
          for (let index = 0; index < 20_000; index += 1) {
            const stored = await client
              .set(`fill:${String(size)}:${String(index)}`, Buffer.alloc(size))
              .catch(() => undefined);
            if (stored === undefined) break;
          }
        }
        await expect(client.set('one-more', Buffer.alloc(60))).rejects.toThrow(/out of memory/u);
      },
      end: async () => {
        await new Promise<void>((resolve, reject) => {
          const socket = connect(server.port, '127.0.0.1');
          socket.on('error', reject);
          socket.once('data', () => {
            socket.destroy();
            resolve();
          });
          socket.write('flush_all\r\n');
        });
      },
      length: LENGTH,
    });
    check('memcached', 'full memory', report);
  });

  it('of redis goes by unnoticed', async () => {
    const { server } = await serverOrSkip('redis', { own: true });
    if (server === undefined) return;
    running.push(server);
    const { Redis } = await import('ioredis');
    const admin = new Redis(server.port, '127.0.0.1');
    const report = await throughOutage(redis({ server: `127.0.0.1:${String(server.port)}`, ...impatient }), {
      begin: async () => {
        await admin.config('SET', 'maxmemory', '1');
        await expect(admin.set('one more', 'x')).rejects.toThrow(/OOM/u);
      },
      end: async () => admin.config('SET', 'maxmemory', '0'),
      length: LENGTH,
    });
    admin.disconnect();
    check('redis', 'full memory', report);
  });

  it('of etcd goes by unnoticed', async () => {
    const { server } = await serverOrSkip('etcd', { own: true, args: ['--quota-backend-bytes', '1000000'] });
    if (server === undefined) return;
    running.push(server);
    let revision: unknown;
    interface Answer {
      readonly header?: { readonly revision: unknown };
      readonly alarms?: readonly { readonly memberID: string }[];
      readonly error?: unknown;
    }
    const send = async (path: string, body: unknown): Promise<Answer> => {
      const response = await fetch(`${server.url}/v3/${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      return (await response.json()) as Answer;
    };
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const report = await throughOutage(etcd({ server: `127.0.0.1:${String(server.port)}`, ...impatient }), {
      begin: async () => {
        for (let tries = 0; tries < 100; tries += 1) {
          const answer = await send('kv/put', { key: base64('fill'), value: base64('x'.repeat(50_000)) });
          if (answer.error !== undefined) return;
          revision = answer.header?.revision;
        }
        throw new Error('etcd does not get full');
      },
      end: async () => {
        await send('kv/compaction', { revision, physical: true });
        await send('maintenance/defragment', {});
        const { alarms = [] } = await send('maintenance/alarm', { action: 'GET' });
        for (const { memberID } of alarms) {
          await send('maintenance/alarm', { action: 'DEACTIVATE', alarm: 'NOSPACE', memberID });
        }
        await expect.poll(async () => (await send('kv/put', { key: base64('a') })).error).toBeUndefined();
      },
      length: LENGTH,
    });
    check('etcd', 'full memory', report);
  });
});
