// Builds a copy of a package with an edit, fast: declarations by the native compiler without checks, scripts by esbuild.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { entriesOf } from '../../../build/tsup.js';

export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/u, '');

/** @import { Seed } from './seeds.js' */

/**
 * @param {string} folder where the copy goes, within the workspace, so that what it imports is found
 * @param {string} name of the package
 * @param {Seed} [seed]
 */
export const buildCopy = async (folder, name, seed) => {
  const original = join(ROOT, 'packages', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ['src', 'package.json', 'tsconfig.json', 'api']) {
    cpSync(join(original, part), join(folder, part), { recursive: true });
  }
  if (seed !== undefined) {
    const file = join(folder, seed.file);
    const before = readFileSync(file, 'utf8');
    const after =
      typeof seed.from === 'string'
        ? before.replace(seed.from, () => seed.to)
        : before.replace(seed.from, seed.to);
    if (after === before)
      throw new Error(
        `${seed.name}: packages/${name}/${seed.file} has no ${String(seed.from)} any more; adapt the seed`,
      );
    writeFileSync(file, after);
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.base.json'),
      include: ['src'],
      exclude: ['src/**/*.test.ts', 'src/**/*.test-d.ts'],
      compilerOptions: {
        noEmit: false,
        emitDeclarationOnly: true,
        declaration: true,
        noCheck: true,
        noResolve: true,
        rootDir: 'src',
        outDir: 'dist',
      },
    }),
  );
  execFileSync(process.execPath, [
    join(ROOT, 'node_modules/typescript7/bin/tsc'),
    '-p',
    join(folder, 'tsconfig.json'),
  ]);
  for (const file of readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue;
    const path = join(folder, 'dist', file);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(
        /((?:from|import)\s*\(?\s*['"]\.{1,2}\/[^'"]+?)\.ts(['"])/gu,
        '$1.js$2',
      ),
    );
  }
  // The sources of a renamed entry stay where they were.
  const entries = Object.fromEntries(
    Object.entries(entriesOf(original))
      .filter(([entry]) => !entry.startsWith('bin/'))
      .map(([entry, source]) => [entry, join(folder, source)]),
  );
  await build({
    entryPoints: entries,
    outdir: join(folder, 'dist'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@oslofjord/source'],
    external: ['ioredis', 'pg', 'yaml', 'nats', 'amqplib', 'koffi', '@opentelemetry/api', 'node:ffi'],
    logLevel: 'error',
    absWorkingDir: folder,
  });
};
