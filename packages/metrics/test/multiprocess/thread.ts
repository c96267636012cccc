// A thread that counts, says so, and then never again looks at its messages.
import { parentPort, workerData } from 'node:worker_threads';
import { type SharedArenaMemory, sharedArena } from '../../src/arenas/shared.ts';
import { createMetrics } from '../../src/registry.ts';

const { memory, count } = workerData as { memory: SharedArenaMemory; count: number };
const metrics = createMetrics({ arena: sharedArena(memory) });
const events = metrics.counter('events', { labels: ['kind'] });
for (let index = 0; index < count; index += 1) events.inc({ kind: String(index % 3) });
metrics.gauge('threads').set(1);
metrics.info('build', { version: '1' });
parentPort?.postMessage('counted');
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
