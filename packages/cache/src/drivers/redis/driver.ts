import { codecErrorChannel } from '../../channels.ts';
import type { EntryCodec } from '../../codecs/codec.ts';
import type { Driver, DriverSupports, Leases, Watch, Watcher, WriteRequest } from '../../driver.ts';
import type { Entry } from '../../entry.ts';
import { CodecError } from '../../errors.ts';
import { hashedName } from '../../keys/mangle.ts';
import type { RedisClient } from './client.ts';
import type { RedisConnection } from './connection.ts';
import { lockOf, redisLeases, type RedisLeaseHost } from './leases.ts';
import { track } from './tracking.ts';

const SUPPORTS: DriverSupports = { shared: true, persistent: false, copies: true, ttl: true, stores: true };

const LONGEST_NAME = 1024;

/** What a name may not hold: half a character, which UTF-8 cannot write, and the braces of a cluster’s hash tags. */
const UNSAFE = /[\p{Surrogate}{}]/u;

/** A key as it is, where that is possible; else its hash. */
const nameOf = (key: string): string =>
  key === '' || key.length > LONGEST_NAME || key.startsWith('~') || UNSAFE.test(key) ? hashedName(key) : key;

/** What a Redis driver is made of. */
export interface RedisParts {
  readonly name: string;
  readonly connection: RedisConnection;
  readonly codec: EntryCodec;
  readonly prefix: string;
  /** Makes further connections, for tracking; absent where tracking is not possible. */
  readonly connect?: (() => RedisClient) | undefined;
}

/** Entries on a Redis or Valkey server, behind sentinels, or on a cluster. */
export class RedisDriver implements Driver, RedisLeaseHost {
  readonly name: string;
  readonly supports: DriverSupports = SUPPORTS;
  readonly connection: RedisConnection;
  readonly leases: Leases;
  readonly watch: ((watcher: Watcher) => Watch) | undefined;
  readonly #codec: EntryCodec;
  readonly #prefix: string;
  /** Keys whose names are hashes, so that what the server tells of can be told by key. */
  readonly #hashed = new Map<string, string>();

  constructor({ name, connection, codec, prefix, connect }: RedisParts) {
    this.name = name;
    this.connection = connection;
    this.#codec = codec;
    this.#prefix = prefix;
    this.leases = redisLeases(this);
    this.watch =
      connect === undefined
        ? undefined
        : (watcher): Watch =>
            track({ connect, prefix, keyOf: (safe) => this.#hashed.get(safe) ?? safe }, watcher);
  }

  nameOf(key: string): string {
    const safe = nameOf(key);
    if (safe !== key && this.watch !== undefined && this.#hashed.get(safe) === undefined) {
      this.#remember(safe, key);
    }
    return this.#prefix + safe;
  }

  #remember(safe: string, key: string): void {
    this.#hashed.set(safe, key);
    if (this.#hashed.size <= 100_000) return;
    for (const oldest of this.#hashed.keys()) {
      this.#hashed.delete(oldest);
      return;
    }
  }

  encode(entry: Entry, name: string): Buffer {
    return this.#codec.encode(entry, name);
  }

  decode(bytes: Buffer, name: string): Entry | undefined {
    try {
      return this.#codec.decode(bytes, this.#codec.flags ?? 0, name);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      if (codecErrorChannel.hasSubscribers) {
        codecErrorChannel.publish({ driver: this.name, message: error.message });
      }
      return undefined;
    }
  }

  async getMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    const names = keys.map((key) => this.nameOf(key));
    const values = await this.connection.read(names);
    return values.map((bytes, index) =>
      bytes === null ? undefined : this.decode(bytes, names[index] ?? ''),
    );
  }

  async setMany(entries: ReadonlyMap<string, Entry>, { ttl }: WriteRequest = {}): Promise<void> {
    const lifetime = ttl === undefined ? [] : ['PX', Math.max(1, Math.ceil(ttl))];
    await settleAll(
      Array.from(entries, async ([key, entry]) => {
        const name = this.nameOf(key);
        return this.connection.call('SET', name, this.encode(entry, name), ...lifetime);
      }),
    );
  }

  /** Takes the locks along, so that a creation under way is not stored. */
  async deleteMany(keys: readonly string[]): Promise<void> {
    await settleAll(
      keys.map(async (key) => {
        const name = this.nameOf(key);
        await this.connection.call('DEL', name, lockOf(name));
      }),
    );
  }

  async check(): Promise<void> {
    await this.connection.check();
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Waits for all, then throws the first error. */
const settleAll = async (work: readonly Promise<unknown>[]): Promise<void> => {
  for (const outcome of await Promise.allSettled(work))
    if (outcome.status === 'rejected') throw outcome.reason;
};
