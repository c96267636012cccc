import { Worker } from 'node:worker_threads';
import { parseDuration, type Duration } from '@oslofjord/config';
import { HealthWorkerError } from './errors.ts';
import type { Health } from './health.ts';
import { answerInThread, SLOT, type ThreadData } from './worker/thread.ts';

/** Where the thread listens, and what it makes of a main loop that stands still. */
export interface HealthWorkerOptions {
  readonly port: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** From then on the service is not ready. @default 1 second */
  readonly readyStall?: Duration;
  /** From then on it does not live. @default 10 seconds */
  readonly liveStall?: Duration;
  /** @default '/livez' */
  readonly livez?: string;
  /** @default '/readyz' */
  readonly readyz?: string;
  /** @default '/startupz' */
  readonly startupz?: string;
}

/** A thread that answers. */
export interface HealthWorker extends AsyncDisposable {
  readonly port: number;
  /** Ends the thread. */
  close(): Promise<void>;
}

const GROUPS = ['liveness', 'readiness', 'startup'] as const;

/**
 * Answers from a thread of its own, truthfully also while the main loop is blocked: a service that computes for seconds
 * does not look dead at once, and one that hangs does not look alive. Costs a thread with about 10 MB.
 * @throws HealthWorkerError (ERR_HEALTHCHECK_WORKER) when the port cannot be listened on
 */
export const startHealthWorker = async (
  health: Health,
  options: HealthWorkerOptions,
): Promise<HealthWorker> => {
  const memory = new SharedArrayBuffer(8 * SLOT.length);
  const beat = new BigInt64Array(memory, 0, 1);
  const states = new Int32Array(memory);
  const write = (): void => {
    Atomics.store(beat, 0, process.hrtime.bigint() / 1_000_000n);
    for (const group of GROUPS) {
      Atomics.store(states, SLOT[group], health.standing(group).status === 'fail' ? 0 : 1);
    }
  };
  write();
  const data: ThreadData = {
    memory,
    host: options.host ?? '127.0.0.1',
    port: options.port,
    paths: {
      [options.livez ?? '/livez']: SLOT.liveness,
      [options.readyz ?? '/readyz']: SLOT.readiness,
      [options.startupz ?? '/startupz']: SLOT.startup,
    },
    readyStall: parseDuration(options.readyStall ?? 1),
    liveStall: parseDuration(options.liveStall ?? 10),
  };
  const thread = new Worker(`(${answerInThread.toString()})()`, { eval: true, workerData: data });
  thread.unref();
  const port = await new Promise<number>((resolve, reject) => {
    thread.once('error', reject);
    thread.once('message', (message: { address?: { port: number }; error?: string }) => {
      if (message.address === undefined) reject(new HealthWorkerError(data.port, message.error ?? ''));
      else resolve(message.address.port);
    });
  });
  const end = health.onChange(write);
  const timer = setInterval(write, Math.min(250, data.readyStall / 4)).unref();
  const close = async (): Promise<void> => {
    end();
    clearInterval(timer);
    await thread.terminate();
  };
  return { port, close, [Symbol.asyncDispose]: close };
};
