import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { originalsMissing } from '@oslofjord/services';
import { afterAll, describe, expect, test } from 'vitest';
import { isReceiving, sendDatagrams, startMessage, until } from '../collector/sending.ts';
import { type DaemonProcess, isListening, startDaemon, startOriginal } from './daemon-process.ts';

const reason = await originalsMissing({ 'oslo.metrics': '0.5.0' }, ['python3-oslo.metrics']);
const directory = mkdtempSync(join(tmpdir(), 'oslofjord-original-'));
let count = 0;

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

interface Place {
  readonly file: string;
  readonly socket: string;
  readonly port: number;
  readonly url: string;
}

const place = async (
  socket = join(directory, `${String((count += 1))}.sock`),
  given?: number,
): Promise<Place> => {
  const port = given ?? (await freePort());
  const file = join(directory, `${String((count += 1))}.conf`);
  writeFileSync(file, `[oslo_metrics]\nmetrics_socket_file = ${socket}\nprometheus_port = ${String(port)}\n`);
  return { file, socket, port, url: `http://127.0.0.1:${String(port)}/metrics` };
};

const original = async ({ file, port, socket }: Place): Promise<DaemonProcess> => {
  const daemon = startOriginal(file);
  await until(async () => (await isListening(port)) && isReceiving(socket), 'the original is ready', 30_000);
  return daemon;
};

/** Whether a page comes within half a second. */
const isScraped = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(500) }).then(
    ({ ok }) => ok,
    () => false,
  );

describe.skipIf(reason !== undefined)(
  `what oslo.metrics does wrong, and ours does not${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  { timeout: 60_000 },
  () => {
    test('half of a surrogate pair makes every later scrape fail', async () => {
      const theirs = await place();
      await using _ = await original(theirs);
      const bad = startMessage('a').replace('"a"', '"\\ud800"');
      await sendDatagrams(theirs.socket, [bad]);
      await until(async () => (await fetch(theirs.url)).status === 500, 'it fails');
      const ours = await place();
      await using daemon = await startDaemon(['--config-file', ours.file]);
      await sendDatagrams(ours.socket, [bad]);
      await until(
        async () => (await (await fetch(daemon.url)).text()).includes('method="\ufffd"'),
        'it is shown',
      );
    });

    test('one connection that says nothing keeps everybody from scraping', async () => {
      const theirs = await place();
      await using _ = await original(theirs);
      expect(await isScraped(theirs.url)).toBe(true);
      const idle = connect(theirs.port, '127.0.0.1');
      await once(idle, 'connect');
      expect(await isScraped(theirs.url)).toBe(false);
      idle.destroy();
      const ours = await place();
      await using daemon = await startDaemon(['--config-file', ours.file]);
      const other = connect(ours.port, '127.0.0.1');
      await once(other, 'connect');
      expect(await isScraped(daemon.url)).toBe(true);
      other.destroy();
    });

    test('a second daemon steals the socket, the end of the first removes it, and the second cannot end', async () => {
      const first = await place();
      const second = await place(first.socket);
      await using one = await original(first);
      await using two = await original(second);
      await one.end();
      expect(existsSync(first.socket)).toBe(false);
      expect(await two.end(2500)).toBe(undefined);
      const ours = await place();
      const rival = await place(ours.socket);
      await using daemon = await startDaemon(['--config-file', ours.file]);
      await expect(startDaemon(['--config-file', rival.file])).rejects.toThrow('is served by the process');
      expect(isReceiving(ours.socket)).toBe(true);
      expect(await daemon.end()).toBe(0);
    });

    test('a taken port ends it with a traceback about something else', async () => {
      const port = await freePort();
      const taken = createServer().listen(port, '127.0.0.1');
      await once(taken, 'listening');
      const theirs = await place(undefined, port);
      await using daemon = startOriginal(theirs.file);
      await until(() => daemon.child.exitCode !== null, 'it ends', 30_000);
      expect(daemon.output()).toContain("AttributeError: 'NoneType' object has no attribute 'server_close'");
      const ours = await place(undefined, port);
      await expect(startDaemon(['--config-file', ours.file])).rejects.toThrow(`:${String(port)}`);
      expect(existsSync(ours.socket)).toBe(false);
      taken.close();
    });

    test('a removed socket file keeps it from ending, and it hears nothing more', async () => {
      const theirs = await place();
      await using old = await original(theirs);
      rmSync(theirs.socket);
      expect(await old.end(2500)).toBe(undefined);
      const ours = await place();
      await using daemon = await startDaemon(['--config-file', ours.file]);
      rmSync(ours.socket);
      expect(await daemon.end()).toBe(0);
    });

    test('an ordinary end prints a traceback', async () => {
      const theirs = await place();
      await using old = await original(theirs);
      await sendDatagrams(theirs.socket, [startMessage('a')]);
      await old.end();
      expect(old.output()).toContain('Bad file descriptor');
      const ours = await place();
      await using daemon = await startDaemon(['--config-file', ours.file]);
      expect(await daemon.end()).toBe(0);
      expect(daemon.output()).not.toContain('rror');
    });

    test('somebody who writes ever new labels makes its memory and its page grow without an end', async () => {
      const flood = Array.from({ length: 12_000 }, (_, index) => startMessage(`m${String(index)}`));
      const theirs = await place();
      await using _ = await original(theirs);
      await sendDatagrams(theirs.socket, flood);
      await until(
        async () => (await (await fetch(theirs.url)).text()).includes('method="m11999"'),
        'all of it is shown',
        20_000,
      );
      const ours = await place();
      await using daemon = await startDaemon([
        ...['--config-file', ours.file],
        ...['--oslo-metrics-series-per-metric', '1000'],
      ]);
      await sendDatagrams(ours.socket, flood);
      await until(
        async () => /method="__overflow__".* 11000\.0/u.test(await (await fetch(daemon.url)).text()),
        'what is too much is counted in one series',
      );
    });
  },
);
