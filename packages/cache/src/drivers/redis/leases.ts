import { randomBytes } from 'node:crypto';
import type { Milliseconds } from '@oslofjord/config';
import type { Lease, LeaseAnswer, LeaseRequest, Leases, WriteRequest } from '../../driver.ts';
import type { Entry } from '../../entry.ts';
import type { RedisConnection } from './connection.ts';

/** What leases need of the driver they belong to. */
export interface RedisLeaseHost {
  readonly connection: RedisConnection;
  nameOf(key: string): string;
  decode(bytes: Buffer, name: string): Entry | undefined;
  encode(entry: Entry, name: string): Buffer;
}

interface RedisLease extends Lease {
  readonly name: string;
  readonly token: string;
  /** What was stored when the lease was granted. */
  readonly former: Buffer | undefined;
  isOver: boolean;
}

/** The name of a key's lock; the braces put it into the key's slot of a cluster. */
export const lockOf = (name: string): string => `lock:{${name}}`;

// Stores a value if the lock is still ours and the key holds what it held when the lock was taken.
const COMMIT = `
if redis.call('get', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('del', KEYS[2])
local now = redis.call('get', KEYS[1])
if (now or '') ~= ARGV[2] then return 0 end
if ARGV[4] == '0' then redis.call('set', KEYS[1], ARGV[3])
else redis.call('set', KEYS[1], ARGV[3], 'PX', ARGV[4]) end
return 1`;

// Takes a lock if it is free, and reads the key after it, so that what the former holder wrote is seen.
const ACQUIRE = `
local got = redis.call('set', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2])
return {got and 1 or 0, redis.call('get', KEYS[1])}`;

const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

const RENEW = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0`;

const SHORTEST_PAUSE = 4;
const LONGEST_PAUSE = 40;

const pause = async (milliseconds: Milliseconds): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Leases by a lock beside each key that holds its owner's token, so that nobody frees another's. */
export const redisLeases = (host: RedisLeaseHost): Leases => {
  const { connection } = host;
  const script = async (
    source: string,
    keys: readonly string[],
    args: readonly (string | Buffer)[],
  ): Promise<number> => Number(await connection.evaluate(source, keys, args));

  const acquire = async (key: string, { ttl, stale }: LeaseRequest): Promise<LeaseAnswer> => {
    const name = host.nameOf(key);
    const token = randomBytes(12).toString('base64url');
    const answer = (await connection.evaluate(
      ACQUIRE,
      [name, lockOf(name)],
      [token, String(Math.ceil(ttl))],
    )) as [number, Buffer | null];
    const isOurs = answer[0] === 1;
    const former = answer[1] ?? undefined;
    const entry = former === undefined ? undefined : host.decode(former, name);
    const lease: RedisLease = { key, name, token, former, isOver: false };
    if (entry !== undefined && (stale === undefined || entry.createdAt > stale.createdAt)) {
      if (isOurs) await release(lease);
      return { state: 'present', entry };
    }
    return isOurs ? { state: 'granted', lease } : { state: 'held' };
  };

  const commit = async (lease: Lease, entry: Entry, { ttl }: WriteRequest): Promise<boolean> => {
    const ours = lease as RedisLease;
    ours.isOver = true;
    const args = [ours.token, ours.former ?? '', host.encode(entry, ours.name), String(Math.ceil(ttl ?? 0))];
    return (await script(COMMIT, [ours.name, lockOf(ours.name)], args)) === 1;
  };

  const release = async (lease: Lease): Promise<void> => {
    const ours = lease as RedisLease;
    if (ours.isOver) return;
    ours.isOver = true;
    await script(RELEASE, [lockOf(ours.name)], [ours.token]);
  };

  const renew = async (lease: Lease, { ttl }: LeaseRequest): Promise<void> => {
    const ours = lease as RedisLease;
    if (!ours.isOver) await script(RENEW, [lockOf(ours.name)], [ours.token, String(Math.ceil(ttl))]);
  };

  const wait = async (key: string, { ttl, signal }: LeaseRequest): Promise<void> => {
    const lock = lockOf(host.nameOf(key));
    const end = performance.now() + ttl;
    for (let length = SHORTEST_PAUSE; performance.now() < end; length = Math.min(length * 2, LONGEST_PAUSE)) {
      await pause(length);
      if (signal?.aborted === true || Number(await connection.call('EXISTS', lock)) === 0) return;
    }
  };

  return { acquire, commit, release, renew, wait };
};
