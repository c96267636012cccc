import { randomBytes } from 'node:crypto';
import type { Milliseconds } from '@oslofjord/config';
import { codecErrorChannel } from '../../channels.ts';
import type { EntryCodec } from '../../codecs/codec.ts';
import type {
  Driver,
  DriverSupports,
  Lease,
  LeaseAnswer,
  LeaseRequest,
  Leases,
  Watch,
  Watcher,
  WriteRequest,
} from '../../driver.ts';
import type { Entry } from '../../entry.ts';
import { CodecError } from '../../errors.ts';
import { type Gateway } from './gateway.ts';

const SUPPORTS: DriverSupports = { shared: true, persistent: true, copies: true, ttl: true, stores: true };
/** etcd's default limit is 128 operations in a transaction. */
const MOST_OPERATIONS = 100;
const LOCK = 'lock:';

interface KeyValue {
  readonly key: string;
  readonly value?: string;
  readonly mod_revision?: string;
}

interface EtcdLease extends Lease {
  readonly name: Buffer;
  readonly token: string;
  readonly leaseId: string;
  /** The revision the key had when the lease was granted; '0': none. */
  readonly revision: string;
  isOver: boolean;
}

const base64 = (bytes: Buffer | string): string => Buffer.from(bytes as string).toString('base64');

const pause = async (milliseconds: Milliseconds): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

const rangesOf = (answer: Record<string, unknown>): readonly (KeyValue | undefined)[] => {
  const responses = (answer.responses ?? []) as readonly {
    response_range?: { kvs?: readonly KeyValue[] };
  }[];
  return responses.map(({ response_range: range }) => range?.kvs?.[0]);
};

/** The key after all that begin with a prefix, as etcd wants it; a zero byte: all keys. */
const endOf = (prefix: Buffer): Buffer => {
  const end = Buffer.from(prefix);
  for (let index = end.length - 1; index >= 0; index -= 1) {
    const byte = end[index] ?? 0xff;
    if (byte === 0xff) continue;
    end[index] = byte + 1;
    return end.subarray(0, index + 1);
  }
  return Buffer.alloc(1);
};

/** Keys as bytes: UTF-8, or for keys with lone surrogates, which it cannot hold, a zero byte and UTF-16. */
const bytesOf = (key: string): Buffer =>
  !/\p{Surrogate}/u.test(key) && !key.startsWith('\u0000')
    ? Buffer.from(key, 'utf8')
    : Buffer.concat([Buffer.alloc(1), Buffer.from(key, 'utf16le')]);

const keyOf = (bytes: Buffer): string =>
  bytes[0] === 0 ? bytes.toString('utf16le', 1) : bytes.toString('utf8');

/** Entries in etcd. */
export class EtcdDriver implements Driver {
  readonly name = 'etcd';
  readonly supports: DriverSupports = SUPPORTS;
  readonly leases: Leases;
  readonly #gateway: Gateway;
  readonly #codec: EntryCodec;
  readonly #prefix: Buffer;
  readonly #granted = new Map<number, { readonly id: Promise<string>; readonly until: Milliseconds }>();

  constructor(gateway: Gateway, codec: EntryCodec, prefix: string) {
    this.#gateway = gateway;
    this.#codec = codec;
    this.#prefix = Buffer.from(prefix, 'utf8');
    this.leases = {
      acquire: async (key, request) => this.#acquire(key, request),
      commit: async (lease, entry, request) => this.#commit(lease as EtcdLease, entry, request),
      release: async (lease) => this.#release(lease as EtcdLease),
      renew: async (lease) => {
        await this.#gateway.ask('/v3/lease/keepalive', { ID: (lease as EtcdLease).leaseId });
      },
      wait: async (key, request) => this.#wait(key, request),
    };
  }

  /** The empty key means all keys to etcd, so a mark stands before every one that could be empty. */
  #nameOf(key: string): Buffer {
    const bytes = Buffer.concat([this.#prefix, bytesOf(key)]);
    return bytes.length === 0 ? Buffer.from('\u0000') : bytes;
  }

  #lockOf(name: Buffer): Buffer {
    return Buffer.concat([Buffer.from(`\u0000${LOCK}`), name]);
  }

