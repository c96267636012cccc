import { describe, expect, it, vi } from 'vitest';
import { type Server, type ServerName, startServer } from '../src/index.js';
import { kindOf } from '../src/start.js';
import { converse } from '../src/wire.js';
import { missing, titled } from './available.ts';
import { isGone, ownerOf } from './states.ts';

const NAMES = ['redis-cluster', 'etcd', 'rabbitmq', 'nats', 'mariadb', 'haproxy', 'prometheus'] as const;
const SLOW = 120_000;

const ready = (server: Server): Promise<unknown> => kindOf(server.name).ready(server.address, {});

for (const name of NAMES) {
  const reason = await missing(name);
  describe.skipIf(reason !== undefined)(titled(`a ${name}`, reason), () => {
    it(
      'runs unprivileged, survives freezing, restarts after a kill, and leaves nothing',
      { timeout: SLOW },
      async () => {
        const server = await startServer(name);
        expect(ownerOf(server.pid ?? 0)).not.toBe(0);
        await server.freeze();
        await server.resume();
        await ready(server);
        await server.kill();
        await expect(ready(server)).rejects.toThrow();
        await server.restart();
        await ready(server);
        const { pid, dataDirectory } = server;
        await server.stop();
        expect(isGone(pid, dataDirectory)).toBe(true);
      },
    );
  });
}

const group = async (title: string, names: ServerName[], body: () => void): Promise<void> => {
  const reason = await missing(...names);
  describe.skipIf(reason !== undefined)(titled(title, reason), body);
};

await group('redis-sentinel', ['redis', 'redis-sentinel'], () => {
  it('promotes a replica when its primary is killed', async () => {
    await using primary = await startServer('redis');
    await using replica = await startServer('redis', {
      configuration: [`replicaof ${primary.host} ${String(primary.port)}`, 'repl-diskless-sync-delay 0'],
    });
    await using sentinel = await startServer('redis-sentinel', { primaries: [primary] });
    const ask = (command: string, wanted: string): Promise<boolean> =>
      converse(
        sentinel.address,
        `${command}\r\n`,
        (received) => received.includes('\r\n') && received.includes(wanted),
      );
    await vi.waitFor(
      async () => {
        expect(await ask('SENTINEL master mymaster', 'num-slaves\r\n$1\r\n1')).toBe(true);
      },
      { timeout: 15_000, interval: 200 },
    );
    await primary.kill();
    await vi.waitFor(
      async () => {
        expect(await ask('SENTINEL get-master-addr-by-name mymaster', String(replica.port))).toBe(true);
      },
      { timeout: 15_000, interval: 100 },
    );
  });
});

await group('haproxy', ['haproxy'], () => {
  it('runs the configuration it is given', async () => {
    await using server = await startServer('haproxy', {
      configuration: ({ host, port }) =>
        `defaults\n  mode http\n  timeout client 5s\n  timeout connect 5s\n  timeout server 5s\n` +
        `frontend main\n  bind ${host}:${String(port)}\n  http-request return status 418\n`,
    });
    expect((await fetch(server.url)).status).toBe(418);
  });

  it('says what is wrong with a configuration', async () => {
    const started = startServer('haproxy', { configuration: () => 'frontend' });
    await expect(started).rejects.toThrow(/haproxy died at start[^]*'frontend'/);
  });
});

await group('prometheus', ['prometheus'], () => {
  it('reads the configuration it is given', async () => {
    const configuration =
      'scrape_configs: [{job_name: volumes, static_configs: [{targets: ["127.0.0.1:1"]}]}]';
    await using server = await startServer('prometheus', { configuration });
    const response = await fetch(`${server.url}/api/v1/status/config`);
    expect(await response.text()).toContain('job_name: volumes');
  });
});

await group('keystone and placement', ['keystone', 'placement'], () => {
  it(
    'check tokens of one another, and keystone’s model of limits is as asked',
    { timeout: SLOW },
    async () => {
      await using keystone = await startServer('keystone', { enforcementModel: 'strict_two_level' });
      await using placement = await startServer('placement', { keystone });
      const { username: name, password } = keystone.address;
      const domain = { id: 'default' };
      const login = await fetch(`${keystone.url}/auth/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          auth: {
            identity: { methods: ['password'], password: { user: { name, domain, password } } },
            scope: { project: { name: 'admin', domain } },
          },
        }),
      });
      expect(login.status).toBe(201);
      const headers = { 'x-auth-token': login.headers.get('x-subject-token') ?? '' };
      const model = (await (await fetch(`${keystone.url}/limits/model`, { headers })).json()) as object;
      expect(model).toMatchObject({ model: { name: 'strict_two_level' } });
      expect((await fetch(`${placement.url}/resource_providers`, { headers })).status).toBe(200);
      expect((await fetch(`${placement.url}/resource_providers`)).status).toBe(401);
    },
  );
});
