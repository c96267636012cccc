import type { Arena, Slots } from './arena.ts';

/** Slots in a chunk of the heap. Larger series get a chunk of their own. */
const CHUNK = 8192;

/**
 * An arena in this process's memory. It grows by chunks, so that a handle may keep the array it writes to.
 */
export const heapArena = (): Arena => {
  let chunk = new Float64Array(512);
  let used = 0;
  let start = 0;
  const free = new Map<number, Slots[]>();
  return {
    allocate(length) {
      const reused = free.get(length)?.pop();
      if (reused !== undefined) return reused;
      if (used + length > chunk.length) {
        start += chunk.length;
        chunk = new Float64Array(Math.max(CHUNK, length));
        used = 0;
      }
      const offset = used;
      used += length;
      return { values: chunk, offset, position: start + offset };
    },
    release(slots, length) {
      slots.values.fill(0, slots.offset, slots.offset + length);
      const list = free.get(length);
      if (list === undefined) free.set(length, [slots]);
      else list.push(slots);
    },
    record: undefined,
  };
};
