import type { Count, Milliseconds, Seconds } from '@oslofjord/config';
import { backendErrorChannel, hostChannel, type BackendErrorEvent } from '../channels.ts';
import type { Driver, Lease, LeaseAnswer, LeaseRequest, Leases, WriteRequest } from '../driver.ts';
import type { Entry } from '../entry.ts';
import { BackendError, BackendRefusedError, BackendSuspendedError } from '../errors.ts';

/** How a guard judges failures. */
export interface GuardOptions {
  /** Failures in a row after which the store is left alone; undefined where the driver judges its hosts itself. */
  readonly deadAfter?: Count | undefined;
  /** Between probes of a store that is left alone, and between repetitions of deletions it missed. */
  readonly probeInterval: Milliseconds;
  readonly now?: (() => Seconds) | undefined;
}

const MOST_REMEMBERED: Count = 10_000;

/**
 * What every network driver is wrapped in, so that all fail alike. A store that fails repeatedly is left alone and
 * probed in the background: no caller waits for it. Writes and deletions that it missed are remembered: what was
 * there before them is not read any more, and is deleted as soon as possible.
 */
export class GuardedDriver implements Driver {
  readonly name: string;
  readonly supports: Driver['supports'];
  readonly leases: Leases | undefined;
  readonly watch: Driver['watch'];
  readonly hostOf: Driver['hostOf'];
  readonly #driver: Driver;
  readonly #options: GuardOptions;
  readonly #now: () => Seconds;
  readonly #missed = new Map<string, Seconds>();
  #distrustedUntil: Seconds = Number.NEGATIVE_INFINITY;
  #failures: Count = 0;
  #isSuspended = false;
  #isClosed = false;
  #probe: NodeJS.Timeout | undefined;
  #repair: NodeJS.Timeout | undefined;

  constructor(driver: Driver, options: GuardOptions) {
    this.#driver = driver;
    this.#options = options;
    this.#now = options.now ?? ((): Seconds => Date.now() / 1000);
    this.name = driver.name;
    this.supports = driver.supports;
    this.watch = driver.watch?.bind(driver);
    this.hostOf = driver.hostOf?.bind(driver);
    this.leases = driver.leases === undefined ? undefined : this.#guardedLeases(driver.leases);
  }

