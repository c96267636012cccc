// Our collector with a sender that never rests: `collector.js datagram|stream`. The figure is time on the wall, from the
// first message until the last one is counted.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startCollector } from '@oslofjord/metrics/collector';
import { answersOf } from '../messages.js';

const isStream = process.argv[2] === 'stream';
const directory = mkdtempSync(join(tmpdir(), 'oslofjord-bench-'));
const socket = join(directory, 'datagrams');
const stream = join(directory, 'stream');
const collector = await startCollector({
  metricsSocketFile: socket,
  streamSocketFile: stream,
  prometheusPort: 0,
});
const script = new URL(isStream ? 'stream-flood.js' : 'flood.js', import.meta.url).pathname;
const sender = spawn(process.execPath, [script, isStream ? stream : socket], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const replies = createInterface({ input: sender.stdout })[Symbol.asyncIterator]();

let sent = 0;
/** @param {string} page @param {string} name */
const total = (page, name) =>
  page
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);

/** @param {string} order */
const run = async (order) => {
  const start = performance.now();
  sender.stdin.write(`${order}\n`);
  const count = Number((await replies.next()).value);
  sent += count;
  while (!isStream && total(await collector.render(), 'oslo_metrics_collector_received_total') < sent) {
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
  return { count, cpuMicroseconds: (performance.now() - start) * 1000 };
};

await run('once');
console.log(JSON.stringify({ answers: answersOf(await collector.render()) }));
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await run(line)));
}
sender.kill();
await collector.close();
rmSync(directory, { recursive: true, force: true });
