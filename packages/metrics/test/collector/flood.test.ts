import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startDaemon } from '../daemon/daemon-process.ts';
import { effort } from '../property.ts';
import { sendDatagrams, startMessage, totalOf, until } from './sending.ts';

const directory = mkdtempSync(join(tmpdir(), 'oslofjord-flood-'));

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const LIMIT = 10_000;
const flood = 150_000 * effort;
const START = 'oslo_messaging_rpc_client_invocation_start_total';

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/u.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) * 1024;

test(
  `${String(flood)} unique labels take no more memory than the limit does, known series stay exact, and the label is named`,
  { timeout: 120_000 + flood / 5 },
  async () => {
    const socket = join(directory, 'socket');
    const file = join(directory, 'conf');
    writeFileSync(
      file,
      `[oslo_metrics]\nmetrics_socket_file = ${socket}\nprometheus_port = 0\nseries_per_metric = ${String(LIMIT)}\n`,
    );
    await using daemon = await startDaemon(['--config-file', file]);
    const total = async (): Promise<number> => totalOf(await (await fetch(daemon.url)).text(), START);
    const send = async (from: number, count: number): Promise<void> => {
      for (let done = 0; done < count; done += 10_000) {
        const length = Math.min(10_000, count - done);
        await sendDatagrams(
          socket,
          Array.from({ length }, (_, index) =>
            startMessage(`unique label number ${String(from + done + index)}`),
          ),
        );
      }
    };
    await send(0, LIMIT);
    await until(async () => (await total()) === LIMIT, 'the limit is reached', 30_000);
    // The page is rendered a few times in either case, so its own buffers are no difference.
    for (let scrape = 0; scrape < 5; scrape += 1) await total();
    const before = residentBytes(daemon.child.pid ?? 0);
    await send(LIMIT, flood);
    await until(async () => (await total()) === LIMIT + flood, 'all of it is counted', 60_000);
    const after = residentBytes(daemon.child.pid ?? 0);
    expect(after / before, `${String(before)} → ${String(after)}`).toBeLessThan(1.2);
    await sendDatagrams(socket, [startMessage('unique label number 17')]);
    await until(
      async () => /method="unique label number 17",.* 2\.0/u.test(await (await fetch(daemon.url)).text()),
      'a known series is exact',
    );
    const report = (await (await fetch(daemon.url.replace('/metrics', '/cardinality'))).json()) as {
      overflowed: number;
      labels: { name: string }[];
    }[];
    expect(report[0]).toMatchObject({ overflowed: flood });
    expect(report[0]?.labels[0]?.name).toBe('method');
  },
);
