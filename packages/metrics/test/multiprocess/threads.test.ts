import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { renderText } from '../../src/exposition/text.ts';
import { MergedPage } from '../../src/multiprocess/merge.ts';
import { registrySource } from '../../src/multiprocess/registry-source.ts';
import { ThreadSource } from '../../src/multiprocess/threads.ts';
import { createMetrics } from '../../src/registry.ts';
import { sharedArena } from '../../src/arenas/shared.ts';
import { bundle } from '../bundle.ts';

it('the page has the numbers of blocked and of terminated threads', async () => {
  using program = await bundle(fileURLToPath(new URL('thread.ts', import.meta.url)));
  const threads = new ThreadSource();
  const own = createMetrics();
  own.counter('events', { labels: ['kind'] }).inc({ kind: '0' }, 0.5);
  const page = new MergedPage([registrySource(own), threads]);
  const workers = await Promise.all(
    [3000, 6000].map(async (count) => {
      const memory = threads.memory({ slots: 4096, recordBytes: 65_536 });
      const worker = new Worker(program.file, { workerData: { memory, count } });
      await once(worker, 'message');
      return { worker, memory };
    }),
  );
  const text = renderText(await page.collect());
  expect(text).toContain('events_total{kind="0"} 3000.5\nevents_total{kind="1"} 3000\n');
  expect(text).toContain('threads 2\n');
  expect(text).toContain('build_info{version="1"} 1\n');
  await workers[0]?.worker.terminate();
  threads.ended(workers[0]!.memory);
  const after = renderText(await page.collect());
  expect(after).toContain('events_total{kind="0"} 3000.5\n');
  expect(after).toContain('threads 1\n');
  await workers[1]?.worker.terminate();
});

it('a full arena turns new series away and keeps counting the others', async () => {
  const threads = new ThreadSource();
  const memory = threads.memory({ slots: 64, recordBytes: 1024 });
  const metrics = createMetrics({ arena: sharedArena(memory), selfMetrics: false });
  const events = metrics.counter('events', { labels: ['id'] });
  for (let index = 0; index < 1000; index += 1) events.inc({ id: String(index) });
  events.inc({ id: '0' }, 41);
  const page = renderText(await new MergedPage([threads]).collect());
  expect(page).toContain('events_total{id="0"} 42\n');
  expect(page.split('\n').length).toBeLessThan(60);
});
