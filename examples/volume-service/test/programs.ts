import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Programs } from '../src/real/deployment.ts';

export const SOURCE: string = fileURLToPath(new URL('..', import.meta.url));
const fromHere = createRequire(import.meta.url);
const BESIDE = ['koffi', 'pg', 'amqplib', 'ioredis', 'nats', 'fastify', '@electric-sql/pglite'];

/** Every published file of a package, and its source. */
const entriesOf = (folder: string): Record<string, string> => {
  const { exports = {}, bin = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    exports?: Record<string, { default?: string } | string>;
    bin?: Record<string, string>;
  };
  const files = [...Object.values(exports), ...Object.values(bin)].map((one) =>
    typeof one === 'string' ? one : (one.default ?? ''),
  );
  const names = files.flatMap((file) => /^\.\/dist\/(.+)\.js$/u.exec(file)?.[1] ?? []);
  return Object.fromEntries(names.map((name) => [name, join(folder, 'src', `${name}.ts`)]));
};

/** The programs made of the sources, as Node.js 20 can run them; disposing removes them. */
export const buildPrograms = async (): Promise<Programs & AsyncDisposable> => {
  const outdir = join(SOURCE, 'node_modules', '.cache', `programs-${String(process.pid)}`);
  await mkdir(outdir, { recursive: true });
  const make = async (name: string, folder: string): Promise<string> => {
    await build({
      entryPoints: entriesOf(folder),
      outdir: join(outdir, name),
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      conditions: ['@oslofjord/source'],
      external: [...BESIDE, '@opentelemetry/api'],
      banner: {
        js: `import { createRequire as __from } from 'node:module'; const require = __from(import.meta.url);`,
      },
      logLevel: 'error',
    });
    return join(outdir, name, 'bin');
  };
  const folderOf = (name: string): string => dirname(fromHere.resolve(`${name}/package.json`));
  const [service, metrics, limit] = await Promise.all([
    make('service', SOURCE),
    make('metrics', folderOf('@oslofjord/metrics')),
    make('limit', folderOf('@oslofjord/limit')),
  ]);
  return {
    service: join(service, 'volume-service.js'),
    collector: join(metrics, 'oslofjord-metrics.js'),
    limit: join(limit, 'oslofjord-limit.js'),
    [Symbol.asyncDispose]: () => rm(outdir, { recursive: true, force: true }),
  };
};
