import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Server, startServer } from '../src/index.js';
import { freePort } from '../src/ports.js';
import { kindOf } from '../src/start.js';
import { missing, titled } from './available.ts';
import { isGone, ownerOf, stateOf } from './states.ts';

const NAMES = ['memcached', 'redis', 'postgresql'] as const;

const isAnswering = (server: Server): Promise<boolean> =>
  kindOf(server.name)
    .ready(server.address, {})
    .then(
      () => true,
      () => false,
    );

const reasons = new Map<string, string | undefined>();
for (const name of NAMES) reasons.set(name, await missing(name));

describe.each(NAMES.filter((name) => reasons.get(name) !== undefined))('a %s of one’s own', (name) => {
  it.skip(titled('is tested', reasons.get(name)));
});

describe.each(NAMES.filter((name) => reasons.get(name) === undefined))('a %s of one’s own', (name) => {
  it('answers on a loopback port above 20000 until it is stopped, which removes its folder', async () => {
    const server = await startServer(name);
    const { pid, dataDirectory } = server;
    expect(server.host).toBe('127.0.0.1');
    expect(server.port).toBeGreaterThan(20_000);
    expect(server.env).toEqual({ [`OSLOFJORD_${name.toUpperCase()}`]: server.url });
    expect(await isAnswering(server)).toBe(true);
    expect(existsSync(dataDirectory ?? '')).toBe(true);
    await server.stop();
    await server.stop();
    expect(await isAnswering(server)).toBe(false);
    expect(isGone(pid, dataDirectory)).toBe(true);
    await expect(server.kill()).rejects.toThrow(`cannot kill ${name}: it was stopped`);
  });

  it('never runs as root', async () => {
    await using server = await startServer(name);
    expect(ownerOf(server.pid ?? 0)).not.toBe(0);
  });

  it('answers nothing while frozen, and goes on where it was when resumed', async () => {
    await using server = await startServer(name);
    await server.freeze();
    expect(stateOf(server.pid)).toBe('T');
    expect(await isAnswering(server)).toBe(false);
    await server.resume();
    expect(await isAnswering(server)).toBe(true);
  });

  it('is gone when killed, also when frozen, and restarts on the same port', async () => {
    await using server = await startServer(name);
    const { pid, port } = server;
    await server.freeze();
    await server.kill();
    expect(stateOf(pid)).toBe('X');
    expect(server.pid).toBeUndefined();
    expect(await isAnswering(server)).toBe(false);
    await server.restart();
    expect(server.port).toBe(port);
    expect(server.pid).not.toBe(pid);
    expect(await isAnswering(server)).toBe(true);
  });

  it('runs beside another of its kind', async () => {
    await using one = await startServer(name);
    await using other = await startServer(name);
    expect(one.port).not.toBe(other.port);
    await one.kill();
    expect(await isAnswering(other)).toBe(true);
  });
});

describe.skipIf(reasons.get('redis') !== undefined)(
  titled('a server that cannot start', reasons.get('redis')),
  () => {
    it('is reported with the last lines of its log', async () => {
      const started = startServer('redis', { configuration: ['maxmemory plenty'] });
      await expect(started).rejects.toThrow(
        /redis died at start \(status 1\); the end of its log:[^]*maxmemory plenty/,
      );
    });

    it('is reported when it is not ready by its deadline', async () => {
      // it listens where we do not look
      const started = startServer('redis', { args: ['--port', String(await freePort())], deadline: 100 });
      await expect(started).rejects.toThrow(/redis was not ready within 100 ms/);
    });

    it('is given up when the signal says so', async () => {
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(startServer('redis', { signal })).rejects.toThrow('enough');
    });
  },
);

describe.skipIf(reasons.get('postgresql') !== undefined)('a postgresql that was killed', () => {
  it('leaves no shared memory behind when it is stopped', async () => {
    const server = await startServer('postgresql');
    const lock = readFileSync(`${server.dataDirectory ?? ''}/data/postmaster.pid`, 'utf8').split('\n');
    const segment = lock[6]?.trim().split(/\s+/)[1] ?? '';
    const segments = (): string[] =>
      readFileSync('/proc/sysvipc/shm', 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/)[1] ?? '');
    expect(segments()).toContain(segment);
    await server.kill();
    await server.stop();
    expect(segments()).not.toContain(segment);
  });
});
