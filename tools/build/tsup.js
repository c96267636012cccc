import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'tsup';

/**
 * The source files a package publishes: one per entry of `exports` that has a source, one per `bin`.
 * @param {string} directory of the package
 * @returns {Record<string, string>} path below `dist` without extension → path of the source
 */
export const entriesOf = (directory) => {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const built = [
    ...Object.values(manifest.exports ?? {}).map((target) => target.default),
    ...Object.values(manifest.bin ?? {}),
  ].filter((path) => typeof path === 'string');
  return Object.fromEntries(
    built.map((path) => {
      const name = path.replace(/^\.\/dist\//, '').replace(/\.js$/, '');
      return [name, `src/${name}.ts`];
    }),
  );
};

/**
 * The tsup preset of every package: ESM only, entries read from `exports` and `bin`. Declarations are
 * written by declarations.js, without type checking, from the same entries.
 * @param {import('tsup').Options} [overrides]
 */
export const library = (overrides = {}) =>
  defineConfig({
    entry: entriesOf(process.cwd()),
    format: ['esm'],
    target: 'node20.19',
    platform: 'node',
    tsconfig: 'tsconfig.json',
    dts: false,
    sourcemap: true,
    clean: true,
    splitting: true,
    treeshake: false,
    outDir: 'dist',
    esbuildOptions: (options) => {
      options.conditions = [];
    },
    ...overrides,
  });
