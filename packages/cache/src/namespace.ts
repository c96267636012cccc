import type { MultiCreator } from './creation/creation.ts';
import type { NoValue } from './entry.ts';
import type { Creator, GetOrCreateOptions, ReadOptions, SetOptions } from './options.ts';

/** What a namespace needs of its region. */
export interface NamespacedRegion {
  get<Value>(key: string, options?: ReadOptions): Promise<Value | NoValue>;
  set(key: string, value: unknown, options?: SetOptions): Promise<void>;
  delete(key: string): Promise<void>;
  getOrCreate<Value>(
    key: string,
    creator: Creator<Value>,
    options?: GetOrCreateOptions<Value>,
  ): Promise<Value>;
  getOrCreateMulti<Value>(
    keys: readonly string[],
    creator: MultiCreator<Value>,
    options?: GetOrCreateOptions<Value>,
  ): Promise<Value[]>;
  invalidateTags(tags: readonly string[]): Promise<void>;
}

/** A part of a region: keys that meet no other namespace's, all invalidated at once by one write. */
export class Namespace {
  readonly #region: NamespacedRegion;
  readonly #prefix: string;
  readonly #tag: string;

  constructor(region: NamespacedRegion, name: string) {
    this.#region = region;
    // The length keeps 'a' with key ':b' apart from 'a:' with key 'b'.
    this.#prefix = `${String(name.length)}:${name}:`;
    this.#tag = `namespace ${name}`;
  }

  #tagsWith(tags: readonly string[] = []): readonly string[] {
    return [this.#tag, ...tags];
  }

  async get<Value = unknown>(key: string, options?: ReadOptions): Promise<Value | NoValue> {
    return this.#region.get<Value>(this.#prefix + key, options);
  }

  async set(key: string, value: unknown, options: SetOptions = {}): Promise<void> {
    await this.#region.set(this.#prefix + key, value, { ...options, tags: this.#tagsWith(options.tags) });
  }

  async delete(key: string): Promise<void> {
    await this.#region.delete(this.#prefix + key);
  }

  async getOrCreate<Value>(
    key: string,
    creator: Creator<Value>,
    options: GetOrCreateOptions<Value> = {},
  ): Promise<Value> {
    return this.#region.getOrCreate(this.#prefix + key, creator, {
      ...options,
      tags: this.#tagsWith(options.tags),
    });
  }

  async getOrCreateMulti<Value>(
    keys: readonly string[],
    creator: MultiCreator<Value>,
    options: GetOrCreateOptions<Value> = {},
  ): Promise<Value[]> {
    const prefix = this.#prefix;
    return this.#region.getOrCreateMulti(
      keys.map((key) => prefix + key),
      (missing) => creator(missing.map((key) => key.slice(prefix.length))),
      { ...options, tags: this.#tagsWith(options.tags) },
    );
  }

  /** Makes everything in this namespace a miss, for all processes. */
  async invalidate(): Promise<void> {
    await this.#region.invalidateTags([this.#tag]);
  }
}
