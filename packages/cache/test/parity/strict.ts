import { resolve } from '@oslofjord/config';
import { cacheOptions } from '../../src/cache-options.ts';
import { driverFromConfig } from '../../src/from-config.ts';
import { dogpileKeys } from '../../src/keys/dogpile.ts';
import { sha1Mangler } from '../../src/keys/mangle.ts';
import { typedKey } from '../../src/keys/typed.ts';
import { memory } from '../../src/drivers/memory.ts';
import { nothingCached } from '../../src/drivers/null.ts';
import { NO_VALUE } from '../../src/entry.ts';
import { createRegion, type CacheRegion } from '../../src/region.ts';
import { coerced } from './coerced.ts';

/** What divergences.ts asks: things that one line of the oracle's protocol cannot, as they take several callers. */
export type DivergenceRequest =
  | { readonly op: 'share a key'; readonly calls: readonly [readonly unknown[], readonly unknown[]] }
  | {
      readonly op: 'creator calls';
      readonly callers: number;
      readonly form: 'one key' | 'several keys' | 'uncached' | 'failing' | 'null driver';
    }
  | { readonly op: 'value after creation'; readonly meanwhile: 'delete' | 'invalidate' }
  | { readonly op: 'is locked' }
  | { readonly op: 'argument'; readonly value: string }
  | { readonly op: 'driver'; readonly conf: Readonly<Record<string, unknown>> };

type Mode = 'oslo' | 'default';

const sleep = async (milliseconds: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, milliseconds);
  });

const regionOf = (mode: Mode, driver = memory()): CacheRegion =>
  createRegion({ driver, keyMangler: sha1Mangler, ...(mode === 'oslo' ? { compat: 'oslo' } : {}) });

const creatorCalls = async (
  mode: Mode,
  { callers, form }: DivergenceRequest & { readonly op: 'creator calls' },
): Promise<number> => {
  const region = regionOf(mode, form === 'null driver' ? nothingCached() : memory());
  let calls = 0;
  const create = async (): Promise<string> => {
    calls += 1;
    await sleep(2);
    if (form === 'failing') throw new Error('down');
    return 'value';
  };
  const one = async (): Promise<unknown> => {
    if (form !== 'several keys') {
      return region.getOrCreate('key', create, form === 'uncached' ? { shouldCache: () => false } : {});
    }
    return region.getOrCreateMulti(['a', 'b'], async (keys) => {
      const value = await create();
      return keys.map(() => value);
    });
  };
  await Promise.allSettled(Array.from({ length: callers }, one));
  return calls;
};

const valueAfter = async (mode: Mode, meanwhile: 'delete' | 'invalidate'): Promise<unknown> => {
  const region = regionOf(mode);
  const creating = region.getOrCreate('key', async () => {
    await sleep(5);
    return 'created before';
  });
  await sleep(1);
  if (meanwhile === 'delete') await region.delete('key');
  else region.invalidate();
  await creating;
  const found = await region.get('key');
  return found === NO_VALUE ? null : found;
};

const isLocked = async (mode: Mode): Promise<boolean> => {
  const region = regionOf(mode);
  const creating = region.getOrCreate('key', async () => sleep(5));
  await sleep(1);
  const locked = region.isLocked('key');
  await creating;
  return locked;
};

const driverOf = async (mode: Mode, conf: Readonly<Record<string, unknown>>): Promise<unknown> => {
  try {
    const cache = resolve(cacheOptions, { values: conf });
    await using driver = await driverFromConfig(cache, mode === 'oslo' ? { compat: 'oslo' } : {});
    return driver.name;
  } catch (error) {
    return { error: (error as Error).message.split('\n').at(-1)?.trim() };
  }
};

/** Answers as the given mode does. */
export const answerIn = async (mode: Mode, request: DivergenceRequest): Promise<unknown> => {
  switch (request.op) {
    case 'share a key': {
      const [one, other] = request.calls;
      const keyed = { module: 'm', name: 'f' };
      const keyOf =
        mode === 'oslo' ? dogpileKeys(keyed) : (args: readonly unknown[]): string => typedKey('f', args);
      return keyOf(one) === keyOf(other);
    }
    case 'creator calls':
      return creatorCalls(mode, request);
    case 'value after creation':
      return valueAfter(mode, request.meanwhile);
    case 'is locked':
      return isLocked(mode);
    case 'argument':
      return mode === 'oslo' ? coerced({ value: request.value }).value : request.value;
    case 'driver':
      return driverOf(mode, request.conf);
  }
};
