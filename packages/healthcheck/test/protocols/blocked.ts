// A service whose main loop can be blocked: for how many milliseconds, its parent says.
import { Health } from '../../src/index.ts';
import { startHealthWorker } from '../../src/worker.ts';

const health = new Health();
await health.start();
const { port } = await startHealthWorker(health, { port: 0, readyStall: '500ms', liveStall: '2s' });
process.on('message', ({ block }: { block: number }) => {
  process.send?.({}, () => {
    const end = performance.now() + block;
    while (performance.now() < end);
  });
});
process.send?.({ port });
