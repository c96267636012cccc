import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originalsMissing, withServer } from '@oslofjord/services';
import { afterAll, describe, expect, test } from 'vitest';
import { renderText } from '../../src/exposition/text.ts';
import { datagramEvents, registryEvents, RpcMetrics } from '../../src/messaging.ts';
import { createMetrics } from '../../src/registry.ts';
import { isReceiving, totalOf, until } from '../collector/sending.ts';
import { isListening, startDaemon, startOriginal } from '../daemon/daemon-process.ts';
import { replay } from '../parity/answer.ts';

const reason = await originalsMissing({ 'oslo.metrics': '0.5.0', 'oslo.messaging': '14.0.3' }, [
  'python3-oslo.metrics',
  'python3-oslo.messaging',
]);
const directory = mkdtempSync(join(tmpdir(), 'oslofjord-interop-'));
let count = 0;

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const place = (port: number): { file: string; socket: string } => {
  count += 1;
  const socket = join(directory, `${String(count)}.sock`);
  const file = join(directory, `${String(count)}.conf`);
  writeFileSync(file, `[oslo_metrics]\nmetrics_socket_file = ${socket}\nprometheus_port = ${String(port)}\n`);
  return { file, socket };
};

const ourLines = (page: string): string =>
  page
    .split('\n')
    .filter((line) => /^(?:# \w+ )?oslo_messaging_/u.test(line) && !/_created[ {]/u.test(line))
    .map((line) => `${line}\n`)
    .join('');

const START = 'oslo_messaging_rpc_client_invocation_start_total';

/** Runs Python's oslo.messaging over a transport, reporting to our daemon, which records what it is sent. */
const report = async (url: string): Promise<{ page: string; recorded: string[] }> => {
  const { file, socket } = place(0);
  const recording = join(directory, `${String(count)}.jsonl`);
  await using daemon = await startDaemon([
    ...['record', recording, '--config-file', file],
    ...['--oslo-metrics-compat', 'oslo', '--oslo-metrics-prometheus-host', '127.0.0.1'],
  ]);
  const script = fileURLToPath(new URL('oslo-messaging.py', import.meta.url));
  const python = spawn('/usr/bin/python3', [script, url, socket, 'volume-api'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  python.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(python, 'close')) as [number];
  expect(code, errors).toBe(0);
  await until(async () => totalOf(await (await fetch(daemon.url)).text(), START) === 46, 'every call');
  const page = ourLines(await (await fetch(daemon.url)).text());
  expect(await daemon.end()).toBe(0);
  const recorded = readFileSync(recording, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { raw: string }).raw);
  return { page, recorded };
};

describe.skipIf(reason !== undefined)(
  `with the Python originals of this machine${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  { timeout: 120_000 },
  () => {
    test.each(['fake', 'rabbitmq'])(
      "Python's oslo.messaging over %s reports to our daemon, its broken labels included",
      async (kind) => {
        await using server = kind === 'fake' ? undefined : await withServer('rabbitmq');
        const url = server === undefined ? 'fake://' : server.url.replace('amqp:', 'rabbit:');
        const { page, recorded } = await report(url);
        expect(page).toBe(replay(recorded, 'oslo'));
        // Debian's 14.0.3 labels every event like the first call, and ends calls that failed.
        expect(page).toContain(
          `${START}{call_type="call",exchange="None",fanout="None",method="create",namespace="None",process="volume-api",server="None",timeout="None",topic="volume",version="None"} 46.0`,
        );
        expect(totalOf(page, 'oslo_messaging_rpc_client_invocation_end_total')).toBe(46);
      },
    );

    test("Python's daemon shows exactly what a Node.js service counted", async () => {
      const port = await new Promise<number>((resolve) => {
        const probe = createServer().listen(0, '127.0.0.1', () => {
          const { port: free } = probe.address() as { port: number };
          probe.close(() => {
            resolve(free);
          });
        });
      });
      const { file, socket } = place(port);
      await using _ = startOriginal(file);
      await until(
        async () => (await isListening(port)) && isReceiving(socket),
        'the original is ready',
        30_000,
      );
      const registry = createMetrics({ selfMetrics: false });
      const local = registryEvents(registry);
      using remote = datagramEvents({ socketFile: socket });
      // The same events to both.
      const metrics = new RpcMetrics(
        {
          inc: (metric, labels) => {
            local.inc(metric, labels);
            remote.inc(metric, labels);
          },
          observe: (metric, labels, seconds) => {
            local.observe(metric, labels, seconds);
            remote.observe(metric, labels, seconds);
          },
        },
        'volume "api"\n',
      );
      const target = { exchange: 'nova', topic: 'compute', server: 'host-a', fanout: true };
      for (let index = 0; index < 200; index += 1) {
        const method = `mé${String(index % 7)}`;
        const work = async (): Promise<void> => {
          await Promise.resolve();
          if (index % 5 === 0) throw new RangeError('no');
        };
        await metrics.client({ target, method, callType: 'call' }, work).catch(() => undefined);
        await metrics.server({ target, endpoint: 'E', method, version: '1.0' }, work).catch(() => undefined);
      }
      await remote.flush();
      expect(remote.report.dropped).toEqual({ queue_full: 0, too_large: 0, closed: 0 });
      const url = `http://127.0.0.1:${String(port)}/metrics`;
      await until(async () => totalOf(await (await fetch(url)).text(), START) === 200, 'all');
      const theirs = ourLines(await (await fetch(url)).text());
      const ours = renderText(registry, { numbers: 'python' });
      // Series come in the order in which their first message came, and sums in another order of additions.
      const sorted = (page: string): string[] =>
        page
          .trimEnd()
          .split('\n')
          .filter((line) => !line.includes('_sum{'))
          .sort();
      expect(sorted(theirs)).toEqual(sorted(ours));
    });
  },
);
