import { spawn } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import type { CardinalityReport } from '../cardinality/report.ts';
import { ThreadSource } from '../multiprocess/threads.ts';
import { describeSocket } from '../receivers/inherited.ts';
import { CONTROL, createControl } from './control.ts';
import type { ResolvedCollectorOptions } from './options.ts';
import type { News, ReceivingData } from './receiving.ts';

/** The receiving thread, from outside. */
export interface ReceivingThread {
  readonly source: ThreadSource;
  /** Why it ended on its own; undefined while it has not. */
  readonly failure: Error | undefined;
  /** Whether Python's page could not be sent any more. */
  readonly isUnencodable: boolean;
  /** Who writes too many series; nothing where the thread does not answer within a second. */
  cardinality(): Promise<readonly CardinalityReport[]>;
  /** Receives from another socket from now on. */
  moveTo(descriptor: number): void;
  /** Ends it, once it has counted what waits in a socket of its own; false where it is still stuck in the system's hands after a second. */
  stop(): Promise<boolean>;
}

/** How long a thread may take to end. */
const PATIENCE = 1000;
/** A series of a histogram takes most: 17 buckets, the one without bound, the sum. */
const SLOTS_PER_SERIES = 20;
const BYTES_PER_SERIES = 2048;
/** Room without limits, where only what is used takes memory. */
const MOST_SLOTS = 2 ** 26;
const MOST_RECORD_BYTES = 2 ** 30;

/**
 * A thread that is stuck reading wakes up when something arrives. Node.js cannot send datagrams; util-linux's `logger`
 * can, and is where systemd is.
 */
const wake = (descriptor: number): void => {
  const path = describeSocket(descriptor)?.path;
  if (path === undefined || path === '') return;
  spawn('logger', ['--socket', path, 'end'], { stdio: 'ignore' }).once('error', () => undefined);
};

/** Starts the thread that receives from a socket; it does so once this answers. */
export const startReceiving = async (
  descriptor: number,
  socket: {
    readonly isPlain: boolean;
    readonly isInherited: boolean;
    readonly shutdown: (descriptor: number) => void;
  },
  options: ResolvedCollectorOptions,
  onNews: (news: Extract<News, { readonly type: 'rejected' }>) => void,
): Promise<ReceivingThread> => {
  const { series, isOslo, seriesPerMetric, labelBytes, ttl } = options;
  const { isPlain, isInherited } = socket;
  const source = new ThreadSource();
  const memory = source.memory({
    slots: Math.min(MOST_SLOTS, 4096 + series * SLOTS_PER_SERIES),
    recordBytes: Math.min(MOST_RECORD_BYTES, 65_536 + series * BYTES_PER_SERIES),
  });
  const control = createControl();
  control[CONTROL.descriptor] = descriptor;
  const data: ReceivingData = {
    memory,
    control,
    isOslo,
    isPlain,
    isInherited,
    seriesPerMetric,
    series,
    labelBytes,
    ttl,
    recordFile: options.recordFile,
  };
  const worker = new Worker(new URL('./receiving-worker.js', import.meta.url), {
    workerData: { oslofjordReceiving: data },
  });
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      hasEnded = true;
      source.ended(memory);
      resolve();
    });
  });
  let reporting: ((report: readonly CardinalityReport[]) => void)[] = [];
  let failure: Error | undefined;
  await new Promise<void>((resolve, reject) => {
    worker.on('message', (news: News) => {
      if (news.type === 'ready') resolve();
      else if (news.type === 'rejected') onNews(news);
      else {
        const asking = reporting;
        reporting = [];
        for (const answer of asking) answer(news.report);
      }
    });
    worker.once('error', (error) => {
      failure = error;
      reject(error);
    });
  });
  worker.unref();
  return {
    source,
    get failure() {
      return failure;
    },
    get isUnencodable() {
      return Atomics.load(control, CONTROL.unencodable) !== 0;
    },
    cardinality: async () =>
      Promise.race([
        new Promise<readonly CardinalityReport[]>((resolve) => {
          reporting.push(resolve);
          Atomics.add(control, CONTROL.report, 1);
        }),
        new Promise<readonly CardinalityReport[]>((resolve) => {
          setTimeout(resolve, PATIENCE, []).unref();
        }),
      ]),
    moveTo: (next) => {
      Atomics.store(control, CONTROL.descriptor, next);
    },
    stop: async () => {
      if (hasEnded) return true;
      Atomics.store(control, CONTROL.stop, 1);
      const current = Atomics.load(control, CONTROL.descriptor);
      if (isPlain) wake(current);
      else if (!isInherited) socket.shutdown(current);
      // This timer keeps the process: left alone it would end by waiting for the thread, for ever.
      let timer: NodeJS.Timeout | undefined;
      const impatient = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, PATIENCE);
      });
      await Promise.race([ended, impatient]);
      clearTimeout(timer);
      return hasEnded;
    },
  };
};
