import type { Arena, Slots } from './arena.ts';

/** Slots at the beginning of a region that say what it is. */
export const HEADER_SLOTS = 8;
/** Where in the header what stands. */
export const HEADER: Readonly<
  Record<'magic' | 'pid' | 'pidStart' | 'sequence' | 'used' | 'created', number>
> = { magic: 0, pid: 1, pidStart: 2, sequence: 3, used: 4, created: 5 };
/** Says that a region is one of ours, in the first version of the layout. */
export const MAGIC = 0x05_10_f1_01;

/** How large a region is, unless said otherwise: 4 Mi slots, of which only those used take memory. */
export const DEFAULT_SLOTS = 4_194_304;

/** Who writes to a region. */
export interface RegionOwner {
  readonly pid: number;
  /** When that process started, in the system's own count; tells it from a later process with the same id. */
  readonly pidStart: number;
}

/** Writes the header of a new region. */
export const beginRegion = (values: Float64Array, { pid, pidStart }: RegionOwner): void => {
  values[HEADER.pid] = pid;
  values[HEADER.pidStart] = pidStart;
  values[HEADER.sequence] = 0;
  values[HEADER.used] = HEADER_SLOTS;
  values[HEADER.created] = Date.now();
  values[HEADER.magic] = MAGIC;
};

/**
 * An arena over memory of a fixed size that others can see. While records change, the sequence number in the header is
 * odd; who reads looks at it before and after.
 */
export const regionArena = (values: Float64Array, append: (line: string) => boolean): Arena => {
  const free = new Map<number, Slots[]>();
  return {
    allocate(length) {
      const reused = free.get(length)?.pop();
      if (reused !== undefined) return reused;
      const offset = values[HEADER.used] ?? 0;
      if (offset + length > values.length) return undefined;
      values[HEADER.used] = offset + length;
      return { values, offset, position: offset };
    },
    release(slots, length) {
      values.fill(0, slots.offset, slots.offset + length);
      const list = free.get(length);
      if (list === undefined) free.set(length, [slots]);
      else list.push(slots);
    },
    record(line) {
      values[HEADER.sequence] = (values[HEADER.sequence] ?? 0) + 1;
      try {
        return append(line);
      } finally {
        values[HEADER.sequence] = (values[HEADER.sequence] ?? 0) + 1;
      }
    },
  };
};
