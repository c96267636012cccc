import { createServer, type Server } from 'node:http';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { attach, Health, HealthEndpoint, Shutdown } from '../src/index.ts';
import { get, listen } from './asking.ts';

const sleep = async (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

let health: Health;
let endpoint: HealthEndpoint;
let server: Server;
let port: number;
let latency: number;
beforeEach(async () => {
  health = new Health({ tick: '20ms' });
  endpoint = new HealthEndpoint(health);
  latency = 0;
  server = createServer((_, response) => {
    setTimeout(() => response.end('done'), latency);
  });
  attach(server, endpoint);
  await health.start();
  port = await listen(server);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  health.close();
});

/** A balancer that polls; it stops at the first refused connection. */
const balance = (interval: number): { seen: number[]; end: () => void } => {
  const seen: number[] = [];
  const timer = setInterval(() => {
    void get(port, '/readyz').then(
      ({ status }) => seen.push(status),
      () => clearInterval(timer),
    );
  }, interval);
  return { seen, end: () => clearInterval(timer) };
};

test('it waits for as many refused polls as the balancer needs, and serves meanwhile', async () => {
  const { seen, end } = balance(50);
  await sleep(250);
  const begun = seen.length;
  const steps: string[] = [];
  const listen_ = (message: unknown): void => void steps.push((message as { step: string }).step);
  subscribe('oslofjord:healthcheck:shutdown', listen_);
  const shutdown = new Shutdown(endpoint, [server], { seen: 3 });
  const report = shutdown.begin();
  expect(shutdown.begin()).toBeInstanceOf(Promise);
  expect((await get(port, '/work')).body).toBe('done');
  expect(await report).toMatchObject({ seen: 'all', wasForced: false });
  expect(await shutdown.begin()).toBe(await report);
  end();
  unsubscribe('oslofjord:healthcheck:shutdown', listen_);
  expect(seen.slice(begun).filter((status) => status === 503).length).toBeGreaterThanOrEqual(3);
  expect(steps).toEqual(['draining', 'seen', 'closing', 'closed']);
  await expect(get(port, '/work')).rejects.toThrow('ECONNREFUSED');
});

test('every balancer that polls has to see it; a person who looks once does not count', async () => {
  for (const address of ['10.0.0.1', '10.0.0.2']) {
    for (let poll = 0; poll < 3; poll += 1) endpoint.polls.record(address, true, health.now);
  }
  endpoint.polls.record('10.0.0.9', true, health.now);
  expect(endpoint.polls.haveSeen(2, health.now)).toBe('some');
  for (let poll = 0; poll < 2; poll += 1) endpoint.polls.record('10.0.0.1', false, health.now);
  expect(endpoint.polls.haveSeen(2, health.now)).toBe('some');
  for (let poll = 0; poll < 2; poll += 1) endpoint.polls.record('10.0.0.2', false, health.now);
  expect(endpoint.polls.haveSeen(2, health.now)).toBe('all');
  // One that has not polled for long is gone.
  expect(endpoint.polls.haveSeen(2, health.now + 60_000)).toBe('nobody');
});

test('pollers without number are not remembered without number', () => {
  for (let index = 0; index < 100_000; index += 1) endpoint.polls.record(`10.0.${index}`, true, index);
  expect(endpoint.polls.haveSeen(1, 100_000)).toBe('nobody');
});

test('where nobody polls it waits a moment, where the balancer sees nothing no longer than it may', async () => {
  const begun = performance.now();
  const report = await new Shutdown(endpoint, [server], { drainMin: '100ms' }).begin();
  expect(report.seen).toBe('nobody');
  expect(performance.now() - begun).toBeGreaterThan(99);

  const other = new Health({ tick: '20ms' });
  const busy = new HealthEndpoint(other);
  await other.start();
  const timer = setInterval(() => busy.polls.record('10.0.0.1', true, other.now), 20);
  await sleep(100);
  const late = await new Shutdown(busy, [], { drainMax: '200ms' }).begin();
  clearInterval(timer);
  expect(late.seen).toBe('late');
});

test('requests under way end; those that take too long are cut off', async () => {
  latency = 300;
  const request = get(port, '/slow');
  await sleep(50);
  const report = await new Shutdown(endpoint, [server], { drainMin: '1ms' }).begin();
  expect((await request).body).toBe('done');
  expect(report.wasForced).toBe(false);

  latency = 60_000;
  const stuck = createServer(() => undefined);
  const stuckPort = await listen(stuck);
  const lost = get(stuckPort, '/').catch((error: unknown) => (error as { code: string }).code);
  await sleep(50);
  const other = new Health();
  const forced = await new Shutdown(new HealthEndpoint(other), [stuck], {
    drainMin: '1ms',
    requests: '100ms',
  }).begin();
  expect(forced.wasForced).toBe(true);
  expect(await lost).toBe('ECONNRESET');
});

test('hooks run one after the other, the last one first, each no longer than it may', async () => {
  const order: string[] = [];
  const hook = (name: string, run: (signal: AbortSignal) => unknown) => ({
    name,
    deadline: '50ms' as const,
    run: async ({ signal }: { signal: AbortSignal }) => {
      order.push(name);
      return run(signal);
    },
  });
  let wasAborted = false;
  const report = await new Shutdown(endpoint, [server], {
    drainMin: '1ms',
    hooks: [
      hook('database', () => 'closed'),
      hook('cache', () => Promise.reject(new Error('no'))),
      hook(
        'queue',
        async (signal) =>
          new Promise(() => {
            signal.addEventListener('abort', () => (wasAborted = true));
          }),
      ),
    ],
  }).begin();
  expect(order).toEqual(['queue', 'cache', 'database']);
  expect(report.hooks).toEqual([
    { name: 'queue', outcome: 'late' },
    { name: 'cache', outcome: 'failed' },
    { name: 'database', outcome: 'done' },
  ]);
  expect(wasAborted).toBe(true);
});

test('a signal begins it, and signals can be given back', async () => {
  const shutdown = new Shutdown(endpoint, [server], { drainMin: '1ms' });
  const before = process.listenerCount('SIGUSR2');
  const done = new Promise((resolve) => {
    shutdown.onSignals(['SIGUSR2'], resolve);
  });
  const release = new Shutdown(endpoint, []).onSignals(['SIGUSR2']);
  release();
  expect(process.listenerCount('SIGUSR2')).toBe(before + 1);
  process.kill(process.pid, 'SIGUSR2');
  expect(await done).toMatchObject({ seen: 'nobody' });
});
