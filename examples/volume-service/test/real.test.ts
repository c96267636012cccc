import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { originalsMissing, PYTHON, skipReason, type ServerName } from '@oslofjord/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from '../src/real/cloud.ts';
import { Deployment } from '../src/real/deployment.ts';
import { playRealTour } from '../src/real/tour.ts';
import { PROJECTS_KEY } from '../src/service.ts';
import type { Step } from '../src/tour.ts';
import { buildPrograms, SOURCE } from './programs.ts';

const NEEDED: readonly ServerName[] = [
  ...(['postgresql', 'memcached', 'keystone', 'rabbitmq'] as const),
  ...(['haproxy', 'prometheus'] as const),
];

const reasons: string[] = [];
for (const name of NEEDED) {
  const reason = await skipReason(name, { own: true });
  if (reason !== undefined) reasons.push(reason);
}

const withoutPython = await originalsMissing(
  { keystoneauth1: '', 'oslo.cache': '', 'oslo.messaging': '', 'oslo.metrics': '', pymemcache: '' },
  ['keystoneauth1', 'oslo.cache', 'oslo.messaging', 'oslo.metrics', 'pymemcache'].map(
    (name) => `python3-${name}`,
  ),
);

/** What a client in Python prints. */
const python = async (...words: string[]): Promise<unknown> => {
  const script = fileURLToPath(new URL('clients.py', import.meta.url));
  const { stdout } = await promisify(execFile)(PYTHON, [script, ...words], { timeout: 50_000 });
  return JSON.parse(stdout) as unknown;
};

describe.skipIf(reasons.length > 0)(
  `the service on real parts${reasons.map((one) => ` [${one}]`).join('')}`,
  () => {
    let programs: Awaited<ReturnType<typeof buildPrograms>>;
    let deployment: Deployment;

    beforeAll(async () => {
      programs = await buildPrograms();
      deployment = await Deployment.start({ programs, source: SOURCE });
    });

    afterAll(async () => {
      await programs[Symbol.asyncDispose]();
    });

    it('plays the same tour over HAProxy with tokens and limits of Keystone', async () => {
      const steps: Step[] = [];
      for await (const step of playRealTour(deployment)) steps.push(step);
      expect(steps.filter((step) => !step.ok)).toEqual([]);
      expect(steps.length).toBeGreaterThan(30);
    });

    describe.skipIf(withoutPython !== undefined)(
      `for clients in Python${withoutPython === undefined ? '' : ` [${withoutPython}]`}`,
      () => {
        it('lists volumes to a session of keystoneauth1, which finds it in the catalog', async () => {
          const { keystone } = deployment.servers;
          const { alpha } = deployment.cloud.projects;
          const listed = (await python('volumes', keystone.url, 'reader-of-alpha', PASSWORD, alpha)) as {
            projectId: string;
          }[];
          expect(listed.length).toBeGreaterThan(0);
          expect(new Set(listed.map(({ projectId }) => projectId))).toEqual(new Set([alpha]));
          await expect(
            python('volumes', keystone.url, 'reader-of-beta', PASSWORD, deployment.cloud.projects.beta),
          ).resolves.not.toEqual(listed);
        });

        it('shares what it has looked up with oslo.cache, both ways', async () => {
          const projects = async (): Promise<unknown> => {
            const response = await fetch(`${deployment.balancer.url}/v1/projects`, {
              headers: { 'x-auth-token': deployment.cloud.tokens['reader-of-system'] ?? '' },
            });
            return ((await response.json()) as { projects: unknown }).projects;
          };
          const path = join(deployment.folder, 'volume-service.conf');
          const written = [{ id: 'counted in Python', volumes: 1, size: 2 }];
          const own = await projects();
          expect(await python('cached', path, PROJECTS_KEY, JSON.stringify(written))).toEqual(own);
          expect(await projects()).toEqual(written);
        });

        it('collects what oslo.messaging reports of its calls', async () => {
          expect(await python('calls', join(deployment.folder, 'volume-service.conf'), 'reports')).toEqual([
            7, 7, 7,
          ]);
          const page = await (await fetch(deployment.collectorUrl)).text();
          const ended =
            /^oslo_messaging_rpc_client_invocation_end_total\{.*process="reports".*\} (\S+)$/m.exec(page);
          expect(Number(ended?.[1])).toBe(3);
        });
      },
    );

    it(
      'shows on its console that memcached was killed, and that it came back',
      { timeout: 60_000 },
      async () => {
        const entered = await fetch(deployment.console ?? '', { redirect: 'manual' });
        const cookie = String(entered.headers.get('set-cookie')).split(';')[0] ?? '';
        const { cache } = deployment.servers;
        const row = async (): Promise<string> => {
          // Other tokens than before: what is known already is not asked for.
          await fetch(`${deployment.balancer.url}/v1/volumes`, { headers: { 'x-auth-token': randomUUID() } });
          const answer = await fetch(new URL('/console/cache', deployment.console), { headers: { cookie } });
          const [, servers = ''] = (await answer.text()).split('id="hosts"');
          return servers.split('</section>')[0]?.replaceAll(/<[^>]*>|\s+/g, ' ') ?? '';
        };
        const server = `${cache.host}:${String(cache.port)} `;
        await cache.kill();
        await expect.poll(row, { timeout: 20_000 }).toContain(server);
        await expect.poll(row, { timeout: 20_000 }).toContain('in quarantine');
        await cache.restart();
        await expect.poll(row, { timeout: 30_000 }).toContain('alive');
      },
    );

    it('ends by itself after SIGTERM, every process with status 0', async () => {
      expect(await deployment.stop()).toEqual({
        'volumes-first': 0,
        'volumes-second': 0,
        worker: 0,
        collector: 0,
      });
    });
  },
);
