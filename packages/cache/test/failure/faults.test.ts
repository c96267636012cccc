/* eslint-disable @typescript-eslint/no-deprecated -- the driver is deprecated for new uses, and tested for old ones */
import { afterAll, describe, expect, it } from 'vitest';
import { serverOrSkip } from '@oslofjord/services';
import type { Driver } from '../../src/driver.ts';
import { etcd } from '../../src/drivers/etcd.ts';
import { memcachedBinary } from '../../src/drivers/memcached-binary.ts';
import { memcached } from '../../src/drivers/memcached.ts';
import { redis, redisCluster, redisSentinel } from '../../src/drivers/redis.ts';
import { faultProxy, type Fault } from './faults.ts';
import { throughOutage } from './outage.ts';
import { check, impatient, LENGTH } from './table.ts';

const credentials = { username: 'user', password: 'secret' };

const targets = [
  {
    name: 'memcached',
    start: async () => serverOrSkip('memcached', { own: true }),
    make: (port: number): Driver => memcached({ servers: [`127.0.0.1:${String(port)}`], ...impatient }),
  },
  {
    name: 'memcached-binary',
    start: async () => serverOrSkip('memcached', { sasl: credentials }),
    make: (port: number): Driver =>
      memcachedBinary({ servers: [`127.0.0.1:${String(port)}`], credentials, ...impatient }),
  },
  {
    name: 'redis',
    start: async () => serverOrSkip('redis', { own: true }),
    make: (port: number): Driver => redis({ server: `127.0.0.1:${String(port)}`, ...impatient }),
  },
  {
    name: 'redis-cluster',
    start: async () => serverOrSkip('redis-cluster', { own: true }),
    make: (port: number): Driver => redisCluster({ nodes: [`127.0.0.1:${String(port)}`], ...impatient }),
  },
  {
    name: 'etcd',
    start: async () => serverOrSkip('etcd', { own: true }),
    make: (port: number): Driver => etcd({ server: `127.0.0.1:${String(port)}`, ...impatient }),
  },
] as const;

const wireFaults: readonly Fault[] = ['slow', 'reset', 'truncate', 'garbage'];

for (const { name, start, make } of targets) {
  const { server, skipped } = await start();
  const title = `an outage of ${name}${skipped === undefined ? '' : ` (skipped: ${skipped})`}`;
  describe.skipIf(server === undefined)(title, () => {
    const running = server;
    if (running === undefined) return;
    afterAll(async () => {
      await running.stop();
    });

    it('goes by unnoticed when the server is killed and restarted', async () => {
      const report = await throughOutage(make(running.port), {
        begin: async () => running.kill(),
        end: async () => running.restart(),
        length: LENGTH,
      });
      check(name, 'kill', report);
    });

    it('goes by unnoticed when the server freezes', async () => {
      const report = await throughOutage(make(running.port), {
        begin: async () => running.freeze(),
        end: async () => running.resume(),
        length: LENGTH,
      });
      check(name, 'freeze', report);
    });

    // A cluster names its nodes' own ports, so nothing can stand between; its wire is that of redis.
    it.skipIf(name === 'redis-cluster').each(wireFaults)(
      'goes by unnoticed when the wire is %s',
      async (fault) => {
        await using proxy = await faultProxy(running.port);
        const report = await throughOutage(make(proxy.port), {
          begin: () => {
            proxy.set(fault);
          },
          end: () => {
            proxy.set('none');
          },
          length: LENGTH,
        });
        check(name, fault, report);
      },
    );
  });
}

const sentinelPrimary = await serverOrSkip('redis', { own: true });
if (sentinelPrimary.server !== undefined) {
  const primary = sentinelPrimary.server;
  const replica = await serverOrSkip('redis', {
    own: true,
    configuration: [`replicaof 127.0.0.1 ${String(primary.port)}`],
  });
  const sentinel = await serverOrSkip('redis-sentinel', {
    primaries: [{ host: '127.0.0.1', port: primary.port }],
    downAfter: 300,
  });
  afterAll(async () => {
    await Promise.all([primary.stop(), replica.server?.stop(), sentinel.server?.stop()]);
  });

  it('a failover of redis behind sentinels goes by unnoticed', { timeout: 60_000 }, async () => {
    if (sentinel.server === undefined || replica.server === undefined) return;
    const other = replica.server;
    const watching = sentinel.server;
    const driver = redisSentinel({ sentinels: [`127.0.0.1:${String(sentinel.server.port)}`], ...impatient });
    const asked = redis({ server: `127.0.0.1:${String(other.port)}` });
    await expect.poll(() => watching.log(), { timeout: 15_000, interval: 200 }).toContain('+slave');
    const isWritable = async (): Promise<boolean> => {
      try {
        await asked.setMany(new Map());
        const { Redis } = await import('ioredis');
        const client = new Redis(other.port, '127.0.0.1', { lazyConnect: true });
        client.on('error', () => undefined);
        const role = (await client.role()) as readonly unknown[];
        client.disconnect();
        return role[0] === 'master';
      } catch {
        return false;
      }
    };
    const report = await throughOutage(driver, {
      begin: async () => primary.kill(),
      end: async () => {
        await expect.poll(isWritable, { timeout: 20_000, interval: 50 }).toBe(true);
      },
      length: LENGTH,
    });
    await asked.close();
    check('redis-sentinel', 'failover', report);
  });
}
