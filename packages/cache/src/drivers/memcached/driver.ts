import { parseDuration, type Duration } from '@oslofjord/config';
import { codecErrorChannel } from '../../channels.ts';
import type { EntryCodec } from '../../codecs/codec.ts';
import { jsonCodec } from '../../codecs/json.ts';
import type { Driver, DriverRequest, DriverSupports, Leases, WriteRequest } from '../../driver.ts';
import type { Entry } from '../../entry.ts';
import { BackendError, BackendRefusedError, CodecError } from '../../errors.ts';
import { safeName } from '../../keys/mangle.ts';
import type { Cluster } from './cluster.ts';
import type { Connection, Item } from './connection.ts';
import type { Host } from './host.ts';
import { lockLeases, lockNames, metaLeases, type LeaseHost } from './leases.ts';
import { clusterOf, type Connector, type MemcachedServersOptions } from './servers.ts';

/** Options of the drivers beyond those of their connections. */
export interface MemcachedBaseOptions extends MemcachedServersOptions {
  /** How entries are written. @default JSON */
  readonly codec?: EntryCodec;
  /** Drops entries after this time, whatever the region says. */
  readonly expireTime?: Duration;
}

const SUPPORTS: DriverSupports = { shared: true, persistent: false, copies: true, ttl: true, stores: true };

const LONGEST_NAME = 240;

/** What tells the drivers apart. */
export interface Flavour {
  readonly name: string;
  readonly connector: Connector;
  readonly hasMetaLeases: boolean;
}

/** Entries on memcached servers. */
export class MemcachedDriver implements Driver, LeaseHost {
  readonly name: string;
  readonly supports: DriverSupports = SUPPORTS;
  readonly cluster: Cluster;
  readonly leases: Leases;
  readonly #codec: EntryCodec;
  readonly #expireTime: number | undefined;
  readonly #deletesLocks: boolean;
  readonly #isReplicated: boolean;

  constructor(flavour: Flavour, options: MemcachedBaseOptions) {
    const { placement, codec = jsonCodec } = options;
    this.name = flavour.name;
    this.#codec = codec;
    this.#expireTime = options.expireTime === undefined ? undefined : parseDuration(options.expireTime);
    this.#isReplicated = placement === 'replicated';
    this.cluster = clusterOf(flavour.name, flavour.connector, options);
    this.#deletesLocks = !flavour.hasMetaLeases || codec.isForeign === true;
    this.leases = this.#deletesLocks ? lockLeases(this) : metaLeases(this);
  }

  nameOf(key: string): string {
    return safeName(key, LONGEST_NAME);
  }

  hostOf(key: string): string | undefined {
    const name = this.nameOf(key);
    return this.cluster.hosts.some(({ isAlive }) => isAlive) ? this.cluster.hostFor(name).name : undefined;
  }

  encode(entry: Entry, name: string): { readonly bytes: Buffer; readonly flags: number } {
    return { bytes: this.#codec.encode(entry, name), flags: this.#codec.flags ?? 0 };
  }

  decode({ bytes, flags }: Item, name: string): Entry | undefined {
    try {
      return this.#codec.decode(bytes, flags, name);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      if (codecErrorChannel.hasSubscribers) {
        codecErrorChannel.publish({ driver: this.name, message: error.message });
      }
      return undefined;
    }
  }

