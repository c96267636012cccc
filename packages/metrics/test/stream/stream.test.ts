import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as CollectorModule from '../../src/collector.ts';
import { createMetrics } from '../../src/registry.ts';
import { streamTo } from '../../src/stream.ts';
import { built, builtFile } from '../built.ts';
import { totalOf, until } from '../collector/sending.ts';
import { Random } from '../parity/generate.ts';
import { effort, seed } from '../property.ts';

let startCollector: typeof CollectorModule.startCollector;
const directory = mkdtempSync(join(tmpdir(), 'oslofjord-stream-'));
let count = 0;

const fresh = (): { metricsSocketFile: string; streamSocketFile: string; prometheusPort: number } => {
  count += 1;
  return {
    metricsSocketFile: join(directory, `${String(count)}.sock`),
    streamSocketFile: join(directory, `${String(count)}.stream`),
    prometheusPort: 0,
  };
};

beforeAll(async () => {
  ({ startCollector } = await built<typeof CollectorModule>('collector'));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** A registry with a counter and a histogram that somebody counts in. */
const service = () => {
  const registry = createMetrics({ selfMetrics: false });
  const events = registry.counter('events', { labels: ['kind'] });
  const seconds = registry.histogram('work_seconds', { buckets: [0.1, 1] });
  const gauge = registry.gauge('pool_size');
  return { registry, events, seconds, gauge };
};

test('what a Node.js service counts stands on the page: counters, histograms, and gauges while it is there', async () => {
  const options = fresh();
  await using collector = await startCollector(options);
  const { registry, events, seconds, gauge } = service();
  const sender = streamTo(registry, { path: options.streamSocketFile });
  events.inc({ kind: 'a' }, 5);
  seconds.observe(0.5);
  seconds.observe(7);
  gauge.set(3);
  await sender.flush();
  events.inc({ kind: 'a' });
  gauge.set(2);
  await sender.flush();
  const page = await collector.render();
  expect(page).toContain('events_total{kind="a"} 6.0');
  expect(page).toContain('work_seconds_bucket{le="1.0"} 1.0');
  expect(page).toContain('work_seconds_count 2.0\nwork_seconds_sum 7.5');
  expect(page).toContain('pool_size 2.0');
  await sender.close();
  await until(async () => !(await collector.render()).includes('pool_size 2.0'), 'the gauge is gone');
  expect(await collector.render()).toContain('events_total{kind="a"} 6.0');
});

test('gauges of several senders add up, and counters of one name too', async () => {
  const options = fresh();
  await using collector = await startCollector(options);
  const senders = [1, 2, 3].map((size) => {
    const { registry, events, gauge } = service();
    events.inc({ kind: 'a' });
    gauge.set(size);
    return streamTo(registry, { path: options.streamSocketFile });
  });
  await Promise.all(senders.map((sender) => sender.flush()));
  const page = await collector.render();
  expect(page).toContain('events_total{kind="a"} 3.0');
  expect(page).toContain('pool_size 6.0');
  await Promise.all(senders.map((sender) => sender.close()));
});

const lives = 12 * effort;

test('sent = counted, through restarts of the collector', { timeout: 60_000 * effort }, async () => {
  const options = fresh();
  const random = new Random(seed);
  const { registry, events } = service();
  const sender = streamTo(registry, { path: options.streamSocketFile, interval: '5ms' });
  let sent = 0;
  let counted = 0;
  const busy = setInterval(() => {
    const amount = 1 + random.below(50);
    events.inc({ kind: `k${String(random.below(20))}` }, amount);
    sent += amount;
  }, 1);
  for (let life = 0; life < lives; life += 1) {
    const collector = await startCollector(options);
    await new Promise((resolve) => {
      setTimeout(resolve, 20 + random.below(150));
    });
    if (life === lives - 1) {
      clearInterval(busy);
      await sender.flush();
    }
    await collector.close();
    counted += totalOf(await collector.render(), 'events_total');
  }
  await sender.close();
  expect(counted, `PROPERTY_SEED=${String(seed)}`).toBe(sent);
  expect(sent).toBeGreaterThan(1000);
});

test('a batch whose receipt was lost is sent again and counted once', async () => {
  const options = fresh();
  await using collector = await startCollector(options);
  const random = new Random(seed);
  // Between sender and collector: cuts the line now and then, in either direction.
  const pairs = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(options.streamSocketFile);
    pairs.add(near).add(far);
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('error', end).on('close', end);
      from.on('data', (chunk) => {
        if (random.isLucky(0.15)) end();
        else to.write(chunk);
      });
    }
  });
  const path = join(directory, 'proxy');
  proxy.listen(path);
  const { registry, events } = service();
  const sender = streamTo(registry, { path, interval: '1ms' });
  let sent = 0;
  for (let round = 0; round < 60; round += 1) {
    events.inc({ kind: 'a' });
    sent += 1;
    await Promise.race([
      sender.flush(),
      new Promise((resolve) => {
        setTimeout(resolve, 30);
      }),
    ]);
  }
  await sender.flush();
  expect(totalOf(await collector.render(), 'events_total'), `PROPERTY_SEED=${String(seed)}`).toBe(sent);
  await sender.close();
  for (const socket of pairs) socket.destroy();
  proxy.close();
});

