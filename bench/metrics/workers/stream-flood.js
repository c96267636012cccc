// Counts the events of the messages in a registry that is streamed to a collector: `stream-flood.js SOCKET`. The same
// protocol as flood.js; a count is printed once the collector has all of it.
import { createInterface } from 'node:readline';
import { createMetrics } from '@oslofjord/metrics';
import { registryEvents } from '@oslofjord/metrics/messaging';
import { streamTo } from '@oslofjord/metrics/stream';
import { messages } from '../messages.js';

const registry = createMetrics();
const events = registryEvents(registry);
const sender = streamTo(registry, { path: process.argv[2] ?? '' });
const parsed = messages.map((text) => JSON.parse(text));

/** @param {number} milliseconds */
const flood = async (milliseconds) => {
  const end = performance.now() + milliseconds;
  let count = 0;
  do {
    for (let round = 0; round < 10; round += 1) {
      for (const { name, action, labels } of parsed) {
        if (action.action === 'inc') events.inc(name, labels);
        else events.observe(name, labels, action.value);
      }
      count += parsed.length;
      if (milliseconds === 0) break;
    }
    // The timer of the sender gets its turn, as in a service.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  } while (performance.now() < end);
  await sender.flush();
  return count;
};

for await (const line of createInterface({ input: process.stdin })) {
  console.log(String(await flood(line === 'once' ? 0 : Number(line))));
}