  async getMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    if (this.cluster.hosts.length === 1) return this.#getGroup(keys.map((key) => this.nameOf(key)));
    const names = keys.map((key) => this.nameOf(key));
    const entries: (Entry | undefined)[] = Array.from({ length: keys.length });
    const failed = new Set<number>();
    let failure: Error | undefined;
    await Promise.all(
      Array.from(this.cluster.placesByHost(names).values(), async (indices) => {
        try {
          const found = await this.#getGroup(indices.map((index) => names[index] ?? ''));
          for (const [at, index] of indices.entries()) entries[index] = found[at];
        } catch (error) {
          failure = error as Error;
          for (const index of indices) failed.add(index);
        }
      }),
    );
    if (failure === undefined) return entries;
    if (!(failure instanceof BackendError)) throw failure;
    const known = keys.flatMap((key, index) => (failed.has(index) ? [] : [[key, entries[index]] as const]));
    throw failure.withAnswers(new Map(known));
  }

  async #get(name: string): Promise<Entry | undefined> {
    return this.cluster.for(name, async (connection, host) => {
      const item = await connection.get(name);
      return this.#trusted(name, host, item === undefined ? undefined : this.decode(item, name));
    });
  }

  /** Reads names of one host. */
  async #getGroup(names: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    const [first] = names;
    if (first === undefined) return [];
    const host = this.cluster.hostFor(first);
    let items: readonly (Item | undefined)[];
    try {
      items = await this.cluster.on(host, first, async (connection) =>
        names.length === 1 ? [await connection.get(first)] : connection.getMany(names),
      );
    } catch (error) {
      if (host.isAlive) throw error;
      // The host has just died, and its names have several other hosts now.
      return Promise.all(names.map(async (name) => this.#get(name)));
    }
    const entries: (Entry | undefined)[] = [];
    let later: Promise<void>[] | undefined;
    for (const [index, item] of items.entries()) {
      const name = names[index] ?? '';
      const entry = this.#trusted(name, host, item === undefined ? undefined : this.decode(item, name));
      if (!(entry instanceof Promise)) {
        entries.push(entry);
        continue;
      }
      entries.push(undefined);
      later ??= [];
      later.push(
        entry.then((found) => {
          entries[index] = found;
        }),
      );
    }
    if (later !== undefined) await Promise.all(later);
    return entries;
  }

  /** An entry, unless another may have taken its place on another host while this one was dead. */
  #trusted(
    name: string,
    host: Host,
    entry: Entry | undefined,
  ): Entry | undefined | Promise<Entry | undefined> {
    if (this.#isReplicated) return entry ?? this.#fromReplicas(name, host);
    if (entry === undefined || !this.cluster.isDistrusted(host, entry.createdAt)) return entry;
    return this.#fromSubstitute(name, host);
  }

  /** What was written elsewhere while a host was dead. */
  async #fromSubstitute(name: string, host: Host): Promise<Entry | undefined> {
    const substitute = this.cluster.substituteFor(name, host);
    if (substitute === undefined) return undefined;
    const item = await this.cluster.on(substitute, name, async (connection) => connection.get(name));
    const entry = item === undefined ? undefined : this.decode(item, name);
    return entry !== undefined && entry.createdAt > host.distrustedUntil ? entry : undefined;
  }

  async #fromReplicas(name: string, asked: Host): Promise<Entry | undefined> {
    for (const host of this.cluster.hosts) {
      if (host === asked || !host.isAlive) continue;
      const item = await this.cluster.on(host, name, async (connection) => connection.get(name));
      if (item !== undefined) return this.decode(item, name);
    }
    return undefined;
  }

  async setMany(entries: ReadonlyMap<string, Entry>, { ttl }: WriteRequest = {}): Promise<void> {
    const lifetime = Math.min(ttl ?? Infinity, this.#expireTime ?? Infinity);
    const limit = lifetime === Infinity ? undefined : lifetime;
    if (entries.size === 1) {
      for (const [key, entry] of entries) await this.#set(key, entry, limit);
      return;
    }
    await settleAll(Array.from(entries, ([key, entry]) => this.#set(key, entry, limit)));
  }

  #set(key: string, entry: Entry, ttl: number | undefined): Promise<void> {
    const name = this.nameOf(key);
    const { bytes, flags } = this.encode(entry, name);
    return this.#everywhere(name, async (connection) => {
      if (this.#deletesLocks) this.#dropLock(connection, name);
      try {
        await connection.set(name, bytes, { flags, ttl });
      } catch (error) {
        // What was refused must not leave an older value behind.
        if (error instanceof BackendRefusedError) await connection.delete(name);
        throw error;
      }
    });
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    await settleAll(
      keys.map(async (key) => {
        const name = this.nameOf(key);
        await this.#everywhere(name, async (connection) => {
          if (this.#deletesLocks) this.#dropLock(connection, name);
          await connection.delete(name);
        });
      }),
    );
  }

  /** Takes a lock away with what is sent next, so that a creation under way is not stored. */
  #dropLock(connection: Connection, name: string): void {
    for (const lock of lockNames([name])) connection.delete(lock).catch(() => undefined);
  }

  /** Runs a write on the host of a name, or on all of them where each holds everything. */
  async #everywhere(name: string, write: (connection: Connection) => Promise<void>): Promise<void> {
    if (!this.#isReplicated) {
      await this.cluster.for(name, write);
      return;
    }
    const hosts = this.cluster.hosts.filter(({ isAlive }) => isAlive);
    if (hosts.length === 0) this.cluster.hostFor(name);
    await settleAll(hosts.map(async (host) => this.cluster.on(host, name, write)));
  }

  async check({ signal }: DriverRequest = {}): Promise<void> {
    signal?.throwIfAborted();
    await Promise.all(
      this.cluster.hosts.map(async (host) =>
        this.cluster.on(host, '', async (connection) => connection.check()),
      ),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.cluster.hosts.map(async (host) => host.close()));
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
