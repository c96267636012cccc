import { processStart } from './process-start.ts';
import type { Arena } from './arena.ts';
import { beginRegion, DEFAULT_SLOTS, regionArena } from './region.ts';

/** Memory that threads share: hand it to a worker thread in its `workerData`. */
export interface SharedArenaMemory {
  /** Header and slots. */
  readonly values: SharedArrayBuffer;
  /** Four bytes with the length, then records, a line each. */
  readonly records: SharedArrayBuffer;
}

/** How large shared memory is. Only what is used takes memory. */
export interface SharedArenaOptions {
  /** @default 4194304 */
  readonly slots?: number;
  /**
   * Bytes for names and labels.
   * @default 16777216
   */
  readonly recordBytes?: number;
}

/** @returns memory for the metrics of one worker thread; who keeps it can read them, also once the thread has ended */
export const createSharedMemory = ({
  slots = DEFAULT_SLOTS,
  recordBytes = 2 ** 24,
}: SharedArenaOptions = {}): SharedArenaMemory => ({
  values: new SharedArrayBuffer(slots * 8),
  records: new SharedArrayBuffer(recordBytes),
});

/** @returns an arena in shared memory, for the one registry that writes to it */
export const sharedArena = (memory: SharedArenaMemory): Arena => {
  const values = new Float64Array(memory.values);
  const length = new Int32Array(memory.records, 0, 1);
  const bytes = new Uint8Array(memory.records, 4);
  const encoder = new TextEncoder();
  beginRegion(values, { pid: process.pid, pidStart: processStart(process.pid) ?? 0 });
  return regionArena(values, (line) => {
    const used = Atomics.load(length, 0);
    const encoded = encoder.encode(`${line}\n`);
    if (used + encoded.length > bytes.length) return false;
    bytes.set(encoded, used);
    Atomics.store(length, 0, used + encoded.length);
    return true;
  });
};
