#!/usr/bin/env node
// Writes the generated pages of docs/; with `--check` it says which differ from what is there, and ends with status 1.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { changedPages } from './pages.js';

const root = new URL('../../../..', import.meta.url).pathname;
const changed = await changedPages(root);
for (const [path, text] of changed) {
  if (process.argv.includes('--check')) {
    console.error(`✗ ${path} is not what the sources say; run node tools/docs/src/reference/main.js`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`${path} is written`);
  }
}
