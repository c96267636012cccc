// Manifests are read by what they are written for: HAProxy, systemd, the schemas of Kubernetes, and Node in a container.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { Deployment } from 'kubernetes-models/apps/v1';
import { parse } from 'yaml';
import { programMissing } from '@oslofjord/services';
import { expect, test } from 'vitest';
import { runLine } from '../../src/commands/run.ts';
import { Health, HealthEndpoint, healthListener, ManifestError } from '../../src/index.ts';
import { resolvePlan, writeManifest, type DeploymentPlan } from '../../src/manifests.ts';
import { serving } from '../asking.ts';

const directory = mkdtempSync(join(tmpdir(), 'manifests-'));
const plan: DeploymentPlan = {
  service: 'volumes',
  port: 8776,
  healthPort: 8777,
  agentPort: 8778,
  polls: { interval: '500ms', fall: 2, rise: 3 },
  shutdown: { drainMax: '20s', requests: '30s', hooks: '8s' },
  nodes: ['10.0.0.1:8776', '10.0.0.2:8776'],
  startMax: '90s',
  liveMax: '40s',
};
const noHaproxy = await programMissing('haproxy');
const noSystemd = await programMissing('systemd-analyze', ['systemd']);

interface DeploymentSpec {
  spec: {
    template: {
      spec: { terminationGracePeriodSeconds: number; containers: Record<string, Record<string, unknown>>[] };
    };
  };
}

test('Kubernetes: the Deployment is valid by its schema, and its times are those of the plan', () => {
  const text = writeManifest('k8s', plan);
  const deployment = parse(text) as DeploymentSpec;
  expect(() => new Deployment(deployment as never).validate()).not.toThrow();
  // The schema is no formality.
  const broken = structuredClone(deployment);
  broken.spec.template.spec.terminationGracePeriodSeconds = 'soon' as never;
  expect(() => new Deployment(broken as never).validate()).toThrow();
  const [container] = deployment.spec.template.spec.containers;
  expect(deployment.spec.template.spec.terminationGracePeriodSeconds).toBe(63);
  expect(container).toMatchObject({
    readinessProbe: {
      httpGet: { path: '/readyz', port: 'health' },
      periodSeconds: 1,
      failureThreshold: 2,
      successThreshold: 3,
    },
    livenessProbe: { httpGet: { path: '/livez' }, periodSeconds: 10, failureThreshold: 4 },
    startupProbe: { httpGet: { path: '/startupz' }, failureThreshold: 90 },
  });
});

test.skipIf(noHaproxy !== undefined)(
  'HAProxy: `haproxy -c` takes it, and its checks are those that the shutdown waits for',
  () => {
    for (const one of [plan, { service: 'a', port: 80 }] as DeploymentPlan[]) {
      const backend = writeManifest('haproxy', one);
      const file = join(directory, `${one.service}.cfg`);
      const rest = `defaults\n  mode http\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\nfrontend f\n  bind 127.0.0.1:1\n  default_backend ${one.service}\n`;
      writeFileSync(file, `${rest}${backend}`);
      const { status, stdout, stderr } = spawnSync('haproxy', ['-c', '-f', file], { encoding: 'utf8' });
      expect(`${stdout}${stderr}`).not.toMatch(/WARNING|ALERT/);
      expect(status).toBe(0);
    }
    expect(writeManifest('haproxy', plan)).toContain('inter 500ms fall 2 rise 3');
    expect(writeManifest('haproxy', plan)).toContain(
      '10.0.0.2:8776 check port 8777 agent-check agent-port 8778',
    );
  },
);

test.skipIf(noSystemd !== undefined)('systemd: `systemd-analyze verify` has nothing to say', () => {
  const file = join(directory, 'volumes.service');
  writeFileSync(file, writeManifest('systemd', plan));
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
    encoding: 'utf8',
  });
  const about = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('volumes.service'));
  expect(about).toEqual([]);
  expect(status).toBe(0);
  expect(writeManifest('systemd', plan)).toContain('TimeoutStopSec=63\n');
  writeFileSync(file, writeManifest('systemd', plan).replace('Type=notify', 'Type=nonsense'));
  const wrong = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
  expect(wrong.stderr).toContain('nonsense');
});

