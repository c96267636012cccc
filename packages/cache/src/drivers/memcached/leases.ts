import type { Milliseconds } from '@oslofjord/config';
import type { Lease, LeaseAnswer, LeaseRequest, Leases, WriteRequest } from '../../driver.ts';
import type { Entry } from '../../entry.ts';
import type { Cluster } from './cluster.ts';
import type { Connection, Item } from './connection.ts';

/** What leases need of the driver they belong to. */
export interface LeaseHost {
  readonly cluster: Cluster;
  nameOf(key: string): string;
  /** Undefined for bytes that cannot be read. */
  decode(item: Item, name: string): Entry | undefined;
  encode(entry: Entry, name: string): { readonly bytes: Buffer; readonly flags: number };
}

interface MemcachedLease extends Lease {
  readonly name: string;
  /** The number of the item that a commit replaces; undefined where only the lock protects it. */
  readonly cas: string | undefined;
  /** The name of the lock, where one was taken. */
  readonly lock: string | undefined;
  readonly ttl: Milliseconds;
  isOver: boolean;
}

const SHORTEST_PAUSE = 4;
const LONGEST_PAUSE = 40;

const pause = async (milliseconds: Milliseconds): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

const lockOf = (name: string): string => (name.startsWith('~') ? `!${name.slice(1)}` : `_lock${name}`);

const present = (entry: Entry, stale: Entry | undefined): boolean =>
  stale === undefined || entry.createdAt > stale.createdAt;

/**
 * Leases in memcached's own meta commands: reading an absent key leaves an empty item of which one client is told
 * that it is the winner. Its write names the item's number, which a deletion or another write takes away, so that
 * what was overtaken is never stored.
 */
export const metaLeases = (host: LeaseHost): Leases => {
  const { cluster } = host;

  const acquire = async (key: string, { ttl, stale }: LeaseRequest): Promise<LeaseAnswer> => {
    const name = host.nameOf(key);
    return cluster.for(name, async (connection): Promise<LeaseAnswer> => {
      const { item, cas, isWinner } = await leaseOn(connection, name, ttl);
      const granted = (lock: string | undefined): LeaseAnswer => {
        const lease: MemcachedLease = { key, name, cas, lock, ttl, isOver: false };
        return { state: 'granted', lease };
      };
      if (item === undefined) return isWinner ? granted(undefined) : { state: 'held' };
      const entry = host.decode(item, name);
      if (entry !== undefined && present(entry, stale)) return { state: 'present', entry };
      // Something old is there. A lock beside it tells who replaces it.
      const lock = lockOf(name);
      const isOurs = await connection.set(lock, Buffer.from('1'), { flags: 0, ttl, isNew: true });
      return isOurs ? granted(lock) : { state: 'held' };
    });
  };

  const leaseOn = async (
    connection: Connection,
    name: string,
    ttl: Milliseconds,
  ): ReturnType<NonNullable<Connection['lease']>> => {
    if (connection.lease === undefined) throw new TypeError('The connection has no leases');
    return connection.lease(name, ttl);
  };

  const commit = async (lease: Lease, entry: Entry, { ttl }: WriteRequest): Promise<boolean> => {
    const ours = lease as MemcachedLease;
    ours.isOver = true;
    const { bytes, flags } = host.encode(entry, ours.name);
    return cluster.for(ours.name, async (connection) => {
      const [isStored] = await Promise.all([
        connection.set(ours.name, bytes, { flags, ttl, cas: ours.cas }),
        ours.lock === undefined ? true : connection.delete(ours.lock),
      ]);
      return isStored;
    });
  };

  const release = async (lease: Lease): Promise<void> => {
    const ours = lease as MemcachedLease;
    if (ours.isOver) return;
    ours.isOver = true;
    await cluster.for(ours.name, async (connection) => {
      if (ours.lock === undefined) await connection.delete(ours.name, ours.cas);
      else await connection.delete(ours.lock);
    });
  };

  const renew = async (lease: Lease, { ttl }: LeaseRequest): Promise<void> => {
    const ours = lease as MemcachedLease;
    if (ours.isOver) return;
    await cluster.for(ours.name, async (connection) => connection.touch(ours.lock ?? ours.name, ttl));
  };

  const wait = async (key: string, { ttl, stale, signal }: LeaseRequest): Promise<void> => {
    const name = host.nameOf(key);
    const end = performance.now() + ttl;
    const isOver = async (connection: Connection): Promise<boolean> => {
      const [item, lock] = await Promise.all([
        leaseOn(connection, name, ttl),
        stale === undefined ? undefined : connection.get(lockOf(name)),
      ]);
      if (item.item === undefined) {
        // The lease ended without a value and has just become ours: give it back for the next to ask.
        if (item.isWinner) await connection.delete(name, item.cas);
        return item.isWinner;
      }
      const entry = host.decode(item.item, name);
      return (entry !== undefined && present(entry, stale)) || (stale !== undefined && lock === undefined);
    };
    for (let length = SHORTEST_PAUSE; performance.now() < end; length = Math.min(length * 2, LONGEST_PAUSE)) {
      await pause(length);
      if (signal?.aborted === true || (await cluster.for(name, isOver))) return;
    }
  };

  return { acquire, commit, release, renew, wait };
};

