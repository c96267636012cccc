#!/usr/bin/env node
// `nx docs docs`: writes the site into .cache/site. Ends with status 1 when a link leads nowhere.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSite } from './site.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const packages = readdirSync(join(root, 'packages'));
const lacking = packages.filter((name) => !existsSync(join(root, `.cache/docs/packages/${name}/api.json`)));
if (lacking.length > 0) {
  console.error(
    `The API of ${lacking.join(', ')} is not read yet; run npx nx docs docs, which does so first`,
  );
  process.exit(2);
}
const { files, problems, pages } = buildSite(root, packages);
for (const problem of problems) console.error(`✗ ${problem}`);
if (problems.length > 0) process.exit(1);
const site = join(root, '.cache/site');
rmSync(site, { recursive: true, force: true });
for (const [path, content] of files) {
  mkdirSync(dirname(join(site, path)), { recursive: true });
  writeFileSync(join(site, path), content);
}
console.log(`${String(pages)} pages, every link holds: ${join(site, 'index.html')}`);