test('Docker: the check in the compose file runs, and tells up from down', async () => {
  await using health = new Health();
  await health.start();
  await using server = await serving(healthListener(new HealthEndpoint(health)));
  const compose = parse(writeManifest('docker', { ...plan, healthPort: server.port })) as {
    services: Record<string, { healthcheck: { test: string[]; retries: number }; stop_grace_period: string }>;
  };
  const { healthcheck, stop_grace_period: grace } = compose.services.volumes!;
  expect([healthcheck.retries, grace]).toEqual([2, '63s']);
  const [kind, , ...words] = healthcheck.test;
  expect(kind).toBe('CMD');
  const run = async (): Promise<unknown> =>
    promisify(execFile)(process.execPath, words).then(
      () => 0,
      (error: unknown) => (error as { code: number }).code,
    );
  expect(await run()).toBe(0);
  health.drain();
  expect(await run()).toBe(1);
});

test('whatever is in a plan, nothing breaks out of its place: it is refused or stays one word', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('a\nb: c', "x' -e y", 'a"b', '$(id)', '${x}', '`id`', '/a b', '../x'),
  );
  fc.assert(
    fc.property(text, text, text, (service, path, node) => {
      for (const kind of ['k8s', 'haproxy', 'systemd', 'docker'] as const) {
        let written: string;
        try {
          written = writeManifest(kind, {
            service,
            port: 80,
            paths: { path },
            nodes: [node],
            command: node,
            image: node,
          });
        } catch (error) {
          expect(error).toBeInstanceOf(ManifestError);
          continue;
        }
        expect(written.split('\n').length).toBe(
          writeManifest(kind, { service: 'a', port: 80, paths: { path: '/' }, nodes: ['a:1'] }).split('\n')
            .length,
        );
      }
    }),
    { numRuns: 500 },
  );
});

test('everything that is wrong with a plan is said at once', () => {
  expect(() =>
    resolvePlan({
      service: 'Bad Name',
      port: 0,
      paths: { livez: 'x' },
      nodes: ['x'],
      polls: { fall: 0, interval: 0 },
    }),
  ).toThrow(/no name.*no port.*no plain path.*no host:port.*no number of polls.*must not be 0/s);
});

test('the command writes manifests, asks checks, and says how it is used', async () => {
  writeFileSync(join(directory, 'healthcheck.json'), JSON.stringify(plan));
  writeFileSync(join(directory, 'bad.json'), '{"service": "x y", "port": 1}');
  const run = async (...words: string[]): Promise<[number, string]> => {
    const { exitCode, output, errors } = await runLine(words, directory);
    return [exitCode, output + errors];
  };
  expect(await run('manifest', '--haproxy')).toEqual([0, writeManifest('haproxy', plan)]);
  expect((await run('manifest', '--k8s', '--plan', 'bad.json'))[1]).toContain('is no name in lower case');
  for (const words of [
    ['manifest'],
    ['manifest', '--k8s', '--docker'],
    ['nope'],
    [],
    ['check', 'x'],
    ['manifest', '--nope'],
  ]) {
    expect((await run(...words))[0], words.join(' ')).toBe(2);
  }
  await using health = new Health();
  await using server = await serving(healthListener(new HealthEndpoint(health)));
  const url = `http://127.0.0.1:${server.port}/readyz`;
  expect(await run('check', url)).toEqual([1, '503 STARTING\n']);
  await health.start();
  expect(await run('check', url)).toEqual([0, '200\n']);
  expect((await run('check', 'http://127.0.0.1:1/'))[0]).toBe(2);
  expect((await run('--help'))[1]).toContain('Usage:');
});
