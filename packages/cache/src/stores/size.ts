import type { Bytes } from '@oslofjord/config';

const POINTER = 8;
const HEADER = 24;

/** An estimate of the memory a value takes in V8, good to about a factor of two; shared parts count once. */
export const sizeInMemory = (value: unknown, seen: Set<object> = new Set()): Bytes => {
  if (typeof value === 'string') return HEADER + value.length * 2;
  if (typeof value === 'bigint') return HEADER + value.toString(16).length / 2;
  if (typeof value !== 'object' || value === null) return POINTER;
  if (seen.has(value)) return POINTER;
  seen.add(value);
  if (ArrayBuffer.isView(value)) return HEADER * 4 + value.byteLength;
  let size = HEADER;
  if (value instanceof Map) {
    for (const [key, item] of value) size += POINTER * 3 + sizeInMemory(key, seen) + sizeInMemory(item, seen);
    return size;
  }
  if (Array.isArray(value) || value instanceof Set) {
    for (const item of value as Iterable<unknown>) size += POINTER + sizeInMemory(item, seen);
    return size;
  }
  for (const item of Object.values(value)) size += POINTER + sizeInMemory(item, seen);
  return size;
};
