import { chmodSync, existsSync, mkdtempSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as CollectorModule from '../../src/collector.ts';
import { built } from '../built.ts';
import { isReceiving, sendDatagrams, startMessage, totalOf, until } from './sending.ts';

let startCollector: typeof CollectorModule.startCollector;
const directory = mkdtempSync(join(tmpdir(), 'oslofjord-metrics-'));
let count = 0;

/** Options with a socket file of its own. */
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

const STARTS = 'oslo_messaging_rpc_client_invocation_start_total';

const counted = async (url: string): Promise<number> => totalOf(await (await fetch(url)).text(), STARTS);

test('what services send stands on the page', async () => {
  const options = fresh();
  await using collector = await startCollector(options);
  expect(['node:ffi', 'koffi']).toContain(collector.receiver);
  await sendDatagrams(options.metricsSocketFile, [startMessage('a'), startMessage('a'), startMessage('b')]);
  await until(async () => (await counted(collector.url)) === 3, 'three starts');
  const page = await (await fetch(collector.url)).text();
  expect(page).toContain(
    `${STARTS}{call_type="call",exchange="None",fanout="None",method="a",namespace="None",process="p",server="None",timeout="None",topic="t",version="None"} 2.0`,
  );
  expect(totalOf(page, 'oslo_metrics_collector_received_total')).toBe(3);
});

test('what cannot be counted is counted as rejected, by reason', async () => {
  const options = fresh();
  await using collector = await startCollector(options);
  await sendDatagrams(options.metricsSocketFile, [
    'no json',
    Buffer.of(0xff),
    startMessage('a').replace('oslo_messaging', 'oslo_db'),
    startMessage('x'.repeat(2000)),
    Buffer.alloc(70_000, 0x20),
    startMessage('a').replace('null', 'NaN'),
    startMessage('a').replace('null', '-1'),
    startMessage('\ud800'),
  ]);
  await until(
    async () => totalOf(await collector.render(), 'oslo_metrics_collector_received_total') === 8,
    'eight datagrams',
  );
  const page = await collector.render();
  for (const reason of ['json', 'utf8', 'module', 'label_too_long', 'too_large']) {
    expect(page).toContain(`oslo_metrics_collector_rejected_total{reason="${reason}"} 1.0`);
  }
  expect(page).toContain('oslo_metrics_collector_rejected_total{reason="value"} 2.0');
  for (const deviation of ['D1', 'D2', 'D3', 'D4']) {
    expect(page).toContain(`oslo_metrics_collector_deviations_total{deviation="${deviation}"} 1.0`);
  }
  expect(totalOf(page, STARTS)).toBe(1);
  expect(page).toContain('method="\ufffd"');
  expect((await fetch(collector.url)).status).toBe(200);
});

test('in compat half of a surrogate pair makes every scrape fail, as in Python', async () => {
  const options = fresh();
  await using collector = await startCollector({
    ...options,
    compat: 'oslo',
    prometheusHost: '127.0.0.1',
  });
  expect((await fetch(collector.url)).status).toBe(200);
  await sendDatagrams(options.metricsSocketFile, [startMessage('a').replace('"a"', '"\\ud800"')]);
  await until(async () => (await fetch(collector.url)).status === 500, 'a scrape that fails');
});

test('a second collector on the same socket is refused, and the first goes on', async () => {
  const options = fresh();
  await using collector = await startCollector(options);
  await expect(startCollector(options)).rejects.toMatchObject({ code: 'ERR_METRICS_COLLECTOR_RUNNING' });
  await sendDatagrams(options.metricsSocketFile, [startMessage('a')]);
  await until(async () => (await counted(collector.url)) === 1, 'one start');
});

test('a socket file that nobody serves any more is taken over', async () => {
  const options = fresh();
  const { loadLibc } = await import('../../src/receivers/libc.ts');
  const libc = loadLibc();
  const descriptor = libc?.socket() ?? -1;
  libc?.bind(descriptor, options.metricsSocketFile);
  await expect(startCollector(options)).rejects.toMatchObject({ code: 'ERR_METRICS_COLLECTOR_RUNNING' });
  libc?.close(descriptor);
  // of a process that was killed
  writeFileSync(`${options.metricsSocketFile}.lock`, '999999999 1');
  await using collector = await startCollector(options);
  expect(isReceiving(options.metricsSocketFile)).toBe(true);
  expect(collector.port).toBeGreaterThan(0);
});

test('what is no socket is left alone', async () => {
  const options = fresh();
  writeFileSync(options.metricsSocketFile, 'precious');
  await expect(startCollector(options)).rejects.toMatchObject({ code: 'ERR_METRICS_SOCKET_FILE' });
  expect(existsSync(options.metricsSocketFile)).toBe(true);
});

test.each([
  ['a folder', (path: string) => mkdirSync(path)],
  ['a path that is too long', (path: string) => `${path}${'x'.repeat(120)}`],
  ['a folder that is missing', (path: string) => join(path, 'missing', 'file')],
])('%s as the socket file is refused with its reason', async (_, make) => {
  const options = fresh();
  const path = make(options.metricsSocketFile);
  await expect(
    startCollector({ ...options, ...(path === undefined ? {} : { metricsSocketFile: path }) }),
  ).rejects.toMatchObject({ code: 'ERR_METRICS_SOCKET_FILE' });
});

test('a port that is taken ends the start, and no socket file is left behind', async () => {
  const options = fresh();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await expect(startCollector({ ...options, prometheusPort: port })).rejects.toMatchObject({
    code: 'ERR_METRICS_SERVER_START',
  });
  expect(existsSync(options.metricsSocketFile)).toBe(false);
  expect(existsSync(`${options.metricsSocketFile}.lock`)).toBe(false);
  server.close();
});

test('a socket file that somebody removed is made again', async () => {
  const options = fresh();
  await using collector = await startCollector(options);
  await sendDatagrams(options.metricsSocketFile, [startMessage('a')]);
  rmSync(options.metricsSocketFile);
  await until(() => existsSync(options.metricsSocketFile), 'a new file');
  await sendDatagrams(options.metricsSocketFile, [startMessage('a')]);
  await until(async () => (await counted(collector.url)) === 2, 'two starts');
});

test('a socket file that is gone does not keep it from ending', async () => {
  const options = fresh();
  const collector = await startCollector(options);
  rmSync(options.metricsSocketFile);
  const begin = performance.now();
  expect(await collector.close()).toBe(true);
  expect(performance.now() - begin).toBeLessThan(1500);
});

test('it leaves the socket file of another process alone when it ends', async () => {
  const options = fresh();
  const collector = await startCollector(options);
  rmSync(options.metricsSocketFile);
  writeFileSync(options.metricsSocketFile, 'of somebody else');
  await collector.close();
  expect(existsSync(options.metricsSocketFile)).toBe(true);
});

test('an end leaves nothing behind, and may be asked for twice', async () => {
  const options = fresh();
  const collector = await startCollector(options);
  expect(await Promise.all([collector.close(), collector.close()])).toEqual([true, true]);
  expect(existsSync(options.metricsSocketFile)).toBe(false);
  expect(existsSync(`${options.metricsSocketFile}.lock`)).toBe(false);
});

test.each([
  [undefined, 0o660],
  ['0600', 0o600],
  ['0o666', 0o666],
  ['432', 0o660],
])('permissions written %s make the mode they mean', async (metricsSocketPerm, mode) => {
  const options = fresh();
  await using collector = await startCollector({
    ...options,
    ...(metricsSocketPerm === undefined ? {} : { metricsSocketPerm }),
  });
  expect(collector.port).toBeGreaterThan(0);
  expect(statSync(options.metricsSocketFile).mode & 0o7777).toBe(mode);
});

test.each(['660', '0o999', 'rw', ''])('permissions written %j are refused', async (metricsSocketPerm) => {
  await expect(startCollector({ ...fresh(), metricsSocketPerm })).rejects.toMatchObject({
    code: 'ERR_METRICS_CONFIGURATION',
  });
});

test('a folder that may not be written to is refused with its reason', async () => {
  if (process.getuid?.() === 0) return;
  const options = fresh();
  chmodSync(directory, 0o500);
  await expect(startCollector(options)).rejects.toMatchObject({ code: 'ERR_METRICS_SOCKET_FILE' });
  chmodSync(directory, 0o700);
});

test('connections that say nothing or do not read delay no scrape', async () => {
  const options = fresh();
  await using collector = await startCollector(options);
  await sendDatagrams(
    options.metricsSocketFile,
    Array.from({ length: 3000 }, (_, index) => startMessage(`m${String(index)}`)),
  );
  await until(async () => (await counted(collector.url)) === 3000, 'all');
  const idle = Array.from({ length: 20 }, () => connect(collector.port, '127.0.0.1'));
  const slow = Array.from({ length: 5 }, () => connect(collector.port, '127.0.0.1'));
  for (const socket of slow) {
    socket.pause();
    socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n');
  }
  const begin = performance.now();
  await counted(collector.url);
  expect(performance.now() - begin).toBeLessThan(2000);
  for (const socket of [...idle, ...slow]) socket.destroy();
});

test('only the page is served, to who asks for it', async () => {
  await using collector = await startCollector(fresh());
  const base = `http://127.0.0.1:${String(collector.port)}`;
  const statuses = await Promise.all([
    fetch(`${base}/metrics`, { method: 'POST' }),
    fetch(`${base}/other`),
    fetch(`${base}/metrics`, { method: 'HEAD' }),
    fetch(base),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([405, 404, 200, 200]);
});

test('in compat every path and method gets the page, as in Python', async () => {
  await using collector = await startCollector({
    ...fresh(),
    compat: 'oslo',
    prometheusHost: '127.0.0.1',
  });
  const base = `http://127.0.0.1:${String(collector.port)}`;
  for (const [path, method] of [
    ['/', 'GET'],
    ['/any', 'POST'],
    ['/metrics', 'DELETE'],
  ] as const) {
    const text = await (await fetch(`${base}${path}`, { method })).text();
    expect(text.startsWith('# HELP oslo_messaging_rpc_server_invocation_start_total')).toBe(true);
  }
  expect(await (await fetch(`${base}/favicon.ico`)).text()).toBe('');
});

test('the report says which label brings the series beyond a limit', async () => {
  const options = fresh();
  await using collector = await startCollector({ ...options, seriesPerMetric: 100 });
  await sendDatagrams(
    options.metricsSocketFile,
    Array.from({ length: 1000 }, (_, index) => startMessage(`m${String(index)}`)),
  );
  await until(async () => (await counted(collector.url)) === 1000, 'all');
  const page = await collector.render();
  expect(page).toContain('method="__overflow__",namespace="__overflow__"');
  expect(page).toContain(
    `oslofjord_metrics_overflow_total{metric="oslo_messaging_rpc_client_invocation_start"} 900.0`,
  );
  const response = await fetch(`http://127.0.0.1:${String(collector.port)}/cardinality`);
  const [report] = (await response.json()) as {
    metric: string;
    overflowed: number;
    labels: { name: string }[];
  }[];
  expect(report).toMatchObject({ metric: 'oslo_messaging_rpc_client_invocation_start', overflowed: 900 });
  expect(report?.labels[0]?.name).toBe('method');
});

test('where nothing can receive, the error names the three ways, and nothing is left behind', async () => {
  const options = { ...fresh(), streamSocketFile: join(directory, 'stream-of-none') };
  const failure = startCollector({ ...options, receiver: 'plain' });
  await expect(failure).rejects.toMatchObject({ code: 'ERR_METRICS_RECEIVER' });
  for (const way of ['ListenDatagram=', '--experimental-ffi', 'npm install koffi']) {
    await expect(failure).rejects.toThrow(way);
  }
  for (const file of [
    options.metricsSocketFile,
    options.streamSocketFile,
    `${options.streamSocketFile}.lock`,
  ]) {
    expect(existsSync(file)).toBe(false);
  }
});

test('the stream socket is as well guarded as the other one', async () => {
  const first = { ...fresh(), streamSocketFile: join(directory, 'guarded') };
  await using collector = await startCollector(first);
  expect(statSync(first.streamSocketFile).mode & 0o7777).toBe(0o660);
  const rival = { ...fresh(), streamSocketFile: first.streamSocketFile };
  await expect(startCollector(rival)).rejects.toMatchObject({ code: 'ERR_METRICS_COLLECTOR_RUNNING' });
  expect(existsSync(rival.metricsSocketFile)).toBe(false);
  await collector.close();
  expect(existsSync(first.streamSocketFile)).toBe(false);
});
