import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import koffi from 'koffi';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { programMissing, PYTHON } from '@oslofjord/services';
import { Health } from '../../src/index.ts';
import { notifySystemd, sendByCommand, sendByKoffi, type SystemdSend } from '../../src/protocols.ts';

const isLinux = process.platform === 'linux';
const hasCommand = (await programMissing('systemd-notify', ['systemd'])) === undefined;
const hasPython = (await programMissing('python3')) === undefined;

let receiver: ChildProcess;
let received: string[];
let socket: string;
beforeEach(async () => {
  socket = join(mkdtempSync(join(tmpdir(), 'systemd-')), 'notify');
  received = [];
  receiver = spawn(PYTHON, [fileURLToPath(new URL('datagrams.py', import.meta.url)), socket]);
  createInterface({ input: receiver.stdout! }).on('line', (line) =>
    received.push(JSON.parse(line) as string),
  );
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1);
});
afterEach(() => receiver.kill());

const ways: readonly (readonly [string, boolean, () => SystemdSend])[] = [
  ['systemd-notify', hasCommand, () => sendByCommand({ ...process.env, NOTIFY_SOCKET: socket })],
  ['koffi', isLinux, () => sendByKoffi(koffi, socket)],
];

describe.each(ways)('by %s', (_, isThere, make) => {
  test.skipIf(!isThere || !hasPython)(
    'systemd hears when it is ready, how it is, that it lives, and that it ends',
    async () => {
      const health = new Health({ tick: '20ms' });
      const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '300000', WATCHDOG_PID: String(process.pid) };
      const end = notifySystemd(health, { env, send: make() });
      const all = (): string => received.join('\n');
      await expect.poll(all, { timeout: 5000 }).toContain('STATUS=fail STARTING');
      expect(all()).not.toContain('READY=1');
      await health.start();
      await expect.poll(all, { timeout: 5000 }).toContain('READY=1');
      await expect.poll(all, { timeout: 5000 }).toContain('WATCHDOG=1');
      const database = health.component('database');
      for (let call = 0; call < 3; call += 1) database.fail(database.begin(), new Error('password=hunter2'));
      await expect.poll(all, { timeout: 5000 }).toContain('STATUS=fail UNAVAILABLE');
      health.drain();
      await expect.poll(all, { timeout: 5000 }).toContain('STOPPING=1');
      expect(all().split('READY=1')).toHaveLength(2);
      expect(all()).not.toMatch(/hunter2|database/);
      health.liveness.declareBroken('for good');
      // What was sent already may still arrive.
      await new Promise((resolve) => setTimeout(resolve, 400));
      const beats = all().split('WATCHDOG=1').length;
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(all().split('WATCHDOG=1')).toHaveLength(beats);
      end();
      health.close();
    },
  );
});

test('without systemd nothing is sent, and a watchdog meant for another process is left alone', async () => {
  const sent: string[] = [];
  const health = new Health();
  notifySystemd(health, { env: {}, send: (assignments) => void sent.push(...assignments) })();
  expect(sent).toEqual([]);
  const end = notifySystemd(health, {
    env: { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '20000', WATCHDOG_PID: '1' },
    send: (assignments) => void sent.push(...assignments),
  });
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(sent.filter((one) => one === 'WATCHDOG=1')).toEqual([]);
  end();
});
