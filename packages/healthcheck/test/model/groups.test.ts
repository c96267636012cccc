import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { Health, type Component, type HealthOptions } from '../../src/index.ts';

const started = async (options: HealthOptions = {}): Promise<Health> => {
  const health = new Health({ tick: '20ms', ...options });
  await health.start();
  return health;
};
const breakIt = (component: Component): void => {
  for (let call = 0; call < 3; call += 1) component.fail(component.begin());
};
const statuses = (health: Health): string =>
  ['liveness', 'startup', 'readiness'].map((group) => health.standing(group).status).join(' ');

test('a service without components is well once it has started', async () => {
  const health = new Health();
  expect(statuses(health)).toBe('pass fail fail');
  await health.start();
  expect(statuses(health)).toBe('pass pass pass');
  health.close();
});

test('severity says what a failure means', async () => {
  await using health = await started();
  const [critical, degraded, info] = (['critical', 'degraded', 'info'] as const).map((severity) =>
    health.component(severity, { severity }),
  );
  for (const component of [critical!, degraded!, info!]) component.ok(component.begin());
  expect(health.standing('readiness').status).toBe('pass');
  breakIt(info!);
  expect(health.standing('readiness').status).toBe('pass');
  breakIt(degraded!);
  expect(health.standing('readiness').status).toBe('warn');
  breakIt(critical!);
  expect(health.standing('readiness')).toEqual({ status: 'fail', reasons: ['UNAVAILABLE'] });
  expect(statuses(health)).toBe('pass pass fail');
});

test('what is unknown is a warning, or a failure for those who want it so', async () => {
  await using lenient = await started();
  lenient.component('database');
  expect(lenient.standing('readiness').status).toBe('warn');
  await using strict = await started({ unknown: 'fail' });
  strict.component('database');
  expect(strict.standing('readiness').status).toBe('fail');
});

test('a group of one’s own holds what was put in it', async () => {
  await using health = await started();
  const queue = health.component('queue', { groups: ['writes'] });
  breakIt(queue);
  expect(health.standing('writes').status).toBe('fail');
  expect(health.standing('readiness').status).toBe('pass');
  expect(health.groups).toEqual(['liveness', 'startup', 'readiness', 'writes']);
});

test('the start is over when its work is done and its components have worked; later failures do not undo it', async () => {
  await using health = await started();
  let isUp = false;
  const database = health.component('database', {
    startup: true,
    probe: () => (isUp ? Promise.resolve() : Promise.reject(new Error('not yet'))),
    halfOpenAfter: '20ms',
    halfOpenMax: '20ms',
  });
  let finish: () => void = () => undefined;
  const migrated = health.startup(
    'migrations',
    async () => new Promise<void>((resolve) => (finish = resolve)),
  );
  expect(health.standing('readiness').reasons).toContain('STARTING');
  isUp = true;
  await vi.waitUntil(() => database.hasWorked);
  expect(health.standing('startup').status).toBe('fail');
  finish();
  await migrated;
  expect(statuses(health)).toBe('pass pass pass');
  breakIt(database);
  expect(statuses(health)).toBe('pass pass fail');
});

test('work of the start that fails keeps the service from starting, and its error reaches who began it', async () => {
  await using health = await started();
  await expect(
    health.startup('migrations', async () => Promise.reject(new Error('no table'))),
  ).rejects.toThrow('no table');
  expect(statuses(health)).toBe('pass fail fail');
});

test('a process that says it is broken, or whose work stands still, is to be restarted', async () => {
  await using health = await started();
  const { beat, end } = health.liveness.heartbeat('consumer', { within: '60ms' });
  await new Promise((resolve) => setTimeout(resolve, 40));
  beat();
  expect(health.standing('liveness').status).toBe('pass');
  await vi.waitUntil(() => health.standing('liveness').status === 'fail');
  end();
  await vi.waitUntil(() => health.standing('liveness').status === 'pass');
  health.liveness.declareBroken('the queue cannot be read any more');
  await vi.waitUntil(() => health.standing('liveness').status === 'fail');
  expect(health.standing('liveness').reasons).toEqual(['BROKEN']);
});

test('a file drains the service and its removal brings it back', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'health-')), 'disabled');
  await using health = await started({
    backends: ['disable_by_file'],
    disableByFilePath: path,
    fileInterval: '20ms',
  });
  expect(health.standing('readiness')).toEqual({ status: 'pass', reasons: ['OK'] });
  writeFileSync(path, '');
  await vi.waitUntil(() => health.standing('readiness').status === 'fail');
  expect(health.standing('readiness').reasons).toEqual(['DISABLED BY FILE']);
  expect(health.standing('liveness').status).toBe('pass');
  rmSync(path);
  await vi.waitUntil(() => health.standing('readiness').status === 'pass');
});

test('whatever happens while it drains, the service is not ready, and alive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('ok', 'fail', 'begin', 'tick', 'unknown-group')),
      async (steps) => {
        const health = await started();
        const component = health.component('database');
        health.drain();
        for (const step of steps) {
          if (step === 'ok') component.ok(component.begin());
          if (step === 'fail') component.fail(component.begin());
          if (step === 'begin') component.begin();
          if (step === 'tick') health.tick();
          expect(statuses(health)).toBe('pass fail fail');
        }
        health.close();
      },
    ),
    { numRuns: 50 },
  );
});