  #decode({ key, value = '' }: KeyValue): Entry | undefined {
    try {
      const name = Buffer.from(key, 'base64').toString('latin1');
      return this.#codec.decode(Buffer.from(value, 'base64'), this.#codec.flags ?? 0, name);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      if (codecErrorChannel.hasSubscribers) {
        codecErrorChannel.publish({ driver: this.name, message: error.message });
      }
      return undefined;
    }
  }

  #encode(name: Buffer, entry: Entry): string {
    return base64(this.#codec.encode(entry, name.toString('latin1')));
  }

  /** Runs operations in transactions of bounded size, each of one round trip. */
  async #transact(operations: readonly unknown[]): Promise<readonly Record<string, unknown>[]> {
    const batches: (readonly unknown[])[] = [];
    for (let at = 0; at < operations.length; at += MOST_OPERATIONS) {
      batches.push(operations.slice(at, at + MOST_OPERATIONS));
    }
    return Promise.all(batches.map(async (success) => this.#gateway.ask('/v3/kv/txn', { success })));
  }

  async getMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    const names = keys.map((key) => base64(this.#nameOf(key)));
    const [only] = names;
    if (names.length === 1 && only !== undefined) {
      const { kvs } = (await this.#gateway.ask('/v3/kv/range', { key: only })) as {
        kvs?: readonly KeyValue[];
      };
      return [kvs?.[0] === undefined ? undefined : this.#decode(kvs[0])];
    }
    const unique = [...new Set(names)];
    const answers = await this.#transact(unique.map((key) => ({ request_range: { key } })));
    const found = answers.flatMap(rangesOf);
    const byName = new Map(unique.map((name, index) => [name, found[index]]));
    return names.map((name) => {
      const pair = byName.get(name);
      return pair === undefined ? undefined : this.#decode(pair);
    });
  }

  async setMany(entries: ReadonlyMap<string, Entry>, { ttl }: WriteRequest = {}): Promise<void> {
    if (entries.size === 0) return;
    const lease = ttl === undefined ? {} : { lease: await this.#leaseFor(ttl) };
    await this.#transact(
      Array.from(entries, ([key, entry]) => {
        const name = this.#nameOf(key);
        return { request_put: { key: base64(name), value: this.#encode(name, entry), ...lease } };
      }),
    );
  }

  /** A lease of etcd's for entries of one time to live; those of the next twentieth of it share it. */
  async #leaseFor(ttl: Milliseconds): Promise<string> {
    const seconds = Math.max(1, Math.ceil(ttl / 1000));
    const known = this.#granted.get(seconds);
    if (known !== undefined && performance.now() < known.until) return known.id;
    const slack = Math.floor(seconds / 20);
    const id = this.#grant(seconds + slack);
    if (slack > 0) {
      const granted = { id, until: performance.now() + slack * 1000 };
      this.#granted.set(seconds, granted);
      id.catch(() => {
        if (this.#granted.get(seconds) === granted) this.#granted.delete(seconds);
      });
    }
    return id;
  }

  async #grant(seconds: number): Promise<string> {
    const { ID } = await this.#gateway.ask('/v3/lease/grant', { TTL: seconds });
    return String(ID);
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const names = [...new Set(keys)].map((key) => this.#nameOf(key));
    await this.#transact(
      names.flatMap((name) => [
        { request_delete_range: { key: base64(name) } },
        { request_delete_range: { key: base64(this.#lockOf(name)) } },
      ]),
    );
  }

  async #acquire(key: string, { ttl, stale }: LeaseRequest): Promise<LeaseAnswer> {
    const name = this.#nameOf(key);
    const lock = base64(this.#lockOf(name));
    const token = randomBytes(12).toString('base64');
    const range = { request_range: { key: base64(name) } };
    const known = await this.#gateway.ask('/v3/kv/txn', {
      success: [{ request_range: { key: lock } }, range],
    });
    const [holder, before] = rangesOf(known);
    const present = before === undefined ? undefined : this.#decode(before);
    if (present !== undefined && (stale === undefined || present.createdAt > stale.createdAt)) {
      return { state: 'present', entry: present };
    }
    if (holder !== undefined) return { state: 'held' };
    const leaseId = await this.#grant(Math.max(1, Math.ceil(ttl / 1000)));
    const answer = await this.#gateway.ask('/v3/kv/txn', {
      compare: [{ key: lock, target: 'VERSION', version: '0', result: 'EQUAL' }],
      success: [{ request_put: { key: lock, value: token, lease: leaseId } }, range],
      failure: [range],
    });
    const pair = rangesOf(answer).find((found) => found !== undefined);
    const isOurs = answer.succeeded === true;
    const revision = pair?.mod_revision ?? '0';
    const lease: EtcdLease = { key, name, token, leaseId, revision, isOver: false };
    const entry = pair === undefined ? undefined : this.#decode(pair);
    if (entry !== undefined && (stale === undefined || entry.createdAt > stale.createdAt)) {
      if (isOurs) await this.#release(lease);
      return { state: 'present', entry };
    }
    if (isOurs) return { state: 'granted', lease };
    await this.#revoke(leaseId);
    return { state: 'held' };
  }

  async #commit(lease: EtcdLease, entry: Entry, { ttl }: WriteRequest): Promise<boolean> {
    lease.isOver = true;
    const { name, token, revision } = lease;
    const lock = base64(this.#lockOf(name));
    const key = base64(name);
    const expiry = ttl === undefined ? {} : { lease: await this.#leaseFor(ttl) };
    const answer = await this.#gateway.ask('/v3/kv/txn', {
      compare: [
        { key: lock, target: 'VALUE', value: token, result: 'EQUAL' },
        { key, target: 'MOD', mod_revision: revision, result: 'EQUAL' },
      ],
      success: [
        { request_put: { key, value: this.#encode(name, entry), ...expiry } },
        { request_delete_range: { key: lock } },
      ],
    });
    await this.#revoke(lease.leaseId);
    return answer.succeeded === true;
  }

  async #release(lease: EtcdLease): Promise<void> {
    if (lease.isOver) return;
    lease.isOver = true;
    await this.#revoke(lease.leaseId);
  }

  /** Ends a lease of etcd's, and with it the lock that hangs on it. */
  async #revoke(id: string): Promise<void> {
    await this.#gateway.ask('/v3/lease/revoke', { ID: id });
  }

  async #wait(key: string, { ttl, signal }: LeaseRequest): Promise<void> {
    const lock = base64(this.#lockOf(this.#nameOf(key)));
    const end = performance.now() + ttl;
    for (let length = 8; performance.now() < end; length = Math.min(length * 2, 50)) {
      await pause(length);
      if (signal?.aborted === true) return;
      const { kvs = [] } = (await this.#gateway.ask('/v3/kv/range', { key: lock, keys_only: true })) as {
        kvs?: readonly KeyValue[];
      };
      if (kvs.length === 0) return;
    }
  }

  watch(watcher: Watcher): Watch {
    let isClosed = false;
    let stop: (() => void) | undefined;
    let timer: NodeJS.Timeout | undefined;
    const isAll = this.#prefix.length === 0;
    const key = base64(isAll ? Buffer.alloc(1) : this.#prefix);
    const range = {
      key,
      range_end: base64(isAll ? Buffer.alloc(1) : endOf(this.#prefix)),
      progress_notify: true,
    };
    const start = (): void => {
      stop = this.#gateway.stream(
        '/v3/watch',
        { create_request: range },
        {
          line: ({ result }) => {
            const { created, events = [] } = (result ?? {}) as {
              created?: boolean;
              events?: readonly { kv: KeyValue }[];
            };
            if (created === true) watcher.resumed();
            const names = events.map(({ kv }) => Buffer.from(kv.key, 'base64'));
            const keys = names
              .filter((name) => name.indexOf(`\u0000${LOCK}`) !== 0)
              .map((name) => keyOf(name.subarray(this.#prefix.length)));
            if (keys.length > 0) watcher.changed(keys);
          },
          end: () => {
            if (isClosed) return;
            watcher.lost();
            timer = setTimeout(start, 250);
            timer.unref();
          },
        },
      );
    };
    start();
    return {
      close: () => {
        isClosed = true;
        clearTimeout(timer);
        stop?.();
        return Promise.resolve();
      },
    };
  }

  async check(): Promise<void> {
    await this.#gateway.ask('/v3/kv/range', { key: base64('\u0000check') });
  }

  close(): Promise<void> {
    this.#gateway.close();
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
