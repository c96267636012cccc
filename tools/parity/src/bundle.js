import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/**
 * Bundles one TypeScript file of the workspace from sources, so that the oldest supported Node runs it unbuilt.
 * @param {string} root of the workspace
 * @param {string} source path from the root
 * @returns {Promise<Record<string, unknown>>} what the file exports
 */
export const importSource = async (root, source) => {
  const directory = join(root, '.cache', 'bundles');
  mkdirSync(directory, { recursive: true });
  const outfile = join(
    directory,
    `${source.replaceAll('/', '-').replace(/\.ts$/, '')}-${String(process.pid)}.mjs`,
  );
  await build({
    entryPoints: [join(root, source)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['@oslofjord/source'],
    sourcemap: 'inline',
    logLevel: 'error',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  return import(pathToFileURL(outfile).href);
};
