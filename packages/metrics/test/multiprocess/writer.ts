// A process that counts as fast as it can, and says on standard output how far it is.
import { createRequire } from 'node:module';
import { writeSync } from 'node:fs';
import { createMetrics } from '../../src/registry.ts';
import { fileArena } from '../../src/arenas/file.ts';
import { mappedArena } from '../../src/arenas/mmap.ts';

const [directory = '', backing = '', require_ = ''] = process.argv.slice(2);
const arena =
  backing === 'mmap'
    ? mappedArena({ directory, koffi: createRequire(require_)('koffi') as unknown })
    : fileArena({ directory });
const metrics = createMetrics({ arena });
const events = metrics.counter('events', { labels: ['kind'] });
const sizes = metrics.histogram('sizes', { buckets: [1, 10], native: true });
const up = metrics.gauge('workers', { aggregate: 'livesum' });
up.set(1);
let count = 0;
const step = (): void => {
  for (let index = 0; index < 100; index += 1) {
    events.inc({ kind: String(index % 4) });
    sizes.observe(index);
    count += 1;
  }
  writeSync(1, `${String(count)}\n`);
  setTimeout(step, 4);
};
step();
