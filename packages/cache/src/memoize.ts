import type { CacheRegion } from './region.ts';
import { NO_VALUE, type NoValue } from './entry.ts';
import { KeyError, UnknownGroupError } from './errors.ts';
import { dogpileKeys, dogpileMultiKeys, type ToText } from './keys/dogpile.ts';
import { typedKey } from './keys/typed.ts';
import { secondsOf, type CreationOptions, type ExpirationOption } from './options.ts';

/** A function whose values are cached, with ways around the cache. Each takes the arguments of a call. */
export interface Memoized<Args extends unknown[], Value> {
  (...args: Args): Promise<Value>;
  /** Stores a value as if the function had answered it. */
  set(value: Value, ...args: Args): Promise<void>;
  /** Removes the value of a call. */
  invalidate(...args: Args): Promise<void>;
  /** Calls the function and stores what it answers. */
  refresh(...args: Args): Promise<Value>;
  /** What is cached for a call. */
  get(...args: Args): Promise<Value | NoValue>;
  /** The function itself, uncached. */
  original(...args: Args): Promise<Value>;
  /** The key of a call. */
  key(...args: Args): string;
}

/** Options of a memoized function. */
export interface MemoizeOptions<Args extends unknown[], Value> extends CreationOptions {
  /** Keeps functions of the same name apart, and new versions of one from old. */
  readonly namespace?: string;
  /** The function's name in keys. @default its own name; required for anonymous functions */
  readonly name?: string;
  /** What stands before the name in keys of mode 'dogpile': the Python module. @default '__main__' */
  readonly module?: string;
  /** How arguments are written in keys of mode 'dogpile'. @default as Python's str */
  readonly toText?: ToText;
  /** Makes the key of a call, instead of the region's way. */
  readonly keyOf?: (...args: Args) => string;
  /** Read at each call. */
  readonly expiration?: () => ExpirationOption | undefined;
  /** Whether a value is stored. */
  readonly shouldCache?: (value: Value) => boolean;
  readonly tags?: (...args: Args) => readonly string[];
  /** Whether this call goes past the cache, reads included. Read at each call. @default never */
  readonly bypassReads?: () => boolean;
}

const nameOf = (fn: { readonly name: string }, name: string | undefined): string => {
  const chosen = name ?? fn.name;
  if (chosen === '') {
    throw new KeyError('A memoized function without a name needs the option name, for its keys');
  }
  return chosen;
};

const keyMaker = <Args extends unknown[], Value>(
  region: CacheRegion,
  fn: (...args: Args) => unknown,
  options: MemoizeOptions<Args, Value>,
): ((...args: Args) => string) => {
  if (options.keyOf !== undefined) return options.keyOf;
  const { namespace, module = '__main__', toText } = options;
  const name = nameOf(fn, options.name);
  if (region.options.keys === 'dogpile') {
    const generate = dogpileKeys({ module, name }, namespace, toText);
    return (...args) => generate(args);
  }
  const prefix = `${String(name.length)}:${name}${namespace === undefined ? '' : `|${String(namespace.length)}:${namespace}`}`;
  return (...args) => typedKey(prefix, args);
};

/**
 * Caches the values of a function in a region.
 * @parity dogpile.cache 1.5 CacheRegion.cache_on_arguments — differs: typed-keys
 * @throws KeyError for a function without a name, and at a call whose arguments make no key
 * @example
 * const getUser = memoize(region, async function getUser(id: string) { return load(id); });
 * await getUser('1');
 */
export const memoize = <Args extends unknown[], Value>(
  region: CacheRegion,
  fn: (...args: Args) => Value | PromiseLike<Value>,
  options: MemoizeOptions<Args, Value> = {},
): Memoized<Args, Value> => {
  const key = keyMaker(region, fn, options);
  const { expiration, tags, bypassReads, ...fixed } = options;
  const isFixed = Object.keys(fixed).every((name) =>
    ['namespace', 'name', 'module', 'toText', 'keyOf'].includes(name),
  );
  const original = async (...args: Args): Promise<Value> => fn(...args);

  const isPlain = isFixed && expiration === undefined && tags === undefined;
  const withOptions = async (args: Args, create: () => Value | PromiseLike<Value>): Promise<Value> =>
    region.getOrCreate(key(...args), create, {
      ...fixed,
      expirationTime: expiration?.() ?? options.expirationTime,
      tags: tags?.(...args),
    });

  const call = function (this: unknown, ...args: Args): Promise<Value> {
    if (bypassReads?.() === true) return original(...args);
    const create = (): Value | PromiseLike<Value> => fn.apply(this, args);
    // Without options of its own a hit is answered by the region's shortest way.
    if (isPlain) return region.getOrCreate(key(...args), create);
    return withOptions(args, create);
  };

  return Object.assign(call, {
    key,
    original,
    set: async (value: Value, ...args: Args) => region.set(key(...args), value, { tags: tags?.(...args) }),
    invalidate: async (...args: Args) => region.delete(key(...args)),
    refresh: async (...args: Args) => {
      const value = await fn(...args);
      await region.set(key(...args), value, { tags: tags?.(...args) });
      return value;
    },
    get: async (...args: Args) => region.get<Value>(key(...args)),
  });
};

