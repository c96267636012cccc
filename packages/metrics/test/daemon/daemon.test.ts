import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { programMissing } from '@oslofjord/services';
import { afterAll, expect, test } from 'vitest';
import { builtFile } from '../built.ts';
import { isReceiving, sendDatagrams, startMessage, totalOf, until } from '../collector/sending.ts';
import { startDaemon, startProcess } from './daemon-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'oslofjord-daemon-'));
let count = 0;

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const START = 'oslo_messaging_rpc_client_invocation_start_total';

/** A configuration file as an operator of oslo.metrics has it, and the socket it names. */
const configured = (more = ''): { file: string; socket: string } => {
  count += 1;
  const socket = join(directory, `${String(count)}.sock`);
  const file = join(directory, `${String(count)}.conf`);
  writeFileSync(
    file,
    `[DEFAULT]\ndebug = true\n\n[oslo_metrics]\nmetrics_socket_file = ${socket}\nprometheus_host = 127.0.0.1\nprometheus_port = 0\nmetrics_socket_perm = 432\n${more}`,
  );
  return { file, socket };
};

const page = async (url: string): Promise<string> => (await fetch(url)).text();

const run = async (
  words: readonly string[],
  input = '',
): Promise<{ status: number; stdout: string; stderr: string }> => {
  const child = spawn(process.execPath, [await builtFile('bin/oslofjord-metrics'), ...words]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(input);
  const [status] = (await once(child, 'close')) as [number];
  return { status, stdout, stderr };
};

test("it runs with the configuration file of Python's daemon, and ends quietly when it is asked to", async () => {
  const { file, socket } = configured();
  await using daemon = await startDaemon(['--config-file', file]);
  expect(statSync(socket).mode & 0o7777).toBe(0o660);
  await sendDatagrams(socket, [startMessage('a'), 'rubbish']);
  await until(async () => totalOf(await page(daemon.url), START) === 1, 'the start');
  const begin = performance.now();
  expect(await daemon.end()).toBe(0);
  expect(performance.now() - begin).toBeLessThan(1500);
  expect(existsSync(socket)).toBe(false);
  expect(daemon.output()).toContain('WARNING 1 datagrams were not counted (json): Expecting value');
  expect(daemon.output()).not.toMatch(/Error|Traceback|at .*\.js/u);
});

test('a taken port and a taken socket end it at once, with a reason', async () => {
  const { file, socket } = configured();
  await using daemon = await startDaemon(['--config-file', file]);
  const second = await run(['--config-file', file]);
  expect(second.status).toBe(1);
  expect(second.stderr).toContain('is served by the process');
  const { port } = new URL(daemon.url);
  const third = await run(['--config-file', configured().file, '--oslo-metrics-prometheus-port', port]);
  expect(third.status).toBe(1);
  expect(third.stderr).toContain(`127.0.0.1:${port}`);
  expect(isReceiving(socket)).toBe(true);
});

test('a socket left by a killed daemon is taken over', async () => {
  const { file, socket } = configured();
  const first = await startDaemon(['--config-file', file]);
  first.child.kill('SIGKILL');
  await once(first.child, 'close');
  expect(existsSync(socket)).toBe(true);
  await using second = await startDaemon(['--config-file', file]);
  await sendDatagrams(socket, [startMessage('a')]);
  await until(async () => totalOf(await page(second.url), START) === 1, 'the start');
});

test.each([
  ['a permission that is none', ['--oslo-metrics-metrics-socket-perm', 'rw'], 1, 'metrics_socket_perm'],
  ['a command that is none', ['dance'], 2, 'there is no command dance'],
  ['a file to record to that is missing', ['record'], 2, 'say which file'],
  ['a page that is missing', ['check'], 2, 'say which page'],
  ['a page that is not there', ['check', '/nonexistent'], 1, 'ENOENT'],
  ['an option that is none', ['top', '--fast'], 2, 'Unknown option'],
])('%s is refused with its reason', async (_, words, status, reason) => {
  const result = await run(words);
  expect({ status: result.status, told: result.stderr.includes(reason) }, result.stderr).toEqual({
    status,
    told: true,
  });
});

test('help names every command', async () => {
  const { stdout, status } = await run(['--help']);
  expect(status).toBe(0);
  for (const command of ['daemon', 'record', 'replay', 'check', 'cardinality', 'top']) {
    expect(stdout).toContain(`  ${command} `);
  }
});

const activate = 'systemd-socket-activate';
const noPromtool = await programMissing('promtool', ['prometheus']);
const noSystemd = await programMissing(activate, ['systemd']);

test.skipIf(noSystemd !== undefined).each([
  ['with all there is', 'auto', []],
  ['with nothing but Node.js', 'plain', []],
  [
    'with nothing but Node.js, and no program that could wake its thread',
    'plain',
    ['-E', 'PATH=/nonexistent'],
  ],
])(
  'a socket that systemd made is inherited, %s, and ends in time (skipped where systemd is not installed)',
  async (_, receiver, words) => {
    const { file } = configured(`receiver = ${receiver}\n`);
    const socket = join(directory, `activated-${String((count += 1))}.sock`);
    const daemon = startProcess(activate, [
      '--datagram',
      '-l',
      socket,
      ...words,
      process.execPath,
      await builtFile('bin/oslofjord-metrics'),
      '--config-file',
      file,
    ]);
    await using _daemon = daemon;
    await until(() => existsSync(socket), 'the socket');
    // What waited before the daemon ran counts too.
    await sendDatagrams(socket, [startMessage('a')]);
    const urlOf = (): string => /INFO (http:\S+) shows/u.exec(daemon.output())?.[1] ?? '';
    await until(() => urlOf() !== '', 'the daemon is ready', 10_000);
    await sendDatagrams(
      socket,
      Array.from({ length: 1000 }, () => startMessage('b')),
    );
    await until(async () => totalOf(await page(urlOf()), START) === 1001, 'all starts');
    expect(daemon.output()).toContain('by inherited');
    const begin = performance.now();
    expect([0, 'SIGTERM']).toContain(await daemon.end());
    expect(performance.now() - begin).toBeLessThan(2500);
    expect(existsSync(socket)).toBe(true);
  },
);

const recordedStream = gunzipSync(
  readFileSync(new URL('../parity/recorded/rabbit.jsonl.gz', import.meta.url)),
)
  .toString()
  .trimEnd()
  .split('\n')
  .map((line) => (JSON.parse(line) as { raw: string }).raw);

test('a recording brings back the page of any moment, byte for byte', async () => {
  const { file, socket } = configured('compat = oslo\n');
  const recording = join(directory, 'flight.jsonl');
  await using daemon = await startDaemon(['record', recording, '--config-file', file]);
  const half = recordedStream.length / 2;
  await sendDatagrams(socket, recordedStream.slice(0, half));
  const started = recordedStream.filter((raw) => raw.includes('invocation_start')).length;
  const startedFirst = recordedStream.slice(0, half).filter((raw) => raw.includes('invocation_start')).length;
  await until(async () => totalOf(await page(daemon.url), START) === startedFirst, 'the first half');
  await until(() => readFileSync(recording, 'utf8').trimEnd().split('\n').length === half, 'it is written');
  const then = await page(daemon.url);
  await new Promise((resolve) => {
    setTimeout(resolve, 300);
  });
  await sendDatagrams(socket, [...recordedStream.slice(half), Buffer.of(0xff, 0xfe)]);
  await until(async () => totalOf(await page(daemon.url), START) === started, 'the second half');
  const now = await page(daemon.url);
  expect(await daemon.end()).toBe(0);
  const options = ['--config-file', file];
  expect((await run(['replay', recording, ...options])).stdout).toBe(now);
  const lines = readFileSync(recording, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { t: number; b64?: string });
  expect(lines.length).toBe(recordedStream.length + 1);
  expect(lines.at(-1)?.b64).toBe('//4=');
  const until_ = String(lines[half - 1]?.t);
  expect((await run(['replay', recording, '--until', until_, ...options])).stdout).toBe(then);
  // and sent again, to another collector
  const other = configured('compat = oslo\n');
  await using second = await startDaemon(['--config-file', other.file]);
  expect((await run(['replay', recording, '--to', other.socket])).status).toBe(0);
  const plain = (text: string): string => text.replaceAll(/^\S+_created.*$/gmu, '');
  await until(async () => plain(await page(second.url)) === plain(now), 'the same page');
});

test('check finds nothing wrong with our page, and what is wrong with another', async () => {
  const { file, socket } = configured();
  await using daemon = await startDaemon(['--config-file', file]);
  await sendDatagrams(socket, [...recordedStream, 'rubbish']);
  await until(async () => (await page(daemon.url)).includes('reason="json"'), 'all');
  const ours = await run(['check', daemon.url]);
  expect(ours).toMatchObject({ status: 0 });
  const promtool = spawnSync('promtool', ['check', 'metrics'], {
    input: await page(daemon.url),
    encoding: 'utf8',
  });
  if (noPromtool === undefined)
    expect({ ...promtool, pid: 0 }).toMatchObject({ status: 0, stdout: '', stderr: '' });
  const wrong = await run(
    ['check', '-'],
    `# TYPE a counter\na{x="1"} 1\na{x="1"} 2\n# HELP b_total B\n# TYPE b_total gauge\nb_total 1\n# HELP c_ms C\n# TYPE c_ms gauge\nc_ms 1\n# HELP d D\n# TYPE d histogram\nd_bucket{le="1"} 5\nd_bucket{le="2"} 3\nd_count 3\n}rubbish\n`,
  );
  expect(wrong.status).toBe(3);
  for (const problem of [
    'a: it has no HELP',
    'a: a counter ends in _total',
    'a{x="1"}: it stands twice',
    'b_total: a gauge does not end in _total',
    'c_ms: use seconds, not ms',
    'd{}: it has no bucket le="+Inf"',
    'd{}: its buckets do not ascend',
    'line 15: no sample',
  ]) {
    expect(wrong.stdout).toContain(problem);
  }
});

test('cardinality names the label that brings most series, and top the method that is called most', async () => {
  const { file, socket } = configured();
  await using daemon = await startDaemon(['--config-file', file]);
  const many = Array.from({ length: 50 }, (_, index) => startMessage(`m${String(index)}`));
  await sendDatagrams(socket, many);
  await until(async () => totalOf(await page(daemon.url), START) === 50, 'all');
  const { stdout } = await run(['cardinality', daemon.url]);
  expect(stdout).toContain(`${START}: 50 samples\n  method: 50 values: "m0" (1)`);
  const top = run(['top', daemon.url, '--interval', '1s', '--count', '1']);
  await new Promise((resolve) => {
    setTimeout(resolve, 600);
  });
  await sendDatagrams(
    socket,
    Array.from({ length: 300 }, () => startMessage('busy')),
  );
  const { stdout: table, stderr, status } = await top;
  expect(status, stderr).toBe(0);
  expect(table.split('\n')[1]).toMatch(/^client t busy\s+300\.0\s+0\.0\s+0\.0\s+300$/u);
});

/** A Node.js that has node:ffi: this one, or one that the matrix of versions fetched. */
const withFfi = (): string | undefined => {
  if (Number(process.versions.node.split('.')[0]) >= 26) return process.execPath;
  const versions = fileURLToPath(new URL('../../../../.cache/node', import.meta.url));
  if (!existsSync(versions)) return undefined;
  const found = readdirSync(versions).find((version) => Number(version.split('.')[0]) >= 26);
  const path = join(versions, found ?? '', 'node_modules/node/bin/node');
  return found !== undefined && existsSync(path) ? path : undefined;
};
const node = withFfi();

test.skipIf(node === undefined)(
  'with node:ffi it needs nothing else (skipped where there is no Node.js ≥ 26)',
  async () => {
    const { file, socket } = configured();
    const bin = await builtFile('bin/oslofjord-metrics');
    await using daemon = startProcess(node ?? '', ['--experimental-ffi', bin, '--config-file', file]);
    const urlOf = (): string => /INFO (http:\S+) shows/u.exec(daemon.output())?.[1] ?? '';
    await until(() => urlOf() !== '', 'the daemon is ready', 10_000);
    expect(daemon.output()).toContain('by node:ffi');
    await sendDatagrams(socket, recordedStream);
    const started = recordedStream.filter((raw) => raw.includes('invocation_start')).length;
    await until(async () => totalOf(await page(urlOf()), START) === started, 'all');
    expect(await daemon.end()).toBe(0);
  },
);
