import type { Count, Milliseconds, Seconds } from '@oslofjord/config';
import { hostChannel } from '../../channels.ts';
import { BackendError, BackendSuspendedError, ClosedError } from '../../errors.ts';
import type { Connection } from './connection.ts';

/** How a host's failures are judged. */
export interface HostOptions {
  readonly name: string;
  readonly driver: string;
  readonly connect: () => Connection;
  /** How many connections share the work; one is the fastest for small values. */
  readonly connections: Count;
  /** Failures in a row after which the host is dead. */
  readonly deadAfter: Count;
  /** Between probes of a dead host. */
  readonly probeInterval: Milliseconds;
  readonly now: () => Seconds;
}

/** One server: its connections, whether it is alive, and since when its entries can be trusted. */
export class Host {
  readonly name: string;
  readonly #options: HostOptions;
  readonly #connections: (Connection | undefined)[];
  #failures: Count = 0;
  #isDead = false;
  #isClosed = false;
  #probe: NodeJS.Timeout | undefined;
  #lastError: Error | undefined;
  /** Entries created until then may have been overwritten elsewhere while the host was dead. Seconds since 1970. */
  distrustedUntil: Seconds = Number.NEGATIVE_INFINITY;

  constructor(options: HostOptions) {
    this.name = options.name;
    this.#options = options;
    this.#connections = Array.from({ length: options.connections });
  }

  get isAlive(): boolean {
    return !this.#isDead;
  }

  /** The connection for a key; keys keep theirs, so that requests for one key stay in order. */
  connectionFor(key: string): Connection {
    if (this.#isClosed) throw new ClosedError(this.name);
    if (this.#isDead) throw new BackendSuspendedError(this.name, { cause: this.#lastError });
    const count = this.#connections.length;
    let slot = 0;
    if (count > 1) {
      for (let index = 0; index < key.length; index += 1) slot = (slot * 31 + key.charCodeAt(index)) >>> 0;
      slot %= count;
    }
    const known = this.#connections[slot];
    if (known?.isOpen === true) return known;
    const connection = this.#options.connect();
    this.#connections[slot] = connection;
    return connection;
  }

  /** A request was answered. */
  succeed(): void {
    this.#failures = 0;
  }

  /** A request failed; tells whether the host is dead now. */
  fail(error: Error): boolean {
    this.#lastError = error;
    if (this.#isDead || this.#isClosed) return this.#isDead;
    this.#failures += 1;
    const isHopeless = error instanceof BackendError && !error.isRetryable;
    if (this.#failures < this.#options.deadAfter && !isHopeless) return false;
    this.#die();
    return true;
  }

  #die(): void {
    this.#isDead = true;
    this.distrustedUntil = this.#options.now();
    this.#tell('dead');
    this.#scheduleProbe();
  }

  #tell(state: 'alive' | 'dead'): void {
    if (!hostChannel.hasSubscribers) return;
    hostChannel.publish({ driver: this.#options.driver, host: this.name, state });
  }

  #scheduleProbe(): void {
    this.#probe = setTimeout(() => {
      void this.#try();
    }, this.#options.probeInterval);
    this.#probe.unref();
  }

  async #try(): Promise<void> {
    const connection = this.#options.connect();
    try {
      await connection.ready;
      await connection.check();
      if (this.#isClosed) {
        await connection.close();
        return;
      }
      const [old] = this.#connections;
      old?.end(new BackendSuspendedError(this.name));
      this.#connections[0] = connection;
      this.#failures = 0;
      this.#isDead = false;
      this.#tell('alive');
    } catch (error) {
      connection.end(error as Error);
      if (!this.#isClosed) this.#scheduleProbe();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#probe);
    await Promise.all(this.#connections.map(async (connection) => connection?.close()));
  }
}
