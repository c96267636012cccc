// Writes a text page of one library into bytes: `scrape.js LIBRARY counter|histogram SERIES`. Before each page one series in
// a hundred changes.
import { contend } from '../../harness/contend-async.js';
import { digest, labelsOf } from '../workload.js';
import { libraries } from './libraries.js';

const [library = '', kind = '', size = ''] = process.argv.slice(2);
const count = Number(size);
const lib = await libraries[library]();
const metric = kind === 'counter' ? lib.counter() : lib.histogram();
const all = Array.from({ length: count }, (_, index) => labelsOf(index));
const touch = (index) => {
  if (kind === 'counter') lib.add(metric, all[index], index + 0.5);
  else lib.observe(metric, all[index], (index % 100) / 7);
};
for (let index = 0; index < count; index += 1) touch(index);
let turn = 0;
await contend({
  answers: digest(await lib.page()),
  work: async () => {
    for (let index = turn; index < count; index += 100) touch(index);
    turn = (turn + 1) % 100;
    return lib.bytes();
  },
  size: 1,
  batch: 1,
});
