import { fromWire, NO_VALUE } from '../../src/entry.ts';
import type { Clock } from '../../src/clock.ts';
import type { Driver, Proxy } from '../../src/driver.ts';
import { dict } from '../../src/drivers/dict.ts';
import { memory } from '../../src/drivers/memory.ts';
import { nothingCached } from '../../src/drivers/null.ts';
import { sha1Mangler } from '../../src/keys/mangle.ts';
import { createRegion, type CacheRegion } from '../../src/region.ts';
import { backendArguments, optionsOf, optionsTable } from './configuration.ts';
import { coerced } from './coerced.ts';
import { generatedKey } from './generated-key.ts';
import { PythonError, shownError } from './python-errors.ts';

type Request = Readonly<Record<string, unknown>>;

interface Held {
  readonly region: CacheRegion;
  readonly mangle: (key: string) => string;
  readonly driver: Driver;
  /** Keys written below the serializer by `raw_set`; reading one fails as it does in Python. */
  readonly unserialized: Set<string> | undefined;
}

const START = 1_700_000_000;

const shown = (value: unknown): unknown => (value === NO_VALUE ? { $: 'NO_VALUE' } : value);

/** What reading an object fails with, where the backend expects the bytes it serializes to. */
const unserializedError = (): PythonError =>
  new PythonError('AttributeError', "'CachedValue' object has no attribute 'partition'");

/** A backend that serializes: fails to read what was put into it unserialized. */
const serializing =
  (unserialized: Set<string>): Proxy =>
  (driver) => ({
    name: driver.name,
    supports: driver.supports,
    getMany: async (keys) => {
      if (keys.some((key) => unserialized.has(key))) throw unserializedError();
      return driver.getMany(keys);
    },
    setMany: async (entries, request) => {
      for (const key of entries.keys()) unserialized.delete(key);
      await driver.setMany(entries, request);
    },
    deleteMany: async (keys) => {
      for (const key of keys) unserialized.delete(key);
      await driver.deleteMany(keys);
    },
    check: async () => driver.check(),
    close: async () => driver.close(),
    [Symbol.asyncDispose]: async () => driver.close(),
  });

/** One process of the oracle: its regions and its clock. `mode` chooses what of ours answers. */
export class Session {
  readonly #regions = new Map<string, Held>();
  readonly #compat: 'oslo' | undefined;
  #now = START;

  constructor(mode: 'oslo' | 'default' = 'oslo') {
    this.#compat = mode === 'oslo' ? 'oslo' : undefined;
  }

  async answer(request: Request): Promise<unknown> {
    try {
      return { r: await this.#do(request) };
    } catch (error) {
      return shownError(error);
    }
  }

  async #do(request: Request): Promise<unknown> {
    switch (request.op) {
      case 'region':
        return this.#region(request);
      case 'clock':
        this.#now = Number(request.now);
        return this.#now;
      case 'advance':
        this.#now += Number(request.by);
        return this.#now;
      case 'key_generator':
        return generatedKey(request);
      case 'mangle':
        return sha1Mangler(request.key as string);
      case 'config':
        return backendArguments(request.conf as Request);
      case 'options':
        return optionsTable();
      case 'coerce':
        return coerced(request.d as Request);
      default:
        return this.#use(request);
    }
  }