  async #run<Answer>(
    operation: BackendErrorEvent['operation'],
    request: () => Promise<Answer>,
  ): Promise<Answer> {
    if (this.#isSuspended) throw new BackendSuspendedError(this.name);
    try {
      const answer = await request();
      this.#failures = 0;
      return answer;
    } catch (error) {
      this.#judge(operation, error);
      throw error;
    }
  }

  /** Tells of a failure of the store, and counts it. */
  #judge(operation: BackendErrorEvent['operation'], error: unknown): void {
    if (!(error instanceof BackendError)) return;
    if (backendErrorChannel.hasSubscribers) {
      const { host, code } = error;
      backendErrorChannel.publish({ driver: this.name, host, operation, code });
    }
    if (!(error instanceof BackendRefusedError)) this.#fail(error);
  }

  #fail(error: BackendError): void {
    const { deadAfter } = this.#options;
    if (deadAfter === undefined || this.#isSuspended || this.#isClosed) return;
    this.#failures += 1;
    if (this.#failures < deadAfter && error.isRetryable) return;
    this.#isSuspended = true;
    this.#tell('dead');
    this.#scheduleProbe();
  }

  #tell(state: 'alive' | 'dead'): void {
    if (hostChannel.hasSubscribers) hostChannel.publish({ driver: this.name, host: this.name, state });
  }

  #scheduleProbe(): void {
    this.#probe = setTimeout(() => {
      this.#driver.check().then(
        () => {
          this.#failures = 0;
          this.#isSuspended = false;
          this.#tell('alive');
          this.#repairNow();
        },
        () => {
          if (!this.#isClosed) this.#scheduleProbe();
        },
      );
    }, this.#options.probeInterval);
    this.#probe.unref();
  }

  /** Remembers that the store did not take these keys' latest state. */
  #miss(keys: Iterable<string>): void {
    const now = this.#now();
    for (const key of keys) {
      this.#missed.delete(key);
      this.#missed.set(key, now);
    }
    if (this.#missed.size > MOST_REMEMBERED) {
      // Too many to tell apart: nothing from before is trusted.
      this.#missed.clear();
      this.#distrustedUntil = now;
    }
    this.#scheduleRepair();
  }

  #scheduleRepair(): void {
    if (this.#repair !== undefined || this.#missed.size === 0 || this.#isClosed) return;
    this.#repair = setTimeout(() => {
      this.#repair = undefined;
      this.#repairNow();
    }, this.#options.probeInterval);
    this.#repair.unref();
  }

  /** Deletes what was missed; entries written meanwhile are not among them any more. */
  #repairNow(): void {
    if (this.#isSuspended || this.#missed.size === 0 || this.#isClosed) return;
    const missed = [...this.#missed];
    this.#driver.deleteMany(missed.map(([key]) => key)).then(
      () => {
        for (const [key, at] of missed) if (this.#missed.get(key) === at) this.#missed.delete(key);
      },
      () => {
        this.#scheduleRepair();
      },
    );
  }

  #isOutdated(key: string, entry: Entry): boolean {
    if (entry.createdAt <= this.#distrustedUntil) return true;
    const missedAt = this.#missed.get(key);
    return missedAt !== undefined && entry.createdAt <= missedAt;
  }

  getMany(keys: readonly string[], request?: WriteRequest): Promise<readonly (Entry | undefined)[]> {
    if (this.#isSuspended) return Promise.reject(new BackendSuspendedError(this.name));
    // One step of promises instead of #run's three: every read passes here.
    return this.#driver.getMany(keys, request).then(
      (entries) => {
        this.#failures = 0;
        return this.#trustsAll
          ? entries
          : entries.map((entry, index) => this.#trusted(keys[index] ?? '', entry));
      },
      (error: unknown) => {
        this.#judge('read', error);
        if (!(error instanceof BackendError) || error.answered === undefined) throw error;
        const known = Array.from(error.answered, ([key, entry]) => [key, this.#trusted(key, entry)] as const);
        throw error.withAnswers(new Map(known));
      },
    );
  }

  get #trustsAll(): boolean {
    return this.#missed.size === 0 && this.#distrustedUntil === Number.NEGATIVE_INFINITY;
  }

  #trusted(key: string, entry: Entry | undefined): Entry | undefined {
    return entry !== undefined && this.#isOutdated(key, entry) ? undefined : entry;
  }

  async setMany(entries: ReadonlyMap<string, Entry>, request?: WriteRequest): Promise<void> {
    try {
      await this.#run('write', async () => this.#driver.setMany(entries, request));
    } catch (error) {
      if (error instanceof BackendError) this.#miss(entries.keys());
      throw error;
    }
    for (const key of entries.keys()) this.#missed.delete(key);
  }

  async deleteMany(keys: readonly string[], request?: WriteRequest): Promise<void> {
    try {
      await this.#run('delete', async () => this.#driver.deleteMany(keys, request));
    } catch (error) {
      if (error instanceof BackendError) this.#miss(keys);
      throw error;
    }
  }

  #guardedLeases(leases: Leases): Leases {
    const acquire = async (key: string, request: LeaseRequest): Promise<LeaseAnswer> => {
      const answer = await this.#run('lease', async () => leases.acquire(key, request));
      if (answer.state !== 'present' || !this.#isOutdated(key, answer.entry)) return answer;
      return this.#run('lease', async () => leases.acquire(key, { ...request, stale: answer.entry }));
    };
    const commit = async (lease: Lease, entry: Entry, request: WriteRequest): Promise<boolean> => {
      try {
        const isStored = await this.#run('lease', async () => leases.commit(lease, entry, request));
        if (isStored) this.#missed.delete(lease.key);
        return isStored;
      } catch (error) {
        if (error instanceof BackendError) this.#miss([lease.key]);
        throw error;
      }
    };
    return {
      acquire,
      commit,
      renew: async (lease, request) => this.#run('lease', async () => leases.renew(lease, request)),
      release: async (lease) => this.#run('lease', async () => leases.release(lease)),
      wait: async (key, request) => this.#run('lease', async () => leases.wait(key, request)),
    };
  }

  async check(request?: WriteRequest): Promise<void> {
    await this.#run('read', async () => this.#driver.check(request));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#probe);
    clearTimeout(this.#repair);
    await this.#driver.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
