// `npm run -s parity -- NAME`: one JSON request a line on standard input, one JSON answer a line on standard output.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, setUp } from '../workspace/setup.js';

const name = process.argv[2];
/** @type {Map<string, string>} */
const sources = new Map();
for (const kind of ['packages', 'tools']) {
  for (const folder of readdirSync(join(ROOT, kind))) {
    const path = `${kind}/${folder}/test/parity/answer.ts`;
    if (existsSync(join(ROOT, path))) sources.set(folder, path);
  }
}
const source = sources.get(name ?? '');
if (source === undefined) {
  console.error(
    `${name === undefined ? 'No name was given' : `'${name}' has no parity protocol`}; use npm run -s parity -- NAME, where NAME is one of: ${[...sources.keys()].join(', ')}`,
  );
  process.exit(2);
}
setUp();
const { importSource } = await import('./src/bundle.js');
const { serve } = await import('./src/serve.js');
const { answer } = await importSource(ROOT, source);
await serve(/** @type {(request: unknown) => unknown} */ (answer), process.stdin, process.stdout);
process.exit(0);
