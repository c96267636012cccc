// One page for four worker processes: `aggregation.js ours|prom-client time|blocking`. Each worker has 2,000 counters and
// 500 histograms. `time` is of whole pages; `blocking` is how long the primary's loop stands still at most.
import cluster from 'node:cluster';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contend } from '../../harness/contend-async.js';
import { digest, labelsOf } from '../workload.js';

const WORKERS = 4;
const COUNTERS = 2000;
const HISTOGRAMS = 500;
const BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const NAMES = ['method', 'status', 'route'];
const PAGES = 10;

const [library = '', what = ''] = process.argv.slice(2);
const client = library === 'prom-client' ? createRequire(import.meta.url)('prom-client') : undefined;
const ours =
  library === 'ours'
    ? { ...(await import('@oslofjord/metrics')), ...(await import('@oslofjord/metrics/multiprocess')) }
    : undefined;

const fill = (counter, histogram) => {
  for (let index = 0; index < COUNTERS; index += 1) counter.inc(labelsOf(index), index);
  for (let index = 0; index < HISTOGRAMS; index += 1) histogram.observe(labelsOf(index), (index % 100) / 7);
};

if (cluster.isWorker) {
  if (client !== undefined) {
    // It answers the primary's questions from then on.
    new client.AggregatorRegistry();
    fill(
      new client.Counter({ name: 'requests_total', help: 'h', labelNames: NAMES }),
      new client.Histogram({ name: 'took_seconds', help: 'h', labelNames: NAMES, buckets: BUCKETS }),
    );
  } else {
    const arena = ours.fileArena({ directory: process.env.BENCH_DIRECTORY });
    const metrics = ours.createMetrics({ arena });
    fill(
      metrics.counter('requests', { help: 'h', labels: NAMES }),
      metrics.histogram('took_seconds', { help: 'h', labels: NAMES, buckets: BUCKETS }),
    );
    arena.flush();
  }
  process.on('disconnect', () => process.exit());
  setInterval(() => undefined, 1000);
  process.send('full');
} else {
  const directory = mkdtempSync(join(tmpdir(), 'oslofjord-bench-'));
  const registry = client === undefined ? undefined : new client.AggregatorRegistry();
  const shared = ours === undefined ? undefined : new ours.MergedPage([new ours.DirectorySource(directory)]);
  const fetchHandler = ours?.metricsFetchHandler(shared);
  const page = async () =>
    registry === undefined
      ? (await fetchHandler(new Request('http://localhost/metrics'))).text()
      : registry.clusterMetrics();
  const full = Array.from({ length: WORKERS }, async () => {
    const worker = cluster.fork({ BENCH_DIRECTORY: directory });
    await new Promise((resolve) => worker.on('message', (message) => message === 'full' && resolve()));
  });
  await Promise.all(full);
  const answers = digest(await page());
  if (what === 'time') {
    await contend({ answers, work: page, size: 1, batch: 1, isElapsed: true });
  } else {
    for (let warm = 0; warm < 3; warm += 1) await page();
    let longest = 0;
    let last = performance.now();
    let isOver = false;
    const tick = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (!isOver) setImmediate(tick);
    };
    const all = [];
    for (let round = 0; round < PAGES; round += 1) {
      longest = 0;
      isOver = false;
      last = performance.now();
      setImmediate(tick);
      await page();
      isOver = true;
      await new Promise((resolve) => setTimeout(resolve, 5));
      all.push(longest);
    }
    all.sort((a, b) => a - b);
    console.log(JSON.stringify({ answers, figure: 1000 / all[PAGES >> 1] }));
  }
  cluster.disconnect();
  rmSync(directory, { recursive: true, force: true });
}
