import type { Milliseconds } from '@oslofjord/config';
import type { Awaitable } from '../provider.ts';

/**
 * A second level shared by processes: anything that gets and sets values by key, such as a region of
 * `@oslofjord/cache`. What it answers when it has nothing does not matter, as long as it is no text of ours.
 */
export interface CacheRegion {
  get(key: string): Awaitable<unknown>;
  set(key: string, value: string): Awaitable<unknown>;
}

interface Envelope {
  readonly at: number;
  readonly value: unknown;
}

const parse = (text: unknown): Envelope | undefined => {
  if (typeof text !== 'string') return undefined;
  try {
    const { at, value } = JSON.parse(text) as { at?: unknown; value?: unknown };
    return typeof at === 'number' ? { at, value } : undefined;
  } catch {
    return undefined;
  }
};

/** How a value is written as JSON and read back. */
export interface Codec<T> {
  toJson(value: T): unknown;
  /** Undefined for what `toJson` cannot have written. */
  fromJson(value: unknown): T | undefined;
}

/** Reads through a region: what another process read less than `maxStale` ago is as good as our own reading. */
export const throughRegion = async <T>(
  region: CacheRegion | undefined,
  key: string,
  codec: Codec<T>,
  maxStale: Milliseconds,
  load: () => Promise<T>,
): Promise<{ readonly value: T; readonly age: Milliseconds }> => {
  if (region === undefined) return { value: await load(), age: 0 };
  const found = await Promise.resolve(region.get(key)).then(parse, () => undefined);
  if (found !== undefined) {
    const age = Math.max(0, Date.now() - found.at);
    const value = codec.fromJson(found.value);
    if (value !== undefined && age < maxStale) return { value, age };
  }
  return { value: await loadInto(region, key, codec, load), age: 0 };
};

/** Reads from the provider and leaves the value in the region for others; a region that fails is no reason to fail. */
export const loadInto = async <T>(
  region: CacheRegion | undefined,
  key: string,
  codec: Codec<T>,
  load: () => Promise<T>,
): Promise<T> => {
  const at = Date.now();
  const value = await load();
  if (region !== undefined) {
    const text = JSON.stringify({ at, value: codec.toJson(value) });
    await Promise.resolve(region.set(key, text)).catch(() => undefined);
  }
  return value;
};
