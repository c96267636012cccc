// Counts events in one library: `events.js LIBRARY inc|observe|bound-inc|bound-observe`. A unit of work is an event in each
// of the hundred series.
import { contend } from '../../harness/contender.js';
import { combinations, digest, values } from '../workload.js';
import { libraries } from './libraries.js';

const [library = '', operation = ''] = process.argv.slice(2);
const lib = await libraries[library]();
const isHistogram = operation.endsWith('observe');
const metric = isHistogram ? lib.histogram() : lib.counter();
const size = combinations.length;
const handles = operation.startsWith('bound') ? combinations.map((labels) => lib.bind(metric, labels)) : [];
let next = 0;
// Each operation has a loop of its own, so that none pays for another's kinds of objects.
const loops = {
  inc: () => {
    for (let index = 0; index < size; index += 1) lib.inc(metric, combinations[index]);
  },
  observe: () => {
    for (let index = 0; index < size; index += 1) {
      lib.observe(metric, combinations[index], values[next]);
      next = (next + 1) & 127;
    }
  },
  'bound-inc': () => {
    for (let index = 0; index < size; index += 1) handles[index].inc();
  },
  'bound-observe': () => {
    for (let index = 0; index < size; index += 1) {
      handles[index].observe(values[next]);
      next = (next + 1) & 127;
    }
  },
};
const work = loops[operation];
for (let round = 0; round < 128; round += 1) work();
await contend({
  answers: digest(await lib.page()),
  work,
  size: 1,
  step: operation.startsWith('bound') ? 256 : 16,
});
