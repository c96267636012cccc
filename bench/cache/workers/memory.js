// One contender of the awaited hit in memory: memory.js CONTENDER.
import { contend } from '../../harness/contend-async.js';
import { KEYS } from '../workload.js';
import { contender } from './memory-contenders.js';

const ask = await contender(process.argv[2]);
const answers = [];
for (let round = 0; round < 2; round += 1) for (const key of KEYS) answers.push(await ask(key));
await contend({
  answers: JSON.stringify(answers),
  work: (index) => ask(KEYS[index]),
  size: KEYS.length,
  batch: 1024,
});
