// Each package by itself: its tarball in an empty folder, and a service of ten lines that its README is enough to write.
import { copyFileSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { build, installed, root } from './installed.js';
import { freePort, startService } from './service.js';

const folders = /** @type {string[]} */ ([]);
beforeAll(build, 180_000);
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** What is asked of each service, one after the other, and what it answers. @type {Record<string, [RequestInit & { path?: string }, string | RegExp | number][]>} */
const SESSIONS = {
  policy: [
    [{ headers: { role: 'member', project: 'p1' } }, 'true'],
    [{ headers: { role: 'member', project: 'p2' } }, 'false'],
    [{ headers: { role: 'admin', project: 'p2' } }, 'true'],
  ],
  cache: [
    [{ path: '/a' }, '{"made":2}'],
    [{ path: '/a' }, '{"made":2}'],
    [{ path: '/a', method: 'DELETE' }, '{"made":3}'],
  ],
  limit: [
    [{}, '2'],
    [{}, 'ERR_LIMIT_OVER'],
  ],
  metrics: [
    [{ method: 'POST' }, 'served'],
    [{ path: '/metrics' }, /^http_requests_total\{method="POST"\} 1$/mu],
  ],
  healthcheck: [
    [{ path: '/volumes/1' }, 'a row'],
    [{ path: '/readyz' }, 200],
    [{ path: '/broken' }, 'none'],
    [{ path: '/readyz' }, 503],
  ],
  config: [[{}, '250']],
  constraints: [[{}, 'none']],
};

test('every package has its service, of no more than ten lines below its imports', () => {
  const services = readdirSync(new URL('alone', import.meta.url)).map((name) => name.slice(0, -3));
  expect(services.sort()).toEqual(readdirSync(join(root, 'packages')).sort());
  expect(Object.keys(SESSIONS).sort()).toEqual(services);
  for (const name of services) {
    const text = readFileSync(new URL(`alone/${name}.js`, import.meta.url), 'utf8');
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('import '));
    expect(lines.length, name).toBeLessThanOrEqual(10);
    const imported = Array.from(text.matchAll(/from '(@oslofjord[^']+)'/gu), ([, entry]) => entry);
    expect(
      imported.every((entry) => entry?.startsWith(`@oslofjord/${name}`)),
      name,
    ).toBe(true);
  }
});

test.each(Object.entries(SESSIONS))(
  '%s serves without its siblings',
  async (name, session) => {
    const folder = installed([name]);
    folders.push(folder);
    const own = readdirSync(join(folder, 'node_modules/@oslofjord')).sort();
    expect(own).toEqual([...new Set([name, ...(name === 'constraints' ? [] : ['config'])])].sort());
    copyFileSync(new URL(`alone/${name}.js`, import.meta.url), join(folder, 'service.js'));
    const port = await freePort();
    const service = await startService(folder, 'service.js', port);
    try {
      for (const [{ path = '/', ...init }, wanted] of session) {
        const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, init);
        const answer = await response.text();
        if (typeof wanted === 'number') expect(response.status).toBe(wanted);
        else if (typeof wanted === 'string') expect(answer).toBe(wanted);
        else expect(answer).toMatch(wanted);
      }
    } finally {
      await service.stop();
    }
  },
  60_000,
);
