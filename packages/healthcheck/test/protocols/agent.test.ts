import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverOrSkip, startServer } from '@oslofjord/services';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Health, HealthEndpoint, healthListener } from '../../src/index.ts';
import { agentLine, startHaproxyAgent } from '../../src/protocols.ts';
import { get, serving } from '../asking.ts';

const file = join(mkdtempSync(join(tmpdir(), 'agent-')), 'disabled');
let health: Health;
beforeEach(async () => {
  health = new Health({
    tick: '20ms',
    backends: ['disable_by_file'],
    disableByFilePath: file,
    fileInterval: '20ms',
  });
  await health.start();
});
afterEach(() => {
  health.close();
  rmSync(file, { force: true });
});

test('the weight follows how busy the event loop is', () => {
  const at = (utilization: number): string => {
    health.loop.utilization = utilization;
    return agentLine(health);
  };
  expect([0, 0.5, 0.725, 0.95, 1].map(at)).toEqual([
    'up ready 100%\n',
    'up ready 100%\n',
    'up ready 55%\n',
    'up ready 10%\n',
    'up ready 10%\n',
  ]);
  expect(agentLine(health, () => 0)).toBe('up ready 1%\n');
});

test('what leaves on purpose drains, what is ill is down', async () => {
  writeFileSync(file, '');
  await vi.waitUntil(() => health.standing('readiness').status === 'fail');
  expect(agentLine(health)).toBe('drain\n');
  rmSync(file);
  await vi.waitUntil(() => health.standing('readiness').status !== 'fail');
  const database = health.component('database');
  for (let call = 0; call < 3; call += 1) database.fail(database.begin());
  expect(agentLine(health)).toBe('down # UNAVAILABLE\n');
  health.drain();
  expect(agentLine(health)).toBe('drain\n');
});

const { server: probe, skipped } = await serverOrSkip('haproxy', { own: true });
await probe?.stop();
test.skipIf(skipped !== undefined)(
  `HAProxy obeys: shares follow the weights within three percent, a drained node gets nothing${skipped === undefined ? '' : ` (skipped: ${skipped})`}`,
  async () => {
    const other = new Health({ tick: '20ms' });
    await other.start();
    await using a = await serving(
      healthListener(new HealthEndpoint(health), (_, response) => response.end('a')),
    );
    await using b = await serving(
      healthListener(new HealthEndpoint(other), (_, response) => response.end('b')),
    );
    let weight = 100;
    const agent = await startHaproxyAgent(health, { port: 0, weightOf: () => weight });
    const { port: agentPort } = agent.address() as AddressInfo;
    const balancer = await startServer('haproxy', {
      configuration: ({ host, port }) => `
defaults
  mode http
  timeout connect 2s
  timeout client 20s
  timeout server 20s
frontend main
  bind ${host}:${port}
  default_backend nodes
backend nodes
  balance roundrobin
  server a 127.0.0.1:${a.port} weight 100 check agent-check agent-port ${agentPort} agent-inter 100ms
  server b 127.0.0.1:${b.port} weight 100
`,
    });
    const show = async (): Promise<{ status: string; weight: string }> =>
      new Promise((resolve) => {
        const socket = connect(balancer.socket ?? '', () => socket.write('show stat\n'));
        let received = '';
        socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
        socket.on('end', () => {
          const [head = '', ...rows] = received
            .trim()
            .split('\n')
            .map((row) => row.split(','));
          const row = rows.find((cells) => cells[0] === 'nodes' && cells[1] === 'a') ?? [];
          const of = (name: string): string =>
            row[(head as string[]).findIndex((key) => key.replace('# ', '') === name)] ?? '';
          resolve({ status: of('status'), weight: of('weight') });
        });
      });
    const share = async (): Promise<number> => {
      let own = 0;
      for (let asked = 0; asked < 400; asked += 1)
        own += (await get(balancer.port, '/')).body === 'a' ? 1 : 0;
      return own / 400;
    };
    weight = 25;
    await expect.poll(async () => (await show()).weight, { timeout: 10_000 }).toBe('25');
    expect(Math.abs((await share()) - 25 / 125)).toBeLessThanOrEqual(0.03);
    writeFileSync(file, '');
    await expect.poll(async () => (await show()).status, { timeout: 10_000 }).toMatch(/^DRAIN/);
    expect(await share()).toBe(0);
    rmSync(file);
    weight = 100;
    await expect.poll(async () => (await show()).status, { timeout: 10_000 }).toMatch(/^UP|no check/);
    await expect.poll(async () => (await show()).weight, { timeout: 10_000 }).toBe('100');
    expect(Math.abs((await share()) - 0.5)).toBeLessThanOrEqual(0.03);
    await balancer.stop();
    agent.close();
    other.close();
  },
);
