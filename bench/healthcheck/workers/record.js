// A call that begins and succeeds, or nothing but the loop around it; the budget of 5 ns is added to the loop.
import { createInterface } from 'node:readline';
import { createHealth } from '@oslofjord/healthcheck';

const BUDGET = 0.005;
const TURNS = 1_000_000;
const health = createHealth();
const component = health.component('database');
for (let call = 0; call < 2; call += 1) component.ok(component.begin());
await health.start();

const calls = () => {
  for (let turn = 0; turn < TURNS; turn += 1) component.ok(component.begin());
};
let kept = 0;
const loop = () => {
  let sum = 0;
  for (let turn = 0; turn < TURNS; turn += 1) sum += turn & 1;
  kept = sum;
};
const isLoop = process.argv[2] === 'loop';
const work = isLoop ? loop : calls;
console.log(JSON.stringify({ answers: component.reading.status }));
for await (const line of createInterface({ input: process.stdin })) {
  const end = performance.now() + Number(line);
  const before = process.cpuUsage();
  let count = 0;
  while (performance.now() < end) {
    work();
    count += TURNS;
  }
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ count, cpuMicroseconds: user + system + (isLoop ? count * BUDGET : 0) }));
}
health.close();
process.exitCode = kept < 0 ? 1 : 0;