const CHILD = `
import { createMetrics } from ${JSON.stringify('INDEX')};
import { streamTo } from ${JSON.stringify('STREAM')};
const registry = createMetrics();
const events = registry.counter('child_events');
const sender = streamTo(registry, { path: process.argv[1], interval: '50ms' });
let sent = 0;
setInterval(() => {
  events.inc(10);
  sent += 10;
  process.stdout.write(sent + '\\n');
  const isReady = process.argv[2] === 'alone' || sender.isConnected;
  if (process.argv[2] !== 'live' && sent >= 100 && isReady) process.exit(0);
}, 1);
`;

const startChild = async (path: string, mode: string) => {
  const [index, stream] = await Promise.all(
    ['index', 'stream'].map(async (entry) => pathToFileURL(await builtFile(entry)).href),
  );
  const code = CHILD.replace('INDEX', index ?? '').replace('STREAM', stream ?? '');
  return spawn(process.execPath, ['--input-type=module', '-e', code, path, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
};

test('kill -9 of a sender loses at most what it counted in one interval', async () => {
  const options = fresh();
  await using collector = await startCollector(options);
  const child = await startChild(options.streamSocketFile, 'live');
  /** What it had counted, and when. */
  const history: { sent: number; time: number }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    history.push({ sent: Number(line), time: performance.now() });
  });
  await until(() => history.length > 300, 'a busy sender', 20_000);
  child.kill('SIGKILL');
  await once(child, 'close');
  const counted = totalOf(await collector.render(), 'child_events_total');
  const { sent: last = 0, time: end = 0 } = history.at(-1) ?? {};
  // The interval is 50 ms; a busy machine may be late by as much again, and the collector with its receipt too.
  const before = history.filter(({ time }) => time < end - 200).at(-1)?.sent ?? 0;
  expect(counted).toBeGreaterThanOrEqual(before);
  expect(counted).toBeLessThanOrEqual(last + 20);
});

test('a program that ends sends its last numbers on the way out, and is not delayed', async () => {
  const options = fresh();
  await using collector = await startCollector(options);
  const child = await startChild(options.streamSocketFile, 'end');
  let last = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = Number(line);
  });
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(0);
  await until(
    async () => totalOf(await collector.render(), 'child_events_total') === last,
    'its last numbers',
  );
});

test('a program that nobody listens to counts on, and ends when it wants to', async () => {
  const child = await startChild(join(directory, 'nobody'), 'alone');
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(0);
});

