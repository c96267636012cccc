import type { Milliseconds } from '@oslofjord/config';
import { KeyError } from '../../errors.ts';
import type { Cluster } from './cluster.ts';

/** Options of a client's write. */
export interface ClientSetOptions {
  /** After which the server drops the value. @default never */
  readonly ttl?: Milliseconds;
  /** Only where there is no value yet. @default false */
  readonly isNew?: boolean;
}

const LONGEST_KEY = 250;
const KEY = /^[!-~]+$/u;

const checked = (key: string): string => {
  if (key.length <= LONGEST_KEY && KEY.test(key)) return key;
  throw new KeyError(
    `${JSON.stringify(key.slice(0, 40))} is no key of memcached; use at most ${String(LONGEST_KEY)} printable ASCII characters without blanks, or hash it`,
  );
};

/**
 * A client for memcached servers that knows nothing of entries: keys and bytes, for what is no cache of values.
 * Requests follow each other on one connection per server without waiting; all methods may be called concurrently.
 * Every method rejects with `BackendError` when the server fails, and with `KeyError` for keys memcached cannot hold.
 */
export class MemcachedClient implements AsyncDisposable {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The bytes of a key; undefined when there are none. */
  async get(key: string): Promise<Buffer | undefined> {
    const host = this.#cluster.hostFor(checked(key));
    try {
      const item = await host.connectionFor(key).get(key);
      host.succeed();
      return item?.bytes;
    } catch (error) {
      this.#cluster.judge(host, error);
      throw error;
    }
  }

  /** The bytes of keys in their order, in one request to each server. */
  async getMany(keys: readonly string[]): Promise<(Buffer | undefined)[]> {
    const places = this.#cluster.placesByHost(keys.map(checked));
    const found: (Buffer | undefined)[] = Array.from({ length: keys.length });
    await Promise.all(
      Array.from(places, async ([host, own]) => {
        const wanted = own.map((place) => keys[place] ?? '');
        const items = await this.#cluster.on(host, wanted[0] ?? '', (connection) =>
          connection.getMany(wanted),
        );
        for (const [at, place] of own.entries()) found[place] = items[at]?.bytes;
      }),
    );
    return found;
  }

  /** Stores bytes, or a text as UTF-8; tells whether it did, which only `isNew` can prevent. */
  async set(key: string, value: Buffer | string, { ttl, isNew }: ClientSetOptions = {}): Promise<boolean> {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    const host = this.#cluster.hostFor(checked(key));
    try {
      const isStored = await host.connectionFor(key).set(key, bytes, { flags: 0, ttl, isNew });
      host.succeed();
      return isStored;
    } catch (error) {
      this.#cluster.judge(host, error);
      throw error;
    }
  }

  /** Removes a key; tells whether it was there. */
  async delete(key: string): Promise<boolean> {
    const host = this.#cluster.hostFor(checked(key));
    return this.#cluster.on(host, key, async (connection) => connection.delete(key));
  }

  /** Gives a value another time to live; tells whether there is one. */
  async touch(key: string, ttl: Milliseconds): Promise<boolean> {
    const host = this.#cluster.hostFor(checked(key));
    return this.#cluster.on(host, key, async (connection) => connection.touch(key, ttl));
  }

  /** Lets what was asked be answered, then ends the connections; any number of times. */
  async close(): Promise<void> {
    await Promise.all(this.#cluster.hosts.map(async (host) => host.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
