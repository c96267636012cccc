import type { Milliseconds } from '@oslofjord/config';
import type { Entry } from './entry.ts';

/** What a driver can do beyond storing. The conformance suite reads it to decide what to prove. */
export interface DriverSupports {
  /** Several processes see the same entries, each change at once. */
  readonly shared: boolean;
  /** Entries survive the process. */
  readonly persistent: boolean;
  /** What is read is a copy: changing it changes nothing stored. */
  readonly copies: boolean;
  /** Entries disappear after the `ttl` they were written with. */
  readonly ttl: boolean;
  /** What is written can be read back; false for the null driver. */
  readonly stores: boolean;
}

/** Options of one request to a driver. */
export interface DriverRequest {
  /** Ends the wait; what was sent may still take effect. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a write. */
export interface WriteRequest extends DriverRequest {
  /** After which the store itself drops the entries; absent: it keeps them. */
  readonly ttl?: Milliseconds | undefined;
}

/** The right to create one key's value, given to one caller of all processes at a time. */
export interface Lease {
  readonly key: string;
}

/** What asking for a lease answers: the value is there; it is ours to create; somebody else creates it. */
export type LeaseAnswer =
  | { readonly state: 'present'; readonly entry: Entry }
  | { readonly state: 'granted'; readonly lease: Lease }
  | { readonly state: 'held' };

/** Options of asking for a lease. */
export interface LeaseRequest extends DriverRequest {
  /** After which the lease ends by itself, unless renewed. */
  readonly ttl: Milliseconds;
  /** The entry that is known and too old: only a newer one counts as present. */
  readonly stale?: Entry | undefined;
}

/** Leases across processes. */
export interface Leases {
  acquire(key: string, request: LeaseRequest): Promise<LeaseAnswer>;
  /** Keeps a lease for another `ttl`. */
  renew(lease: Lease, request: LeaseRequest): Promise<void>;
  /** Writes the created entry, unless the key was deleted or written since the lease was granted; tells whether it was. */
  commit(lease: Lease, entry: Entry, request: WriteRequest): Promise<boolean>;
  /** Gives the lease up without a value. */
  release(lease: Lease): Promise<void>;
  /** Resolves when the key may have a value or its lease ended, at the latest after `ttl`. */
  wait(key: string, request: LeaseRequest): Promise<void>;
}

/** A running watch. */
export interface Watch {
  close(): Promise<void>;
}

/** Who wants to know of changes that others make. */
export interface Watcher {
  /** These keys were written or deleted. */
  changed(keys: readonly string[]): void;
  /** Anything may have changed: the connection was lost, or everything was deleted. */
  lost(): void;
  /** From now on `changed` is complete again. */
  resumed(): void;
}

/**
 * A store of entries: the one interface that regions, proxies and tiers speak. Batch first; a driver throws
 * `BackendError`, and what to do about that is the region's decision.
 */
export interface Driver extends AsyncDisposable {
  /** Its name in options and events. */
  readonly name: string;
  readonly supports: DriverSupports;
  /** The entries of keys, in their order; undefined where there is none. */
  getMany(keys: readonly string[], request?: DriverRequest): Promise<readonly (Entry | undefined)[]>;
  setMany(entries: ReadonlyMap<string, Entry>, request?: WriteRequest): Promise<void>;
  /** Idempotent: absent keys are no error. */
  deleteMany(keys: readonly string[], request?: DriverRequest): Promise<void>;
  /** The entry of a key at once. Only where no waiting is needed; undefined also means: ask `getMany`. */
  readonly peek?: ((key: string) => Entry | undefined) | undefined;
  readonly leases?: Leases | undefined;
  /** Tells of changes made by other processes. */
  readonly watch?: ((watcher: Watcher) => Watch) | undefined;
  /** Which server holds a key, where there are several. */
  readonly hostOf?: ((key: string) => string | undefined) | undefined;
  /** One request that fails when the store cannot be used. */
  check(request?: DriverRequest): Promise<void>;
  /** Ends connections and timers; any number of times. */
  close(): Promise<void>;
}

/** Wraps a driver: what a proxy is. Every request of a region passes through it, whatever the driver. */
export type Proxy = (driver: Driver) => Driver;
