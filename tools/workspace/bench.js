// `npm run bench -- NAME [--json FILE] [--quick]`: measures a package against pinned peers and writes bench/RESULTS.md.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { install, ROOT, setUp } from './setup.js';

const [name, ...words] = process.argv.slice(2);
const folder = join(ROOT, 'bench');
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'index.js')))
  .map((entry) => entry.name);
if (name === undefined || !names.includes(name)) {
  console.error(`Say what to measure: npm run bench -- NAME, where NAME is one of: ${names.join(', ')}`);
  process.exit(2);
}
setUp();
install(folder);
const { runBench } = await import('../../bench/harness/run.js');
const { bench } = await import(`../../bench/${name}/index.js`);
process.exitCode = await runBench(ROOT, name, bench, words);
