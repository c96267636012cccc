import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it, vi } from 'vitest';
import { missing, titled } from './available.ts';
import { stateOf } from './states.ts';

const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const state = mkdtempSync(join(tmpdir(), 'oslofjord-state-'));
const env = { PATH: process.env.PATH, OSLOFJORD_SERVICES_STATE: state };

const services = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [CLI, ...args], { env })).stdout;
const pidIn = (output: string, name: string): number =>
  Number(new RegExp(`^${name} +\\S+ +(\\d+) `, 'm').exec(output)?.[1]);

afterAll(async () => {
  await services('down');
  rmSync(state, { recursive: true });
});

const reason = await missing('memcached', 'redis');
const running = it.skipIf(reason !== undefined);

running(titled('leaves detached servers running until it takes them down', reason), async () => {
  const output = await services('up', '--detach', 'memcached', 'redis');
  expect(output).toMatch(
    /^redis +redis:\/\/127\.0\.0\.1:\d+ +\d+ +export OSLOFJORD_REDIS=redis:\/\/127\.0\.0\.1:\d+$/m,
  );
  expect(output).toMatch(/^memcached +127\.0\.0\.1:\d+ +\d+ +export OSLOFJORD_MEMCACHED=127\.0\.0\.1:\d+$/m);
  const [memcached, redis] = [pidIn(output, 'memcached'), pidIn(output, 'redis')];
  expect(stateOf(redis)).not.toBe('X');
  expect(pidIn(await services('up', '--detach', 'redis'), 'redis')).toBe(redis);
  expect(await services('down', 'memcached')).toBe('stopped memcached\n');
  expect(stateOf(memcached)).toBe('X');
  expect(pidIn(await services('status'), 'redis')).toBe(redis);
  await services('down');
  expect(stateOf(redis)).toBe('X');
  expect(await services('status')).toBe('nothing runs\n');
});

running('stops what it started in the foreground at Ctrl-C', async () => {
  const program = spawn(process.execPath, [CLI, 'up', 'redis'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of program.stdout.setEncoding('utf8')) {
    output += String(chunk);
    if (output.includes('Ctrl-C')) break;
  }
  const redis = pidIn(output, 'redis');
  expect(stateOf(redis)).not.toBe('X');
  program.kill('SIGINT');
  await once(program, 'exit');
  expect(program.exitCode).toBe(0);
  expect(stateOf(redis)).toBe('X');
});

running('forgets a detached server that ended by itself', async () => {
  const redis = pidIn(await services('up', '--detach', 'redis'), 'redis');
  process.kill(redis, 'SIGKILL');
  await vi.waitFor(
    async () => {
      expect(await services('status')).toBe('nothing runs\n');
    },
    { timeout: 10_000, interval: 200 },
  );
});

it('lists what can be started', async () => {
  expect(await services('list')).toMatch(/^postgresql +PostgreSQL, a relational database +\S/m);
});

it('says which servers it knows when asked for another', async () => {
  await expect(services('up', 'reddis')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^services: there is no server named 'reddis'; known are memcached, redis/,
    ) as string,
  });
});
