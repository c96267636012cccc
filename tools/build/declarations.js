#!/usr/bin/env node
// Emits the declarations of the package in the current directory into `dist` with the native compiler.
// Types are not checked here (the `typecheck` target does), so no dependency needs to be built first.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { entriesOf } from './tsup.js';

const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript7/package.json')), 'bin/tsc');
const project = join('node_modules', '.cache', 'tsconfig.declarations.json');
mkdirSync(dirname(project), { recursive: true });
writeFileSync(
  project,
  JSON.stringify({
    extends: '../../tsconfig.json',
    include: ['../../src'],
    exclude: ['../../src/**/*.test.ts', '../../src/**/*.test-d.ts'],
    compilerOptions: {
      noEmit: false,
      emitDeclarationOnly: true,
      declaration: true,
      declarationMap: true,
      noCheck: true,
      noResolve: true,
      rootDir: '../../src',
      outDir: '../../dist',
    },
  }),
);
const { status } = spawnSync(process.execPath, [compiler, '-p', project], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const specifier = /((?:from|import)\s*\(?\s*['"]\.{1,2}\/[^'"]+?)\.ts(['"])/g;
for (const file of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.d.ts')) continue;
  const path = join('dist', file);
  writeFileSync(path, readFileSync(path, 'utf8').replace(specifier, '$1.js$2'));
}
for (const name of Object.keys(entriesOf(process.cwd()))) {
  for (const built of [`dist/${name}.js`, `dist/${name}.d.ts`]) {
    if (existsSync(built)) continue;
    console.error(`${built} is named in package.json but was not built`);
    process.exit(1);
  }
}
