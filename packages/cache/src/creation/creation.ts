import type { Creator, GetOrCreateOptions } from '../options.ts';

/** How a region makes missing values; one strategy per mode, chosen when the region is made. */
export interface Creation {
  /** @param stored the key as the driver knows it */
  getOrCreate(
    key: string,
    stored: string,
    creator: Creator<unknown>,
    options: GetOrCreateOptions<unknown> | undefined,
  ): Promise<unknown>;
  /** The values of keys in their order; `creator` is given the missing ones, each once, sorted. */
  getOrCreateMulti(
    keys: readonly string[],
    creator: MultiCreator<unknown>,
    options: GetOrCreateOptions<unknown> | undefined,
  ): Promise<unknown[]>;
  /** Running creations of these keys must not be stored any more. */
  forget(stored: readonly string[]): void;
  /** The same for every key. */
  forgetAll(): void;
  isLocked(stored: string): boolean;
  /** Resolves when creations in the background are over. */
  settled(): Promise<void>;
}

/** Makes the values of several keys, in their order. */
export type MultiCreator<Value> = (
  keys: readonly string[],
) => readonly Value[] | PromiseLike<readonly Value[]>;

/** Orders strings as Python does: by code points. */
export const byCodePoints = (one: string, other: string): number => {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const a = one.charCodeAt(index);
    const b = other.charCodeAt(index);
    if (a === b) continue;
    const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
    return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1;
  }
  return one.length - other.length;
};
