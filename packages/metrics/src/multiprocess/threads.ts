import { createSharedMemory, type SharedArenaMemory, type SharedArenaOptions } from '../arenas/shared.ts';
import { HEADER, MAGIC } from '../arenas/region.ts';
import type { MergedPage, MetricsSource } from './merge.ts';
import { ArenaReading } from './reading.ts';

/** One thread, as far as its numbers are concerned. */
interface Thread {
  readonly reading: ArenaReading;
  readonly memory: SharedArenaMemory | undefined;
  /** Of a thread that has ended: what it left. */
  readonly left: Float64Array | undefined;
  bytes: number;
}

/** A copy of the slots that belong to the records read with them. */
const copyOf = (thread: Thread, memory: SharedArenaMemory): Float64Array | undefined => {
  const values = new Float64Array(memory.values);
  if (values[HEADER.magic] !== MAGIC) return undefined;
  for (let attempt = 0; ; attempt += 1) {
    const before = values[HEADER.sequence] ?? 0;
    const length = Atomics.load(new Int32Array(memory.records, 0, 1), 0);
    const copy = values.slice(0, values[HEADER.used]);
    const isConsistent = before % 2 === 0 && before === values[HEADER.sequence];
    // A thread that was terminated amid a change leaves it unfinished.
    if (!isConsistent && attempt < 1000) continue;
    const fresh = Uint8Array.from(new Uint8Array(memory.records, 4 + thread.bytes, length - thread.bytes));
    thread.bytes = length;
    thread.reading.append(new TextDecoder().decode(fresh));
    return copy;
  }
};

/**
 * The numbers of worker threads. They are read where they lie: neither a busy nor an ended thread matters.
 *
 * ```ts no-run
 * const threads = new ThreadSource();
 * const memory = threads.memory();
 * const worker = new Worker(file, { workerData: { memory } }); // there: createMetrics({ arena: sharedArena(memory) })
 * worker.once('exit', () => threads.ended(memory));
 * ```
 */
export class ThreadSource implements MetricsSource {
  readonly #threads = new Map<SharedArenaMemory, Thread>();

  /** Memory for one more thread. */
  memory(options: SharedArenaOptions = {}): SharedArenaMemory {
    const memory = createSharedMemory(options);
    this.#threads.set(memory, { memory, reading: new ArenaReading(), left: undefined, bytes: 0 });
    return memory;
  }

  /** Says that a thread has ended: its counters stay, its memory goes, and so do its gauges of what is live. */
  ended(memory: SharedArenaMemory): void {
    const thread = this.#threads.get(memory);
    if (thread?.memory === undefined) return;
    const left = copyOf(thread, memory);
    if (left === undefined) this.#threads.delete(memory);
    else this.#threads.set(memory, { ...thread, memory: undefined, left });
  }

  contribute(page: MergedPage): void {
    for (const thread of this.#threads.values()) {
      const { memory, left, reading } = thread;
      const values = memory === undefined ? left : copyOf(thread, memory);
      if (values === undefined) continue;
      reading.contribute(page, values, { pid: process.pid, isAlive: memory !== undefined });
    }
  }
}
