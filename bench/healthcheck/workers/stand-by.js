// A process in which nothing happens: how much of the processor its health costs. Units are milliseconds that pass.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHealth } from '@oslofjord/healthcheck';

const SHARE = 0.0035;
const isBudget = process.argv[2] === 'budget';
const health = createHealth();
for (let index = 0; index < 10; index += 1) {
  const component = health.component(`component-${index}`);
  for (let call = 0; call < 2; call += 1) component.ok(component.begin());
}
if (!isBudget) await health.start();
console.log(JSON.stringify({ answers: 'standing by' }));
for await (const line of createInterface({ input: process.stdin })) {
  const milliseconds = Math.max(2000, Number(line));
  if (isBudget) {
    console.log(JSON.stringify({ count: milliseconds, cpuMicroseconds: milliseconds * 1000 * SHARE }));
    continue;
  }
  const before = process.cpuUsage();
  await sleep(milliseconds);
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ count: milliseconds, cpuMicroseconds: user + system }));
}
health.close();
