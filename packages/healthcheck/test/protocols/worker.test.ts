import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { Health } from '../../src/index.ts';
import { startHealthWorker } from '../../src/worker.ts';
import { get, serving } from '../asking.ts';

test('a thread answers what the service would', async () => {
  await using health = new Health({ tick: '20ms' });
  await using worker = await startHealthWorker(health, { port: 0 });
  expect(await get(worker.port, '/readyz')).toMatchObject({ status: 503, body: 'UNAVAILABLE' });
  await health.start();
  expect(await get(worker.port, '/readyz')).toMatchObject({ status: 200, body: '' });
  expect(await get(worker.port, '/livez', { method: 'HEAD' })).toMatchObject({ status: 204 });
  health.drain();
  expect((await get(worker.port, '/readyz?x')).status).toBe(503);
  expect((await get(worker.port, '/startupz')).status).toBe(503);
  expect((await get(worker.port, '/livez')).status).toBe(200);
  expect((await get(worker.port, '/__proto__')).status).toBe(404);
  health.liveness.declareBroken('for good');
  await expect.poll(async () => (await get(worker.port, '/livez')).body).toBe('BROKEN');
});

test('a port that is taken is said so', async () => {
  await using health = new Health();
  await using taken = await serving(() => undefined);
  await expect(startHealthWorker(health, { port: taken.port })).rejects.toThrow(
    /cannot listen on port .*EADDRINUSE/,
  );
});

test('while the main loop is blocked the thread says so: soon not ready, later not alive, and well again after', async () => {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const directory = mkdtempSync(join(here, '../../.worker-'));
  const outfile = join(directory, 'blocked.mjs');
  await build({
    entryPoints: [join(here, 'blocked.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@oslofjord/source'],
    logLevel: 'error',
  });
  const child = fork(outfile);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  expect((await get(port, '/readyz')).status).toBe(200);
  child.send({ block: 3600 });
  await once(child, 'message');
  const begun = performance.now();
  const seen: { at: number; path: string; status: number; took: number }[] = [];
  while (performance.now() - begun < 3300) {
    for (const path of ['/readyz', '/livez']) {
      const before = performance.now();
      const { status } = await get(port, path);
      seen.push({ at: before - begun, path, status, took: performance.now() - before });
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const first = (path: string): number =>
    seen.find((one) => one.path === path && one.status === 503)?.at ?? Infinity;
  expect(first('/readyz')).toBeGreaterThan(300);
  expect(first('/readyz')).toBeLessThan(800);
  expect(first('/livez')).toBeGreaterThan(1800);
  expect(first('/livez')).toBeLessThan(2400);
  const took = seen.map((one) => one.took).sort((one, other) => one - other);
  expect(took[took.length >> 1]).toBeLessThan(10);
  await expect.poll(async () => (await get(port, '/livez')).status, { timeout: 5000 }).toBe(200);
  expect((await get(port, '/readyz')).status).toBe(200);
  child.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});
