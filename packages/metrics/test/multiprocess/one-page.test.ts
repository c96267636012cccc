import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { originalsMissing, PYTHON } from '@oslofjord/services';
import { renderText } from '../../src/exposition/text.ts';
import { DirectorySource } from '../../src/multiprocess/directory.ts';
import { MergedPage } from '../../src/multiprocess/merge.ts';
import { pythonSource } from '../../src/multiprocess/python-source.ts';
import { registrySource } from '../../src/multiprocess/registry-source.ts';
import { ThreadSource } from '../../src/multiprocess/threads.ts';
import { createMetrics } from '../../src/registry.ts';
import { bundle } from '../bundle.ts';

const missing = await originalsMissing({ 'prometheus-client': '' }, ['python3-prometheus-client']);

it.skipIf(missing !== undefined)(
  'Python processes, Node processes that have ended, threads and this process share one page with exact sums',
  async () => {
    using thread = await bundle(fileURLToPath(new URL('thread.ts', import.meta.url)));
    using service = await bundle(fileURLToPath(new URL('service.ts', import.meta.url)));
    const python = join(thread.directory, 'python');
    const node = join(thread.directory, 'node');
    mkdirSync(python);
    execFileSync(
      PYTHON,
      ['-c', "from prometheus_client import Counter; Counter('events', 'Events').inc(100)"],
      {
        env: { ...process.env, PROMETHEUS_MULTIPROC_DIR: python },
      },
    );
    for (let index = 0; index < 2; index += 1) execFileSync(process.execPath, [service.file, node]);
    const threads = new ThreadSource();
    const memory = threads.memory({ slots: 4096, recordBytes: 65_536 });
    const worker = new Worker(thread.file, { workerData: { memory, count: 30 } });
    await once(worker, 'message');
    const own = createMetrics();
    own.counter('events').inc(1000);
    own.counter('events_by_kind', { labels: ['kind'] }).inc({ kind: '0' });
    const page = new MergedPage([
      registrySource(own),
      pythonSource(python),
      new DirectorySource(node),
      threads,
    ]);
    const text = renderText(await page.collect());
    // 1000 here, 100 in Python, 7 in each of two processes; the thread's metric of that name has other labels: it says so.
    expect(text).toContain('events_total 1114\n');
    expect(text).toContain('oslofjord_metrics_conflicting{metric="events"} 1\n');
    expect(text).toContain('threads 1\n');
    expect(renderText(await page.collect())).toContain('events_total 1114\n');
    await worker.terminate();
  },
);

it('a process that has no more to do ends at once, whatever measures, serves and pushes, and what it counted stays', async () => {
  using service = await bundle(fileURLToPath(new URL('service.ts', import.meta.url)));
  const directory = join(service.directory, 'shared');
  const run = async (arguments_: string[]): Promise<number> => {
    const start = performance.now();
    const child = spawn(process.execPath, arguments_, { stdio: 'inherit' });
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
    return performance.now() - start;
  };
  const alone = await run(['-e', '0']);
  const took = await run([service.file, directory]);
  // Python's client holds its process for ten seconds.
  expect(took).toBeLessThan(alone + 8000);
  await sleep(10);
  const page = renderText(await new MergedPage([new DirectorySource(directory)]).collect());
  expect(page).toContain('events_total 7\n');
});