/**
 * Leases with nothing but locks beside the keys, for values that programs read which know nothing of empty items, and
 * for the binary protocol. A deletion by such a program during a creation is not noticed.
 */
export const lockLeases = (host: LeaseHost): Leases => {
  const { cluster } = host;

  const read = async (connection: Connection, name: string): Promise<Entry | undefined> => {
    const item = await connection.get(name);
    return item === undefined ? undefined : host.decode(item, name);
  };

  const acquire = async (key: string, { ttl, stale }: LeaseRequest): Promise<LeaseAnswer> => {
    const name = host.nameOf(key);
    return cluster.for(name, async (connection): Promise<LeaseAnswer> => {
      const lock = lockOf(name);
      const isOurs = await connection.set(lock, Buffer.from('1'), { flags: 0, ttl, isNew: true });
      // Looked at after the lock, so that what its former holder wrote is seen.
      const entry = await read(connection, name);
      if (entry !== undefined && present(entry, stale)) {
        if (isOurs) await connection.delete(lock);
        return { state: 'present', entry };
      }
      if (!isOurs) return { state: 'held' };
      const lease: MemcachedLease = { key, name, cas: undefined, lock, ttl, isOver: false };
      return { state: 'granted', lease };
    });
  };

  const commit = async (lease: Lease, entry: Entry, { ttl }: WriteRequest): Promise<boolean> => {
    const ours = lease as MemcachedLease;
    ours.isOver = true;
    const { bytes, flags } = host.encode(entry, ours.name);
    return cluster.for(ours.name, async (connection) => {
      // Whoever deletes or writes takes the lock away; taking it away ourselves tells whether it was still there.
      if (!(await connection.delete(ours.lock ?? ''))) return false;
      return connection.set(ours.name, bytes, { flags, ttl });
    });
  };

  const release = async (lease: Lease): Promise<void> => {
    const ours = lease as MemcachedLease;
    if (ours.isOver) return;
    ours.isOver = true;
    await cluster.for(ours.name, async (connection) => connection.delete(ours.lock ?? ''));
  };

  const renew = async (lease: Lease, { ttl }: LeaseRequest): Promise<void> => {
    const ours = lease as MemcachedLease;
    if (!ours.isOver)
      await cluster.for(ours.name, async (connection) => connection.touch(ours.lock ?? '', ttl));
  };

  const wait = async (key: string, { ttl, signal }: LeaseRequest): Promise<void> => {
    const name = host.nameOf(key);
    const end = performance.now() + ttl;
    for (let length = SHORTEST_PAUSE; performance.now() < end; length = Math.min(length * 2, LONGEST_PAUSE)) {
      await pause(length);
      const isFree = await cluster.for(
        name,
        async (connection) => (await connection.get(lockOf(name))) === undefined,
      );
      if (signal?.aborted === true || isFree) return;
    }
  };

  return { acquire, commit, release, renew, wait };
};

/** The names of the locks of these keys, which a deletion takes along. */
export const lockNames = (names: readonly string[]): readonly string[] => names.map(lockOf);
