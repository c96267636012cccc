// S2 as a whole: a secret in a driver's error, looked for in everything that leaves the process.
import { subscribe } from 'node:diagnostics_channel';
import { connect, type AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import * as grpc from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import * as channels from '../../src/channels.ts';
import { attach, Health, HealthEndpoint, Shutdown, type Role } from '../../src/index.ts';
import { notifySystemd, startGrpcHealth, startHaproxyAgent } from '../../src/protocols.ts';
import { startHealthWorker } from '../../src/worker.ts';
import { get, listen } from '../asking.ts';

const SECRET = 'correct-horse-battery';

test('a secret in an error of a driver reaches no output of any kind, for anybody', async () => {
  const outputs: string[] = [];
  const record = (message: unknown): void => void outputs.push(JSON.stringify(message));
  for (const { name } of Object.values(channels)) subscribe(String(name), record);
  const health = new Health({ tick: '20ms', errors: 'message' });
  health.subscribe(record);
  const fail = async (): Promise<never> => {
    const message = `cannot reach postgres://nova:${SECRET}@db/nova?password=${SECRET}`;
    throw Object.assign(new Error(message, { cause: new Error(message) }), {
      code: `E ${SECRET}`,
      detail: message,
      config: { password: SECRET },
    });
  };
  const database = health.component('database', { probe: fail, failAfter: 1, halfOpenAfter: '20ms' });
  let roles: Role[] = [];
  const endpoint = new HealthEndpoint(health, { authorize: () => roles });
  const server = createServer();
  attach(server, endpoint);
  const port = await listen(server);
  const systemd: string[] = [];
  const end = notifySystemd(health, {
    env: { NOTIFY_SOCKET: '/nowhere' },
    send: (assignments) => void systemd.push(...assignments),
  });
  await health.start();
  await database.track(fail).catch(() => undefined);
  await health.startup('migrations', fail).catch(() => undefined);
  expect(health.report().status).toBe('fail');
  await expect.poll(() => database.evidence.fails).toBeGreaterThan(2);

  for (const granted of [[], ['read'], ['read', 'details', 'trigger']] as Role[][]) {
    roles = granted;
    for (const path of ['/healthcheck', '/readyz', '/livez', '/startupz']) {
      for (const accept of ['text/plain', 'text/html', 'application/json', 'application/health+json']) {
        outputs.push(JSON.stringify(await get(port, path, { headers: { accept } })));
      }
    }
    outputs.push(JSON.stringify(await get(port, '/healthcheck/run', { method: 'POST' })));
  }
  const agent = await startHaproxyAgent(health, { port: 0 });
  outputs.push(
    await new Promise((resolve) => {
      connect((agent.address() as AddressInfo).port, '127.0.0.1').on('data', (chunk) =>
        resolve(chunk.toString()),
      );
    }),
  );
  await using rpc = await startGrpcHealth(health, { port: 0 });
  const client = new grpc.Client(`127.0.0.1:${rpc.port}`, grpc.credentials.createInsecure());
  outputs.push(
    await new Promise((resolve) => {
      const same = (bytes: Buffer): Buffer => bytes;
      client.makeUnaryRequest('/grpc.health.v1.Health/List', same, same, Buffer.alloc(0), (error, value) =>
        resolve(String(error ?? value)),
      );
    }),
  );
  client.close();
  await using worker = await startHealthWorker(health, { port: 0 });
  outputs.push(JSON.stringify(await get(worker.port, '/readyz')));
  outputs.push(JSON.stringify([health.report(), health.history, [...health.components.values()]]));
  const shutdown = new Shutdown(endpoint, [server], {
    drainMin: '10ms',
    hooks: [{ name: 'pool', run: fail }],
  });
  outputs.push(JSON.stringify(await shutdown.begin()));
  agent.close();
  end();
  const all = [...outputs, ...systemd].join('\n');
  expect(all).not.toContain(SECRET);
  // What is left is of use.
  expect(all).toContain('cannot reach');
  expect(all).toContain('"outcome":"fail"');
  expect(outputs.length).toBeGreaterThan(50);
});
