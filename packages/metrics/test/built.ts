import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = join(root, 'node_modules', '.cache', `built-${String(process.pid)}`);
/** Every entry that is published, by its path below `dist`. */
const entries = (): Record<string, string> => {
  const exported = Object.values(manifest.exports).map((target) =>
    typeof target === 'string' ? '' : target.default,
  );
  const bins = Object.values((manifest as { readonly bin?: Record<string, string> }).bin ?? {});
  const paths = [...exported, ...bins].flatMap((path) => /^\.\/dist\/(.+)\.js$/u.exec(path)?.[1] ?? []);
  return Object.fromEntries(paths.map((path) => [path, `src/${path}.ts`]));
};

let building: Promise<unknown> | undefined;

/** Worker threads and other processes cannot run the sources on the oldest Node.js: they run these, built as for users. */
const buildOnce = async (): Promise<void> => {
  if (building === undefined) {
    mkdirSync(outdir, { recursive: true });
    process.once('exit', () => {
      rmSync(outdir, { recursive: true, force: true });
    });
  }
  building ??= build({
    absWorkingDir: root,
    entryPoints: entries(),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['@oslofjord/source'],
    external: ['koffi', 'amqplib', 'nats', '@opentelemetry/api'],
    logLevel: 'error',
  });
  await building;
};

/** @returns path of a built entry, such as `bin/oslofjord-metrics` */
export const builtFile = async (entry: string): Promise<string> => {
  await buildOnce();
  return join(outdir, `${entry}.js`);
};

/** @returns what a built entry exports */
export const built = async <Module>(entry: string): Promise<Module> =>
  (await import(/* @vite-ignore */ pathToFileURL(await builtFile(entry)).href)) as Module;
