import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Healthcheck, HealthcheckOptionsError } from './index.ts';

const request = { method: 'GET', headers: {}, remoteAddress: '127.0.0.1' };
const file = (): string => join(mkdtempSync(join(tmpdir(), 'healthcheck-')), 'disabled');

test('a service is drained by making a file, and comes back when it is removed', async () => {
  const path = file();
  await using health = new Healthcheck({
    backends: ['disable_by_file'],
    disableByFilePath: path,
    fileInterval: '20ms',
  });
  await health.start();
  expect(health.respond(request)).toMatchObject({ status: 200, body: 'OK' });
  writeFileSync(path, '');
  await vi.waitUntil(() => health.respond(request)?.status === 503);
  expect(health.respond(request)?.body).toBe('DISABLED BY FILE');
  rmSync(path);
  await vi.waitUntil(() => health.respond(request)?.status === 200);
});

test('answers are not kept by anybody on the way', () => {
  expect(new Healthcheck().respond(request)?.headers).toMatchObject({ 'Cache-Control': 'no-store' });
});

test('everything that is wrong is said at the start', () => {
  const start = (): Healthcheck =>
    new Healthcheck({ backends: ['nope', 'enable_by_files'], allowedSourceRanges: ['10.0.0.1/8', 'x'] });
  expect(start).toThrow(HealthcheckOptionsError);
  try {
    start();
  } catch (error) {
    expect((error as HealthcheckOptionsError).issues).toHaveLength(4);
  }
});

test('a client on a Unix socket is inside, one whose address cannot be read is outside', () => {
  const health = new Healthcheck({ allowedSourceRanges: ['10.0.0.0/8'] });
  expect(health.respond({ method: 'GET', headers: {} })?.status).toBe(200);
  expect(health.respond({ method: 'GET', headers: {}, remoteAddress: 'garbage' })).toBeUndefined();
});

test('a backend of one’s own is asked in its turn, and hides what it fails with', () => {
  const health = new Healthcheck({
    backends: ['database', 'broken'],
    plugins: {
      database: () => ({ check: () => ({ available: true, reason: 'DATABASE OK' }) }),
      broken: () => ({
        check: () => {
          throw new Error('password=hunter2');
        },
      }),
    },
  });
  const answer = health.respond({ ...request, accept: 'application/json' });
  expect(answer?.status).toBe(503);
  expect(answer?.body).toContain('DATABASE OK');
  expect(answer?.body).not.toContain('hunter2');
});

test('a server answers under the path and leaves the rest to the service', async () => {
  const health = new Healthcheck();
  const server = createServer(health.handler('/healthcheck', (_, response) => response.end('service')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ask = async (path: string, method = 'GET'): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return `${response.status} ${await response.text()}`;
  };
  expect(await ask('/healthcheck')).toBe('200 ');
  expect(await ask('/healthcheck?x=1', 'HEAD')).toBe('204 ');
  expect(await ask('/healthchecks')).toBe('200 service');
  server.close();
});

test('hostile Accept headers are answered in no time', () => {
  const health = new Healthcheck();
  const baits = [
    ';q='.repeat(8000),
    ','.repeat(16_000),
    'a/b;c="'.repeat(2000),
    `a/b${' '.repeat(16_000)}x`,
    '*/*;'.repeat(4000),
  ];
  const start = performance.now();
  for (const accept of baits) expect(health.respond({ ...request, accept })?.status).toBe(200);
  expect(performance.now() - start).toBeLessThan(500);
});