  #region(request: Request): boolean {
    const isOslo = request.oslo === true;
    const options = isOslo ? optionsOf((request.conf ?? {}) as Request) : undefined;
    const chosen =
      options === undefined ? request.backend : options.enabled ? options.backend : 'dogpile.cache.null';
    const backend = (chosen ?? 'dogpile.cache.memory') as string;
    const args = (request.args ?? {}) as { expiration_time?: number };
    const unserialized = backend === 'dogpile.cache.memory_pickle' ? new Set<string>() : undefined;
    const driver = this.#driver(backend, args);
    const clock: Clock = { now: () => this.#now, coarse: () => this.#now };
    const given = options?.expirationTime ?? (request.expiration_time as number | null | undefined);
    const region = createRegion({
      clock,
      ...(this.#compat === undefined ? {} : { compat: this.#compat }),
      ...(isOslo ? { keyMangler: sha1Mangler } : {}),
      onBackendError: 'throw',
      expirationTime: given ?? -1,
      driver,
      wrap: unserialized === undefined ? [] : [serializing(unserialized)],
    });
    const mangle = isOslo ? sha1Mangler : (key: string): string => key;
    this.#regions.set((request.id ?? 'r') as string, { region, driver, unserialized, mangle });
    return true;
  }

  #driver(backend: string, { expiration_time: lifetime = 0 }: { readonly expiration_time?: number }): Driver {
    switch (backend) {
      case 'dogpile.cache.memory':
        return memory({ maxEntries: Infinity });
      case 'dogpile.cache.memory_pickle':
        return memory({ maxEntries: Infinity, isolation: 'clone' });
      case 'dogpile.cache.null':
        return nothingCached();
      case 'oslo_cache.dict':
        return dict({ expirationTime: lifetime, now: () => Math.floor(this.#now) * 1000 });
      default:
        throw new PythonError('PluginNotFound', `Couldn't find cache plugin to load: ${backend}`);
    }
  }

  async #use(request: Request): Promise<unknown> {
    const held = this.#regions.get((request.id ?? 'r') as string);
    const op = request.op as string;
    if (!Object.hasOwn(OPERATIONS, op)) throw new PythonError('ValueError', `unknown op ${op}`);
    const operation = OPERATIONS[op];
    if (operation === undefined || held === undefined) {
      const attribute = ATTRIBUTES[op] ?? op;
      throw new PythonError('AttributeError', `'NoneType' object has no attribute '${attribute}'`);
    }
    return operation(held, request);
  }
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  metadata: 'get_value_metadata',
  raw_set: 'key_mangler',
};

const readOptions = (request: Request): { expirationTime?: number; ignoreExpiration: boolean } => {
  const given = request.expiration_time as number | null | undefined;
  return {
    ...(given === null || given === undefined ? {} : { expirationTime: given }),
    ignoreExpiration: request.ignore_expiration === true,
  };
};

const keyOf = (request: Request): string => request.key as string;

const keysOf = (request: Request): readonly string[] => request.keys as readonly string[];

type Operation = (held: Held, request: Request) => Promise<unknown>;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  get: async ({ region }, request) => shown(await region.get(keyOf(request), readOptions(request))),
  get_multi: async ({ region }, request) =>
    (await region.getMulti(keysOf(request), readOptions(request))).map(shown),
  set: async ({ region }, request) => {
    await region.set(keyOf(request), request.value);
    return null;
  },
  set_multi: async ({ region }, request) => {
    await region.setMulti(new Map(Object.entries(request.mapping as Request)));
    return null;
  },
  delete: async ({ region }, request) => {
    await region.delete(keyOf(request));
    return null;
  },
  delete_multi: async ({ region }, request) => {
    await region.deleteMulti(keysOf(request));
    return null;
  },
  invalidate: ({ region }, request) => {
    region.invalidate({ hard: Boolean(request.hard ?? true) });
    return Promise.resolve(null);
  },
  metadata: async ({ region }, request) => {
    const found = await region.metadata(keyOf(request), readOptions(request));
    if (found === undefined) return null;
    const { payload, createdAt, age, version } = found;
    return { payload, ct: createdAt, age, v: version };
  },
  raw_set: async ({ driver, mangle, unserialized }, request) => {
    const entry = fromWire(request.payload, { ct: request.ct, v: request.v });
    const key = mangle(keyOf(request));
    await driver.setMany(new Map([[key, entry!]]));
    unserialized?.add(key);
    return true;
  },
  get_or_create: async ({ region }, request) => {
    let calls = 0;
    const script = request.creator as { readonly return?: unknown; readonly raise?: string };
    const create = (): unknown => {
      calls += 1;
      if (script.raise !== undefined) throw new PythonError('RuntimeError', script.raise);
      if (!('return' in script)) throw new PythonError('KeyError', "'return'");
      return script.return;
    };
    try {
      const value = await region.getOrCreate(keyOf(request), create, {
        ...readOptions(request),
        ...('should_cache' in request ? { shouldCache: () => Boolean(request.should_cache) } : {}),
      });
      return { value: shown(value), calls };
    } catch (error) {
      return { ...shownError(error), calls };
    }
  },
  get_or_create_multi: async ({ region }, request) => {
    const asked: string[] = [];
    const script = new Map(Object.entries(request.values as Request));
    const create = (keys: readonly string[]): readonly unknown[] => {
      asked.push(...keys);
      return keys.map((key) => {
        if (!script.has(key)) throw new PythonError('KeyError', `'${key}'`);
        return script.get(key);
      });
    };
    const values = await region.getOrCreateMulti(keysOf(request), create, readOptions(request));
    return { values: values.map(shown), asked };
  },
};
