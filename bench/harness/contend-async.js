// The protocol of harness/contender.js for work that is waited for, one unit after the other.
import { createInterface } from 'node:readline';

/**
 * @param {{ answers: string, work: (index: number) => unknown, size: number, isElapsed?: boolean, batch?: number,
 *   inFlight?: number }} task `isElapsed` counts time on the wall instead of the processor's, for work that waits for a
 *   server; `batch` units are done between two looks at the clock; `inFlight` loops do so side by side
 */
export const contend = async ({ answers, work, size, isElapsed = false, batch = 256, inFlight = 1 }) => {
  console.log(JSON.stringify({ answers }));
  let index = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const milliseconds = Number(line);
    let count = 0;
    const before = process.cpuUsage();
    const start = performance.now();
    const end = start + milliseconds;
    const loop = async () => {
      while (performance.now() < end) {
        for (let unit = 0; unit < batch; unit += 1) {
          const next = index;
          index = index + 1 === size ? 0 : index + 1;
          await work(next);
        }
        count += batch;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, loop));
    const { user, system } = process.cpuUsage(before);
    const elapsed = Math.round((performance.now() - start) * 1000);
    console.log(JSON.stringify({ count, cpuMicroseconds: isElapsed ? elapsed : user + system }));
  }
};
