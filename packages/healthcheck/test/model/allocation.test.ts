// What stands on the way of every call of a service must not make work for the collector.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Health } from '../../src/index.ts';

const CALLS = 10_000_000;

test('ten million calls that begin and succeed allocate nothing', { timeout: 60_000 }, async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const health = new Health();
  const component = health.component('database');
  const work = (calls: number): void => {
    for (let call = 0; call < calls; call += 1) component.ok(component.begin());
  };
  // Until the code is compiled, and numbers have the form that they keep.
  work(3_000_000);
  const used: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    collect();
    const before = process.memoryUsage().heapUsed;
    work(CALLS);
    used.push(process.memoryUsage().heapUsed - before);
  }
  expect(component.evidence.oks).toBe(3_000_000 + 5 * CALLS);
  // A byte a call would be 10 MB. What else happens in this process is not in every round.
  expect(Math.min(...used)).toBeLessThan(100_000);
  // The measurement sees what is allocated.
  const kept: object[] = [];
  const middle = process.memoryUsage().heapUsed;
  for (let call = 0; call < 10_000; call += 1) kept.push({ call });
  expect(process.memoryUsage().heapUsed - middle).toBeGreaterThan(100_000);
  expect(kept).toHaveLength(10_000);
});