/** A function of many arguments, one value each, whose values are cached one by one. */
export interface MemoizedMulti<Key, Value> {
  (...keys: readonly Key[]): Promise<Value[]>;
  set(values: ReadonlyMap<Key, Value>): Promise<void>;
  invalidate(...keys: readonly Key[]): Promise<void>;
  refresh(...keys: readonly Key[]): Promise<Value[]>;
  get(...keys: readonly Key[]): Promise<(Value | NoValue)[]>;
}

/**
 * Caches a function that makes several values at once; it is given only the arguments whose values are missing.
 * What it answers `NO_VALUE` for is not stored.
 * @parity dogpile.cache 1.5 CacheRegion.cache_multi_on_arguments — differs: typed-keys
 */
export const memoizeMulti = <Key, Value>(
  region: CacheRegion,
  fn: (...keys: readonly Key[]) => readonly Value[] | PromiseLike<readonly Value[]>,
  options: Omit<MemoizeOptions<[Key], Value>, 'tags' | 'bypassReads' | 'keyOf'> = {},
): MemoizedMulti<Key, Value> => {
  const { namespace, module = '__main__', toText, expiration, ...fixed } = options;
  const name = nameOf(fn, options.name);
  const generate =
    region.options.keys === 'dogpile'
      ? dogpileMultiKeys({ module, name }, namespace, toText)
      : (keys: readonly unknown[]): readonly string[] =>
          keys.map((key) => typedKey(`${name}*${namespace ?? ''}`, [key]));
  const call = async (...keys: readonly Key[]): Promise<Value[]> => {
    const names = generate(keys);
    const byName = new Map(names.map((each, index) => [each, keys[index] as Key]));
    const create = (missing: readonly string[]): readonly Value[] | PromiseLike<readonly Value[]> =>
      fn(...missing.map((each) => byName.get(each) as Key));
    return region.getOrCreateMulti(names, create, {
      ...fixed,
      expirationTime: expiration?.() ?? options.expirationTime,
      shouldCache: (value) =>
        (value as unknown) !== NO_VALUE && (fixed.shouldCache === undefined || fixed.shouldCache(value)),
    });
  };
  return Object.assign(call, {
    set: async (values: ReadonlyMap<Key, Value>) => {
      const keys = [...values.keys()];
      const names = generate(keys);
      await region.setMulti(new Map(names.map((each, index) => [each, values.get(keys[index] as Key)])));
    },
    invalidate: async (...keys: readonly Key[]) => region.deleteMulti(generate(keys)),
    refresh: async (...keys: readonly Key[]) => {
      const values = await fn(...keys);
      const names = generate(keys);
      await region.setMulti(new Map(names.map((each, index) => [each, values[index]])));
      return [...values];
    },
    get: async (...keys: readonly Key[]) => region.getMulti<Value>(generate(keys)),
  });
};

/** Where a group's switches are read, at each call: any object with groups by name, so that a reload counts. */
export interface SwitchSource {
  readonly values: Readonly<Record<string, unknown>>;
}

/** Which groups switch a memoizer. */
export interface MemoizerOptions {
  /** The group whose `caching` decides, when it is set, whether values are stored. */
  readonly group: string;
  /** The group whose `cacheTime`, in seconds, is their expiration time. @default group */
  readonly expirationGroup?: string;
  /** Whether a switched-off group's cached values are passed over as well. Oslo serves them. @default false */
  readonly bypassReads?: boolean;
}

/** What `memoizer` answers: memoizes functions under the switches of one group. */
export interface Memoizer {
  <Args extends unknown[], Value>(
    fn: (...args: Args) => Value | PromiseLike<Value>,
    options?: MemoizeOptions<Args, Value>,
  ): Memoized<Args, Value>;
  /** Whether values are stored now. */
  shouldCache(): boolean;
  /** The expiration time now; undefined: the region's. */
  getExpirationTime(): ExpirationOption | undefined;
}

const groupOf = (source: SwitchSource, name: string): Readonly<Record<string, unknown>> => {
  const group = source.values[name];
  if (typeof group !== 'object' || group === null) throw new UnknownGroupError(name);
  return group as Readonly<Record<string, unknown>>;
};

/**
 * Memoizes functions under the options `[cache] enabled`, `[group] caching` and `[group] cache_time`, which are read
 * at each call.
 * @parity oslo.cache 99a7493 core.py get_memoization_decorator — same
 */
export const memoizer = (source: SwitchSource, region: CacheRegion, options: MemoizerOptions): Memoizer => {
  const { group, expirationGroup = group, bypassReads = false } = options;
  const shouldCache = (): boolean => {
    if (groupOf(source, 'cache').enabled !== true) return false;
    return (groupOf(source, group).caching ?? true) === true;
  };
  const getExpirationTime = (): ExpirationOption | undefined => {
    const found = groupOf(source, expirationGroup);
    const time = found.cacheTime ?? found.cache_time;
    return time === undefined || time === null ? undefined : secondsOf(time as ExpirationOption);
  };
  const decorate = <Args extends unknown[], Value>(
    fn: (...args: Args) => Value | PromiseLike<Value>,
    own: MemoizeOptions<Args, Value> = {},
  ): Memoized<Args, Value> =>
    memoize(region, fn, {
      ...own,
      expiration: () => own.expiration?.() ?? own.expirationTime ?? getExpirationTime(),
      shouldCache: (value) => shouldCache() && (own.shouldCache === undefined || own.shouldCache(value)),
      bypassReads: () => own.bypassReads?.() === true || (bypassReads && !shouldCache()),
    });
  return Object.assign(decorate, { shouldCache, getExpirationTime });
};
