import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type * as CollectorModule from '../../src/collector.ts';
import { built, builtFile } from '../built.ts';
import { sendDatagrams, startMessage, totalOf, until } from './sending.ts';

const directory = mkdtempSync(join(tmpdir(), 'oslofjord-isolation-'));

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const START = 'oslo_messaging_rpc_client_invocation_start_total';

/** Takes the thread away from everybody else. */
const block = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

test('senders do not notice that the rest of the process is busy: a thread of its own receives', async () => {
  const { startCollector } = await built<typeof CollectorModule>('collector');
  const socket = join(directory, 'socket');
  const recording = join(directory, 'recording.jsonl');
  const count = 5000;
  writeFileSync(
    recording,
    Array.from({ length: count }, (_, seq) =>
      JSON.stringify({ seq, t: 0, time: 0, raw: startMessage(`m${String(seq % 50)}`) }),
    ).join('\n'),
  );
  await using collector = await startCollector({ metricsSocketFile: socket, prometheusPort: 0 });
  const bin = await builtFile('bin/oslofjord-metrics');
  const sender = spawn(process.execPath, [bin, 'replay', recording, '--to', socket], { stdio: 'ignore' });
  const ended = once(sender, 'exit') as Promise<[number]>;
  // The kernel's queue holds a few datagrams: if nobody received meanwhile, the sender would still wait afterwards.
  for (let time = 0; time < 40; time += 1) block(100);
  const begin = performance.now();
  const [code] = await ended;
  expect(code).toBe(0);
  expect(performance.now() - begin).toBeLessThan(500);
  expect(totalOf(await collector.render(), START)).toBe(count);
});

test('a kill -9 of a sender loses nothing of what it had sent', async () => {
  const { startCollector } = await built<typeof CollectorModule>('collector');
  const socket = join(directory, 'killed');
  await using collector = await startCollector({ metricsSocketFile: socket, prometheusPort: 0 });
  await sendDatagrams(socket, [startMessage('before')]);
  const messaging = await builtFile('messaging');
  const code = `
    import { datagramEvents } from ${JSON.stringify(messaging)};
    const events = datagramEvents({ socketFile: ${JSON.stringify(socket)} });
    const labels = { call_type: 'call', exchange: null, topic: 't', namespace: null, version: null, server: null,
      fanout: null, method: 'm', timeout: null, process: 'p' };
    for (let index = 0; index < 500; index += 1) events.observe('rpc_client_processing_seconds', labels, 0.1);
    setInterval(() => {
      if (events.report.waiting === 0) process.stdout.write('sent ' + events.report.sent + '\\n');
    }, 5);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => output.includes('sent 500'), 'all is sent', 20_000);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await until(
    async () =>
      totalOf(await collector.render(), 'oslo_messaging_rpc_client_processing_seconds_count') === 500,
    'all is counted',
  );
});
