import type { Entry } from '../entry.ts';
import { BackendError } from '../errors.ts';
import type { Lease, LeaseAnswer } from '../driver.ts';
import type { ResolvedCreationOptions } from '../options.ts';
import type { Store } from '../store.ts';

/** What asking for the right to create answers; `unleased`: nobody can be asked, and nobody is kept from creating. */
export type LeasingAnswer = LeaseAnswer | { readonly state: 'unleased' };

const UNLEASED: LeasingAnswer = { state: 'unleased' };

/** The right to create, among processes: that of the driver where it has leases and works, everybody's otherwise. */
export class Leasing {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Asks for the right to create a key, or to replace the entry that is known. */
  async acquire(
    stored: string,
    known: Entry | undefined,
    { acrossProcesses }: ResolvedCreationOptions,
  ): Promise<LeasingAnswer> {
    const { leases } = this.#store.driver;
    if (leases === undefined || !acrossProcesses) return UNLEASED;
    try {
      return await leases.acquire(stored, { ttl: this.#store.options.leaseTime, stale: known });
    } catch (error) {
      this.#store.tolerate(error);
      return UNLEASED;
    }
  }

  /** Waits until the key may have a value or its lease ended. */
  async wait(stored: string, known: Entry | undefined): Promise<void> {
    try {
      await this.#store.driver.leases?.wait(stored, { ttl: this.#store.options.leaseTime, stale: known });
    } catch (error) {
      this.#store.tolerate(error);
    }
  }

  /** Renews a lease until told to stop. */
  keep(lease: Lease): () => void {
    const ttl = this.#store.options.leaseTime;
    const timer = setInterval(() => {
      const renewing = this.#store.driver.leases?.renew(lease, { ttl });
      renewing?.catch(() => undefined);
    }, ttl / 3);
    timer.unref();
    return () => {
      clearInterval(timer);
    };
  }

  /** Stores what was created, unless its lease is lost. */
  async commit(
    stored: string,
    entry: Entry,
    lease: Lease | undefined,
    options: ResolvedCreationOptions,
  ): Promise<void> {
    const { driver } = this.#store;
    if (lease === undefined || driver.leases === undefined) {
      await this.#store.write(new Map([[stored, entry]]), options);
      return;
    }
    try {
      this.#store.outdate([stored]);
      const isStored = await driver.leases.commit(lease, entry, { ttl: this.#store.ttlOf(options) });
      if (!isStored) this.#store.countVoided();
    } catch (error) {
      this.#store.tolerate(error);
    }
  }

  /** Gives up what was not committed. */
  async release(lease: Lease): Promise<void> {
    try {
      await this.#store.driver.leases?.release(lease);
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
    }
  }
}
