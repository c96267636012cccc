// Bytes that one awaited hit allocates: allocation.js CONTENDER. The young generation is so large that none is collected.
import { contender } from './memory-contenders.js';
import { KEYS, valueOf } from '../workload.js';

const HITS = 100_000;
const ask = await contender(process.argv[2]);

const hits = async (count) => {
  for (let hit = 0; hit < count; hit += 1) await ask(KEYS[hit % KEYS.length]);
};
const answers = [];
for (const key of KEYS) answers.push(await ask(key));
await hits(HITS * 2);
const figures = [];
for (let round = 0; round < 5; round += 1) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  await hits(HITS);
  figures.push((process.memoryUsage().heapUsed - before) / HITS);
}
const figure = Math.round(figures.sort((one, other) => one - other)[2]);
console.log(JSON.stringify({ answers: JSON.stringify(answers), figure }));
if (answers[0].id !== valueOf(KEYS[0]).id) process.exitCode = 1;
