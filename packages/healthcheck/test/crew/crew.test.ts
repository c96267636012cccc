import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { CrewLead, CrewMember } from '../../src/crew.ts';
import { Health } from '../../src/index.ts';
import { get } from '../asking.ts';

test('in a cluster whichever process is asked answers for all', { timeout: 60_000 }, async () => {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const directory = mkdtempSync(join(here, '../../.crew-'));
  const outfile = join(directory, 'member.mjs');
  await build({
    entryPoints: [join(here, 'member.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@oslofjord/source'],
    logLevel: 'error',
  });
  const primary: ChildProcess = fork(outfile, ['3']);
  const workers: { port: number; pid: number }[] = [];
  let count: unknown;
  primary.on('message', (message: { port?: number; pid?: number; count?: unknown }) => {
    if (message.port !== undefined) workers.push({ port: message.port, pid: message.pid! });
    if (message.count !== undefined) ({ count } = message);
  });
  const ports = (): number[] => [...new Set(workers.map(({ port }) => port))];
  const answers = async (): Promise<number[]> => {
    // Connections to the one port of a cluster go to its processes in turn.
    const asked = Array.from({ length: 6 }, (_, index) => ports()[index % ports().length]!);
    return Promise.all(asked.map(async (port) => (await get(port, '/readyz')).status));
  };
  await expect.poll(() => workers.length, { timeout: 20_000 }).toBe(3);
  await expect.poll(answers, { timeout: 5000 }).toEqual(Array(6).fill(200));
  const [first, second] = workers;
  primary.send({ fail: first!.pid });
  await expect.poll(answers, { timeout: 5000 }).toEqual(Array(6).fill(503));
  const told = async (): Promise<unknown> => {
    primary.send('count');
    await new Promise((resolve) => setTimeout(resolve, 50));
    return count;
  };
  expect(await told()).toEqual({ ready: 2, total: 3 });
  primary.send({ mend: first!.pid });
  await expect.poll(answers, { timeout: 5000 }).toEqual(Array(6).fill(200));
  primary.send({ exit: second!.pid });
  await expect.poll(told, { timeout: 5000 }).toEqual({ ready: 2, total: 2 });
  expect(await answers()).toEqual(Array(6).fill(200));
  primary.kill('SIGKILL');
  for (const { pid } of workers) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
  rmSync(directory, { recursive: true });
});

test('threads are counted over their ports; a crew may do with one that is ready', async () => {
  const lead = new CrewLead({ needs: 'one' });
  const crew = [0, 1].map(() => {
    const { port1, port2 } = new MessageChannel();
    port1.unref();
    port2.unref();
    const remove = lead.add(port1);
    const member = new CrewMember(port2, { needs: 'one' });
    const health = new Health({ tick: '20ms' });
    return { health, member, remove, port: port2 };
  });
  expect(lead.backend.check(undefined)).toMatchObject({ available: false, details: 'workers: 0/2' });
  for (const { health, member } of crew) {
    await health.start();
    member.join(health);
  }
  await expect.poll(() => lead.count).toEqual({ ready: 2, total: 2 });
  crew[0]!.health.drain();
  await expect.poll(() => crew[1]!.member.count).toEqual({ ready: 1, total: 2 });
  expect(lead.backend.check(undefined)).toMatchObject({ available: true, details: 'workers: 1/2' });
  expect(crew[0]!.member.backend.check(undefined).available).toBe(true);
  crew[1]!.remove();
  expect(lead.count).toEqual({ ready: 0, total: 1 });
  for (const { health, port } of crew) {
    health.close();
    port.close();
  }
});