const hello = (extra: object = {}): Buffer => {
  const body = Buffer.from(JSON.stringify({ protocol: 1, epoch: 'e', process: 'p', ...extra }));
  const head = Buffer.alloc(5);
  head.writeUInt32LE(body.length + 1, 0);
  head[4] = 1;
  return Buffer.concat([head, body]);
};

const batch = (body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32LE(body.length + 1, 0);
  head[4] = 2;
  return Buffer.concat([head, body]);
};

test('who speaks otherwise is cut off and counted, and the others go on', async () => {
  const options = fresh();
  await using collector = await startCollector(options);
  const { registry, events } = service();
  const sender = streamTo(registry, { path: options.streamSocketFile });
  events.inc({ kind: 'a' });
  await sender.flush();
  const random = new Random(seed);
  const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random.below(256)));
  const attacks = [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    Buffer.alloc(1000, 0xff),
    Buffer.alloc(8),
    batch(Buffer.alloc(12)),
    hello({ protocol: 99 }),
    hello({ epoch: 'x'.repeat(1000) }),
    hello({ epoch: {} }),
    Buffer.concat([hello(), hello()]),
    ...Array.from({ length: 40 }, () => Buffer.concat([hello(), batch(noise(random.below(200)))])),
  ];
  for (const attack of attacks) {
    const socket = connect(options.streamSocketFile);
    socket.on('error', () => undefined);
    socket.resume();
    const cut = once(socket, 'close');
    socket.write(attack);
    await cut;
  }
  events.inc({ kind: 'a' });
  await sender.flush();
  const page = await collector.render();
  expect(page).toContain('events_total{kind="a"} 2.0');
  expect(totalOf(page, 'oslo_metrics_collector_stream_broken_total')).toBe(attacks.length);
  await sender.close();
});

test('what conflicts with a metric of another shape is dropped and counted, not mixed', async () => {
  const options = fresh();
  await using collector = await startCollector(options);
  const first = createMetrics({ selfMetrics: false });
  first.counter('jobs', { labels: ['queue'] }).inc({ queue: 'a' }, 3);
  const second = createMetrics({ selfMetrics: false });
  second.counter('jobs', { labels: ['host'] }).inc({ host: 'b' }, 4);
  const third = createMetrics({ selfMetrics: false });
  third.counter('jobs', { labels: ['queue'] }).inc({ queue: 'x'.repeat(5000) }, 2);
  for (const registry of [first, second, third]) {
    const sender = streamTo(registry, { path: options.streamSocketFile });
    await sender.flush();
    await sender.close();
  }
  const page = await collector.render();
  expect(totalOf(page, 'jobs_total')).toBe(3);
  expect(page).toContain('oslo_metrics_collector_stream_dropped_total{reason="conflict"} 4.0');
  expect(page).toContain('oslo_metrics_collector_stream_dropped_total{reason="label_too_long"} 2.0');
});

test('more series than a batch holds arrive all the same, the ones that never rest included', async () => {
  const options = fresh();
  await using collector = await startCollector({ ...options, seriesPerMetric: 60_000 });
  const registry = createMetrics({ limits: { seriesPerMetric: 60_000 }, selfMetrics: false });
  const events = registry.counter('many', { labels: ['name'] });
  const names = Array.from({ length: 50_000 }, (_, index) => `${String(index)} ${'x'.repeat(60)}`);
  const sender = streamTo(registry, { path: options.streamSocketFile, interval: '5ms' });
  for (const name of names) events.inc({ name });
  const busy = setInterval(() => {
    for (const name of names.slice(0, 2000)) events.inc({ name });
  }, 1);
  // Answers although something changes all the time.
  await sender.flush();
  expect((await collector.render()).match(/^many_total\{/gmu)?.length).toBe(names.length);
  clearInterval(busy);
  await sender.flush();
  const sent = registry
    .family('many')
    ?.series.reduce((sum, { values, slot }) => sum + (values[slot] ?? 0), 0);
  expect(totalOf(await collector.render(), 'many_total')).toBe(sent);
  await sender.close();
});
