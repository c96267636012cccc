import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const bundle = async (contents: string): Promise<number> => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    conditions: ['@oslofjord/source'],
    external: ['./full.ts', './remote/http.ts'],
    logLevel: 'silent',
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
};

test('the enforcer takes less than 15 KiB, without what is only fetched when a policy needs it', async () => {
  expect(await bundle("export { Enforcer, ruleDefault } from './src/index.ts'")).toBeLessThan(15 * 1024);
});

test('importing the package without using it takes nothing', async () => {
  expect(await bundle("import './src/index.ts'")).toBeLessThanOrEqual(20);
});
