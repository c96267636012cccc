import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** A program of the tests as another process or thread can run it. */
export interface Bundle extends Disposable {
  readonly file: string;
  /** A folder that goes with it. */
  readonly directory: string;
}

/** Makes JavaScript of a TypeScript program, with the library's sources in it. */
export const bundle = async (source: string): Promise<Bundle> => {
  const directory = mkdtempSync(join(tmpdir(), 'oslofjord-metrics-'));
  const file = join(directory, `${basename(source, '.ts')}.mjs`);
  await build({
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: file,
    conditions: ['@oslofjord/source'],
    banner: {
      js: `import { createRequire as __from } from 'node:module'; const require = __from(${JSON.stringify(import.meta.url)});`,
    },
    external: ['koffi'],
    logLevel: 'error',
  });
  return {
    file,
    directory,
    [Symbol.dispose]: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
