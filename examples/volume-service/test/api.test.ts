import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Child } from '../src/real/child.ts';
import { buildPrograms, SOURCE } from './programs.ts';

test('a process whose configuration names no server answers, and ends by itself after SIGTERM', async () => {
  await using programs = await buildPrograms();
  const disableFile = join(await mkdtemp(join(tmpdir(), 'volume-service-')), 'disabled');
  const api = new Child('api', {
    file: programs.service,
    words: ['api', '--config-file', join(SOURCE, 'etc', 'volume-service.conf')],
    environment: { OS_HEALTHCHECK__DISABLE_BY_FILE_PATH: disableFile },
  });
  api.start();
  try {
    await expect.poll(() => api.log, { timeout: 20_000 }).toMatch(/^volume-service api listens on /);
    const address = /http:\S+/.exec(api.log)?.[0] ?? '';
    const volumes = `${address}/v1/projects/alpha/volumes`;
    const headers = { 'x-auth-token': 'member-of-alpha', 'content-type': 'application/json' };
    const made = await fetch(volumes, { method: 'POST', headers, body: '{"name":"data","size":5}' });
    expect(await made.json()).toMatchObject({ projectId: 'alpha', size: 5, status: 'available' });
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    await writeFile(disableFile, '');
    await expect.poll(async () => (await fetch(`${address}/readyz`)).status).toBe(503);
    expect(await (await fetch(volumes, { headers })).json()).toMatchObject({ volumes: [{ name: 'data' }] });
  } finally {
    expect(await api.end()).toBe(0);
  }
});
