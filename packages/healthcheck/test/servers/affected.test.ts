// Which endpoints a failure affects is learned, not declared: three routes of an unmodified service on a real Redis.
import { createServer } from 'node:http';
import { serverOrSkip } from '@oslofjord/services';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { attach, Health, HealthEndpoint } from '../../src/index.ts';
import { observe } from '../../src/observe.ts';
import { get, listen } from '../asking.ts';

const { server: redis, skipped } = await serverOrSkip('redis', { own: true });

test.skipIf(redis === undefined)(
  `when Redis dies, exactly the routes that used it are listed${skipped === undefined ? '' : ` (skipped: ${skipped})`}`,
  async () => {
    const client = new Redis(redis!.url, { maxRetriesPerRequest: 0, retryStrategy: () => 50 });
    client.on('error', () => undefined);
    // What is asked before there is a connection is sent, and told of, when there is one: outside the request.
    await new Promise((resolve) => client.once('ready', resolve));
    const health = new Health({ tick: '20ms' });
    const end = observe(health.component('cache', { severity: 'degraded' }), 'ioredis');
    const server = createServer((request, response) => {
      const work = request.url?.startsWith('/types') === true ? Promise.resolve('') : client.get('key');
      work.then(
        () => response.end('done'),
        () => response.writeHead(500).end(),
      );
    });
    attach(server, new HealthEndpoint(health, { authorize: () => ['details'] }));
    await health.start();
    const port = await listen(server);
    const routes = ['/volumes/17', '/snapshots/1/metadata', '/types'];
    for (const path of routes) await get(port, path);
    await redis!.kill();
    for (let round = 0; round < 4; round += 1) for (const path of routes) await get(port, path);
    const accept = 'application/health+json';
    const checks = async (): Promise<{ status: string; affectedEndpoints?: string[] } | undefined> => {
      const { body } = await get(port, '/healthcheck', { headers: { accept } });
      return (
        JSON.parse(body) as { checks: Record<string, { status: string; affectedEndpoints?: string[] }[]> }
      ).checks['cache:calls']?.[0];
    };
    await expect.poll(async () => (await checks())?.status, { timeout: 5000 }).toBe('fail');
    expect((await checks())?.affectedEndpoints).toEqual(['GET /snapshots/:id/metadata', 'GET /volumes/:id']);
    end();
    client.disconnect();
    server.close();
    health.close();
    await redis!.stop();
  },
);
