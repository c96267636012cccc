import type { Milliseconds } from '@oslofjord/config';

/** A value as memcached holds it. */
export interface Item {
  readonly bytes: Buffer;
  readonly flags: number;
}

/** What reading for a lease finds. */
export interface LeasedItem {
  readonly item: Item | undefined;
  readonly cas: string;
  /** This client may create the value. */
  readonly isWinner: boolean;
}

/** Options of a write. */
export interface StoreOptions {
  readonly flags: number;
  readonly ttl: Milliseconds | undefined;
  /** Only while the item is the one of this number. */
  readonly cas?: string | undefined;
  /** Only where there is none. */
  readonly isNew?: boolean | undefined;
}

/** A connection to one memcached server, whatever the protocol. Keys are safe names. */
export interface Connection {
  readonly isOpen: boolean;
  get(key: string): Promise<Item | undefined>;
  getMany(keys: readonly string[]): Promise<readonly (Item | undefined)[]>;
  /** Tells whether it was stored; false when a condition did not hold. */
  set(key: string, bytes: Buffer, options: StoreOptions): Promise<boolean>;
  /** Tells whether it was there, and of this number. */
  delete(key: string, cas?: string): Promise<boolean>;
  /** Reads, and where there is nothing puts an empty item there for `ttl`; the protocol may not have it. */
  readonly lease?: ((key: string, ttl: Milliseconds) => Promise<LeasedItem>) | undefined;
  /** Gives an item another time to live. */
  touch(key: string, ttl: Milliseconds): Promise<boolean>;
  /** One request that changes nothing. */
  check(): Promise<void>;
  /** Called once, when the connection has ended. */
  onEnd: ((error: Error) => void) | undefined;
  readonly ready: Promise<void>;
  close(): Promise<void>;
  end(error: Error): void;
}

const THIRTY_DAYS = 30 * 24 * 60 * 60;

/** A time to live as memcached reads it: whole seconds, beyond thirty days a moment. 0: for ever. */
export const exptimeOf = (ttl: Milliseconds | undefined): number => {
  if (ttl === undefined) return 0;
  const seconds = Math.max(1, Math.ceil(ttl / 1000));
  return seconds <= THIRTY_DAYS ? seconds : Math.floor(Date.now() / 1000) + seconds;
};
