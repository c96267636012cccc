// Two nodes behind HAProxy with 32 clients and no retries: how a node leaves so that no request is lost.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverOrSkip, type Server } from '@oslofjord/services';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  buildNode,
  freePort,
  Load,
  sleep,
  startBalancer,
  startNode,
  states,
  untilState,
  watchPauses,
  type Node,
} from './balancer.ts';

const RUNS = 5;
const FALL = 2;
const skipped = await serverOrSkip('haproxy', { own: true }).then(async ({ server, skipped: reason }) => {
  await server?.stop();
  return reason;
});

describe.skipIf(skipped !== undefined)(
  `a node behind HAProxy${skipped === undefined ? '' : ` (skipped: ${skipped})`}`,
  () => {
    let program: { path: string; remove: () => void };
    let a: Node;
    let b: Node;
    let balancer: Server;
    let ports: [number, number];
    const file = join(mkdtempSync(join(tmpdir(), 'drain-')), 'disabled');
    const nodeA = async (): Promise<Node> => startNode(program.path, { name: 'a', port: ports[0], file });
    const setUp = async (inter: number): Promise<void> => {
      ports = [await freePort(), await freePort()];
      [a, b] = await Promise.all([nodeA(), startNode(program.path, { name: 'b', port: ports[1] })]);
      balancer = await startBalancer(ports, inter, FALL);
      await Promise.all([untilState(balancer, 'a', true), untilState(balancer, 'b', true)]);
    };
    beforeAll(async () => {
      program = await buildNode();
      await setUp(200);
    });
    // Whatever a test left behind, the next one begins with two nodes that serve.
    beforeEach(async () => {
      rmSync(file, { force: true });
      if (a.child.exitCode !== null || a.child.signalCode !== null) a = await nodeA();
      await untilState(balancer, 'a', true);
    });
    afterAll(async () => {
      for (const node of [a, b]) node.child.kill('SIGKILL');
      await balancer.stop();
      program.remove();
    });

    test(`a file takes it out and its removal brings it back: ${RUNS} times, 0 failed requests`, async () => {
      const load = new Load(balancer.port);
      await sleep(500);
      for (let run = 0; run < RUNS; run += 1) {
        writeFileSync(file, '');
        await untilState(balancer, 'a', false);
        await sleep(100);
        const out = load.served.a ?? 0;
        await sleep(200);
        expect(load.served.a).toBe(out);
        rmSync(file);
        await untilState(balancer, 'a', true);
        await sleep(200);
        expect(load.served.a).toBeGreaterThan(out);
      }
      await load.stop();
      expect(load.failures).toEqual([]);
      expect(load.total).toBeGreaterThan(500);
    });

    test(`a file and then SIGKILL: ${RUNS} times, 0 failed requests`, async () => {
      const load = new Load(balancer.port);
      for (let run = 0; run < RUNS; run += 1) {
        await sleep(300);
        writeFileSync(file, '');
        await untilState(balancer, 'a', false);
        // What was under way when the balancer noticed ends within the latency of the service.
        await sleep(300);
        a.child.kill('SIGKILL');
        await a.exit;
        rmSync(file);
        a = await nodeA();
        await untilState(balancer, 'a', true);
      }
      await load.stop();
      expect(load.failures).toEqual([]);
      expect(load.served.a).toBeGreaterThan(100);
    });

    test(`SIGTERM: ${RUNS} times, 0 failed requests, and it ends as soon as the balancer has seen it`, async () => {
      const load = new Load(balancer.port);
      for (let run = 0; run < RUNS; run += 1) {
        await sleep(400);
        const pauses = watchPauses();
        const begun = performance.now();
        a.child.kill('SIGTERM');
        const report = await a.report;
        const took = performance.now() - begun;
        expect(await a.exit).toBe(0);
        pauses.end();
        expect(report).toMatchObject({ seen: 'all', wasForced: false });
        // inter × fall, requests under way, 300 ms; and what this machine keeps everybody waiting.
        expect(took).toBeLessThanOrEqual(200 * FALL + 50 + 300 + 3 * pauses.worst());
        expect((await states(balancer)).a).not.toMatch(/^UP/);
        a = await nodeA();
        await untilState(balancer, 'a', true);
      }
      await load.stop();
      expect(load.failures).toEqual([]);
      expect(load.served.a).toBeGreaterThan(100);
    });

    test('control: SIGKILL without a drain does fail requests', async () => {
      const load = new Load(balancer.port);
      await sleep(500);
      a.child.kill('SIGKILL');
      await a.exit;
      await untilState(balancer, 'a', false);
      await load.stop();
      expect(load.failures.length).toBeGreaterThan(0);
      a = await nodeA();
      await untilState(balancer, 'a', true);
    });

    test('with polls every two seconds it waits for these, and no longer', async () => {
      for (const node of [a, b]) node.child.kill('SIGKILL');
      await balancer.stop();
      await setUp(2000);
      // The balancer is known by its second poll.
      await sleep(2500);
      const load = new Load(balancer.port);
      const pauses = watchPauses();
      await sleep(300);
      const begun = performance.now();
      a.child.kill('SIGTERM');
      const report = await a.report;
      const took = performance.now() - begun;
      expect(report.seen).toBe('all');
      expect(took).toBeLessThanOrEqual(2000 * FALL + 50 + 300 + 3 * pauses.worst());
      expect(took).toBeGreaterThan(2000);
      await load.stop();
      pauses.end();
      expect(load.failures).toEqual([]);
    });
  },
);

const redisServer =
  skipped === undefined ? await serverOrSkip('redis', { own: true }) : { server: undefined, skipped };
describe.skipIf(redisServer.server === undefined)(
  `a node whose dependency goes${redisServer.server === undefined ? ` (skipped: ${redisServer.skipped})` : ''}`,
  () => {
    afterAll(async () => redisServer.server?.stop());
    test(
      'is drained, and back within two seconds after the dependency, without any traffic',
      { timeout: 60_000 },
      async () => {
        const dependency = redisServer.server!;
        const program = await buildNode();
        const ports: [number, number] = [await freePort(), await freePort()];
        const [a, b] = await Promise.all([
          startNode(program.path, { name: 'a', port: ports[0], redisPort: dependency.port }),
          startNode(program.path, { name: 'b', port: ports[1] }),
        ]);
        const balancer = await startBalancer(ports, 200, FALL);
        try {
          await untilState(balancer, 'a', true);
          for (let run = 0; run < 2; run += 1) {
            const load = new Load(balancer.port, 8);
            await sleep(400);
            await dependency.kill();
            await untilState(balancer, 'a', false);
            // From here on nobody asks for anything but health.
            await load.stop();
            const served = load.served.a ?? 0;
            expect(served).toBeGreaterThan(0);
            await sleep(4000);
            const pauses = watchPauses();
            await dependency.restart();
            const back = await untilState(balancer, 'a', true);
            pauses.end();
            expect(back).toBeLessThanOrEqual(2000 + 3 * pauses.worst());
          }
        } finally {
          for (const node of [a, b]) node.child.kill('SIGKILL');
          await balancer.stop();
          program.remove();
        }
      },
    );
  },
);
