import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Another process with a region on the same server. */
export interface Worker {
  ask(order: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

/** Several of them. */
export interface Crew extends AsyncDisposable {
  readonly workers: readonly Worker[];
}

const workerOf = (child: ChildProcess): Worker => {
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  if (child.stdout === null || child.stdin === null) throw new Error('no pipes');
  const { stdin } = child;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, answer, error } = JSON.parse(line) as { id: number; answer?: unknown; error?: string };
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(answer);
    else asked?.reject(new Error(error));
  });
  stdin.on('error', () => undefined);
  return {
    ask: async (order) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        stdin.write(`${JSON.stringify({ ...order, id: last })}\n`);
      }),
    kill: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
};

/** Starts processes that share a server. */
export const startCrew = async (
  size: number,
  server: { readonly kind: string; readonly port: number; readonly leaseTime?: string },
): Promise<Crew> => {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const directory = await mkdtemp(join(here, '../../.crew-'));
  const outfile = join(directory, 'worker.mjs');
  await build({
    entryPoints: [join(here, 'worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@oslofjord/source'],
    external: ['ioredis'],
    logLevel: 'error',
  });
  const options = JSON.stringify({ leaseTime: '30s', ...server });
  const children = Array.from({ length: size }, () =>
    spawn(process.execPath, [outfile, options], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const workers = children.map(workerOf);
  await Promise.all(workers.map(async (worker) => worker.ask({ op: 'ready', key: '' })));
  return {
    workers,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map(async (worker) => worker.kill()));
      await rm(directory, { recursive: true, force: true });
    },
  };
};
