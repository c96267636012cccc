import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { originalsMissing } from '@oslofjord/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as CollectorModule from '../../src/collector.ts';
import { datagramEvents } from '../../src/messaging.ts';
import { loadLibc } from '../../src/receivers/libc.ts';
import { createMetrics } from '../../src/registry.ts';
import { encodeLabels, encodeMessage } from '../../src/wire/encode.ts';
import { built, builtFile } from '../built.ts';
import { totalOf, until } from '../collector/sending.ts';
import { Random } from '../parity/generate.ts';
import { effort, seed, trials } from '../property.ts';

let startCollector: typeof CollectorModule.startCollector;
const directory = mkdtempSync(join(tmpdir(), 'oslofjord-datagrams-'));
let count = 0;

const fresh = (): { metricsSocketFile: string; prometheusPort: number } => {
  count += 1;
  return { metricsSocketFile: join(directory, `${String(count)}.sock`), prometheusPort: 0 };
};

beforeAll(async () => {
  ({ startCollector } = await built<typeof CollectorModule>('collector'));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const LABELS = {
  call_type: 'call',
  exchange: null,
  topic: 't',
  namespace: null,
  version: null,
  server: null,
  fanout: null,
  method: 'm',
  timeout: null,
  process: 'p',
};
const STARTS = 'oslo_messaging_rpc_client_invocation_start_total';
const SECONDS = 'oslo_messaging_rpc_client_processing_seconds_count';

const lives = 8 * effort;

test(
  'sent = counted + dropped, through restarts of the collector',
  { timeout: 60_000 * effort },
  async () => {
    const options = fresh();
    const random = new Random(seed);
    const registry = createMetrics({ selfMetrics: false });
    const events = datagramEvents({
      socketFile: options.metricsSocketFile,
      bufferSize: 50,
      registry,
      process: 'test',
    });
    let made = 0;
    let counted = 0;
    const busy = setInterval(() => {
      for (let one = random.below(60); one >= 0; one -= 1) {
        if (random.isLucky(0.5)) events.inc('rpc_client_invocation_start_total', LABELS);
        else events.observe('rpc_client_processing_seconds', LABELS, random.next());
        made += 1;
      }
    }, 1);
    for (let life = 0; life < lives; life += 1) {
      const collector = await startCollector(options);
      await new Promise((resolve) => {
        setTimeout(resolve, 30 + random.below(100));
      });
      if (life === lives - 1) {
        clearInterval(busy);
        await events.flush();
      }
      await collector.close();
      const page = await collector.render();
      counted += totalOf(page, STARTS) + totalOf(page, SECONDS);
      await new Promise((resolve) => {
        setTimeout(resolve, random.below(60));
      });
    }
    events.close();
    const { sent, dropped, waiting } = events.report;
    const lost = Object.values(dropped).reduce((sum, one) => sum + one, 0);
    const shown = `PROPERTY_SEED=${String(seed)}`;
    expect(waiting, shown).toBe(0);
    expect(sent + lost, shown).toBe(made);
    expect(counted, shown).toBe(sent);
    expect(dropped.queue_full, 'the faults are faults').toBeGreaterThan(0);
    await registry.collect();
    const told = registry.counter('oslo_metrics_sender_dropped', { labels: ['process', 'reason'] });
    expect(told.bind({ process: 'test', reason: 'queue_full' }).value).toBe(dropped.queue_full);
  },
);

test('a collector that does not read fills the queue and nothing else: nobody waits, every drop is counted', () => {
  const { metricsSocketFile } = fresh();
  const libc = loadLibc();
  const deaf = libc?.socket() ?? -1;
  libc?.bind(deaf, metricsSocketFile);
  const events = datagramEvents({ socketFile: metricsSocketFile, bufferSize: 100 });
  const begin = performance.now();
  for (let index = 0; index < 100_000; index += 1) {
    events.observe('rpc_client_processing_seconds', LABELS, 1);
  }
  expect(performance.now() - begin).toBeLessThan(3000);
  expect(events.report).toEqual({
    sent: 0,
    dropped: { queue_full: 99_900, too_large: 0, closed: 0 },
    waiting: 100,
  });
  events.close();
  const { sent, dropped } = events.report;
  expect(sent + dropped.closed).toBe(100);
  libc?.close(deaf);
});

test('counters wait as one message, so that a collector that is away loses none of them', async () => {
  const options = fresh();
  const events = datagramEvents({ socketFile: options.metricsSocketFile, bufferSize: 10 });
  for (let index = 0; index < 50_000; index += 1) events.inc('rpc_client_invocation_start_total', LABELS);
  await using collector = await startCollector(options);
  await events.flush();
  await until(async () => totalOf(await collector.render(), STARTS) === 50_000, 'all of them');
  events.close();
});

test('a message too large for the collector is dropped alone, and the others go on', async () => {
  const options = fresh();
  await using collector = await startCollector(options);
  using events = datagramEvents({ socketFile: options.metricsSocketFile });
  events.inc('rpc_client_invocation_start_total', { ...LABELS, method: 'x'.repeat(70_000) });
  events.inc('rpc_client_invocation_start_total', LABELS);
  await events.flush();
  await until(async () => totalOf(await collector.render(), STARTS) === 1, 'the other one');
  expect(events.report.dropped.too_large).toBe(1);
});

test('a program ends when it wants to, whether or not a collector is there', async () => {
  const messaging = pathToFileURL(await builtFile('messaging')).href;
  const code = `
    import { datagramEvents } from ${JSON.stringify(messaging)};
    const events = datagramEvents({ socketFile: ${JSON.stringify(join(directory, 'nobody'))} });
    events.inc('rpc_client_invocation_start_total', ${JSON.stringify(LABELS)});
  `;
  const begin = performance.now();
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', code]);
  expect(status).toBe(0);
  expect(performance.now() - begin).toBeLessThan(5000);
});

const reason = await originalsMissing({ 'oslo.metrics': '0.5.0' }, ['python3-oslo.metrics']);

test.skipIf(reason !== undefined)(
  `messages are those of Python's client, byte for byte${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const label = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.constant('\ud800"\\\u007f\u2028'),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    );
    const cases = fc.sample(
      fc.record({
        labels: fc.dictionary(fc.string({ minLength: 1 }), label, { noNullPrototype: true }),
        value: fc.oneof(fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true })),
      }),
      { ...trials(500) } as { numRuns: number },
    );
    const python = `
import json, sys
from oslo_metrics.message_type import Metric, MetricAction
for line in sys.stdin:
    name, action, value, labels = json.loads(line)
    m = Metric('oslo_messaging', name, MetricAction(action, None if value is None else float(value)))
    m.labels = labels
    print(json.dumps(m.to_json()))
`;
    const requests = cases.map(({ labels, value }) => [
      'rpc_client_processing_seconds',
      'observe',
      value,
      labels,
    ]);
    const { stdout } = spawnSync('/usr/bin/python3', ['-c', python], {
      input: requests.map((request) => JSON.stringify(request)).join('\n'),
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    const theirs = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as string);
    expect(theirs.length).toBe(cases.length);
    for (const [index, { labels, value }] of cases.entries()) {
      const isWhole = Object.values(labels).some(
        (one) =>
          typeof one === 'number' &&
          (Object.is(one, -0) || (Number.isInteger(one) && !Number.isSafeInteger(one))),
      );
      if (isWhole || '__proto__' in labels) continue;
      const ours = encodeMessage('rpc_client_processing_seconds', 'observe', value, encodeLabels(labels));
      expect(ours).toBe(theirs[index]);
    }
  },
);
