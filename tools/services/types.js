#!/usr/bin/env node
// Writes the declarations in `types` from the JSDoc of `src`, for tests in TypeScript: `node types.js`.
// `node types.js FOLDER` writes them elsewhere, which is how the test sees that they are current.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const here = dirname(fileURLToPath(import.meta.url));
const output = resolve(process.argv[2] ?? join(here, 'types'));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript7/package.json')), 'bin/tsc');
const HEADER = '/* Made from the JSDoc of src by types.js. */\n/* eslint-disable */\n';

rmSync(output, { recursive: true, force: true });
const flags = ['--noEmit', 'false', '--emitDeclarationOnly', '--rootDir', 'src', '--outDir', output];
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.types.json', ...flags], {
  cwd: here,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
const style = await resolveConfig(join(here, 'types.js'));
for (const name of readdirSync(output, { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.d.ts')) continue;
  const path = join(output, name);
  writeFileSync(
    path,
    HEADER + (await format(readFileSync(path, 'utf8'), { ...style, parser: 'typescript' })),
  );
}
