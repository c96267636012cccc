import type { Milliseconds, Seconds } from '@oslofjord/config';
import { BackendError, CreatorTimeoutError, ExpirationTimeRequiredError } from '../errors.ts';
import { NO_VALUE, type Entry } from '../entry.ts';
import { judge, type Verdict } from '../freshness.ts';
import {
  resolveCreationOptions,
  secondsOf,
  type Creator,
  type CreatorContext,
  type GetOrCreateOptions,
  type ResolvedCreationOptions,
} from '../options.ts';
import type { Lease, LeaseRequest } from '../driver.ts';
import type { EntryParts, Found, Store } from '../store.ts';
import { byCodePoints, type Creation, type MultiCreator } from './creation.ts';
import { FailureMemory } from './failures.ts';
import { deadline, settledOrAborted } from './waiting.ts';

/** One creation under way, and everybody who waits for it. */
interface Flight {
  readonly promise: Promise<unknown>;
  readonly controller: AbortController;
  /** Its key was written, deleted or invalidated: what it creates is answered, but not stored. */
  isVoid: boolean;
}

/** What one call wants. */
interface Call {
  readonly key: string;
  readonly stored: string;
  readonly creator: Creator<unknown>;
  readonly written: GetOrCreateOptions<unknown>;
  readonly options: ResolvedCreationOptions;
}

const ABANDONED = Symbol('abandoned');

const NOTHING_WRITTEN: GetOrCreateOptions<unknown> = {};

/**
 * One creation per key at a time, whose value or error all callers share; across processes where the driver has
 * leases. What is deleted, written or invalidated during a creation is never overwritten by it.
 */
export class SharedCreation implements Creation {
  readonly #store: Store;
  readonly #flights = new Map<string, Flight>();
  readonly #failures: FailureMemory;
  readonly #background = new Set<Promise<unknown>>();

  constructor(store: Store) {
    this.#store = store;
    this.#failures = new FailureMemory();
  }

  async getOrCreate(
    key: string,
    stored: string,
    creator: Creator<unknown>,
    written: GetOrCreateOptions<unknown> = NOTHING_WRITTEN,
  ): Promise<unknown> {
    const { signal } = written;
    signal?.throwIfAborted();
    const options = resolveCreationOptions(written, this.#store.options);
    const call: Call = { key, stored, creator, written, options };
    for (;;) {
      const answer = await this.#attempt(call);
      if (answer !== ABANDONED) return answer;
      signal?.throwIfAborted();
    }
  }

  /** Answers from the cache or from a creation; `ABANDONED` when somebody else's creation failed unshared. */
  async #attempt(call: Call): Promise<unknown> {
    const { stored, written, options } = call;
    const reading = this.#store.read(stored, written.tags);
    const found =
      written.signal === undefined ? await reading : await settledOrAborted(reading, written.signal);
    const { entry } = found;
    const verdict = this.#judge(entry, options, written);
    if (verdict.state === 'fresh' && entry !== undefined) {
      this.#store.hits += 1;
      if (this.#isDueEarly(entry, options)) this.#refreshInBackground(call, entry, found);
      return entry.payload;
    }
    const stale = verdict.state === 'stale' && this.#mayServe(verdict, entry, options) ? entry : undefined;
    const flight = this.#flights.get(stored);
    if (flight !== undefined) return this.#join(flight, stale, call);

    const failure = this.#failures.recall(stored);
    if (failure !== undefined) {
      if (stale === undefined) throw failure.error;
      this.#store.staleHits += 1;
      return stale.payload;
    }
    this.#store.countMiss(found.reason ?? (verdict.state === 'fresh' ? 'absent' : verdict.reason));
    const { asyncCreationRunner } = this.#store.options;
    if (stale !== undefined && asyncCreationRunner !== undefined) {
      this.#handOn(call, stale);
      return stale.payload;
    }
    const started = this.#start(call, stale, found);
    if (stale !== undefined && options.staleFor !== undefined && options.timeout === undefined) {
      this.#store.staleHits += 1;
      return stale.payload;
    }
    return this.#wait(started, stale, call);
  }

  #judge(
    entry: Entry | undefined,
    options: ResolvedCreationOptions,
    written: GetOrCreateOptions<unknown>,
  ): Verdict {
    const { invalidation, clock } = this.#store.options;
    const expirationTime = this.#lifetimeOf(entry, options, written);
    const verdict = judge(entry, expirationTime, invalidation, clock.now());
    if (
      verdict.state === 'stale' &&
      verdict.reason === 'soft invalidated' &&
      options.expirationTime === undefined
    ) {
      throw new ExpirationTimeRequiredError();
    }
    return verdict;
  }

  /** An entry's own lifetime rules, unless this call allows less. */
  #lifetimeOf(
    entry: Entry | undefined,
    { expirationTime }: ResolvedCreationOptions,
    written: GetOrCreateOptions<unknown>,
  ): Seconds | undefined {
    if (entry?.lifetime === undefined) return expirationTime;
    if (written.expirationTime === undefined) return entry.lifetime;
    return expirationTime === undefined ? undefined : Math.min(expirationTime, entry.lifetime);
  }

  #mayServe(
    verdict: Verdict & { readonly state: 'stale' },
    entry: Entry | undefined,
    { staleFor, expirationTime }: ResolvedCreationOptions,
  ): boolean {
    if (staleFor === undefined || verdict.reason === 'soft invalidated') return true;
    const lifetime = entry?.lifetime ?? expirationTime;
    return lifetime === undefined || verdict.age <= lifetime + staleFor;
  }

  /** @see https://www.vldb.org/pvldb/vol8/p886-vattani.pdf algorithm XFetch */
  #isDueEarly(entry: Entry, { earlyRefresh, expirationTime }: ResolvedCreationOptions): boolean {
    const lifetime = entry.lifetime ?? expirationTime;
    if (earlyRefresh === 0 || entry.cost === undefined || lifetime === undefined) return false;
    const { clock, random } = this.#store.options;
    const lead = -entry.cost * earlyRefresh * Math.log(1 - random());
    return clock.now() + lead > entry.createdAt + lifetime;
  }

  #refreshInBackground(call: Call, entry: Entry, found: Found): void {
    if (this.#flights.has(call.stored) || this.#failures.recall(call.stored) !== undefined) return;
    this.#start(call, entry, found);
  }

  async #join(flight: Flight, stale: Entry | undefined, call: Call): Promise<unknown> {
    if (stale !== undefined && call.options.timeout === undefined) {
      this.#store.staleHits += 1;
      return stale.payload;
    }
    try {
      return await this.#wait(flight, stale, call);
    } catch (error) {
      if (call.options.shareFailure || error instanceof CreatorTimeoutError) throw error;
      if (call.written.signal?.aborted === true) throw error;
      return ABANDONED;
    }
  }

  /** Waits for a creation as long as this call's time limits allow; the old value stands in where it may. */
  async #wait(flight: Flight, stale: Entry | undefined, call: Call): Promise<unknown> {
    const { options, written } = call;
    const serveStale = (entry: Entry): unknown => {
      this.#store.staleHits += 1;
      return entry.payload;
    };
    const limit = stale === undefined ? undefined : options.timeout;
    const soft = limit === undefined ? undefined : deadline(limit);
    const hard = options.hardTimeout === undefined ? undefined : deadline(options.hardTimeout);
    try {
      const racers: Promise<unknown>[] = [flight.promise];
      if (soft !== undefined && stale !== undefined) racers.push(soft.promise.then(() => serveStale(stale)));
      if (hard !== undefined) {
        racers.push(hard.promise.then(() => this.#giveUp(flight, call.stored, options.hardTimeout ?? 0)));
      }
      const race = racers.length === 1 ? flight.promise : Promise.race(racers);
      return await (written.signal === undefined ? race : settledOrAborted(race, written.signal));
    } catch (error) {
      const isOurs = written.signal?.aborted === true;
      if (stale !== undefined && options.staleFor !== undefined && !isOurs) return serveStale(stale);
      throw error;
    } finally {
      soft?.clear();
      hard?.clear();
    }
  }

  #giveUp(flight: Flight, stored: string, milliseconds: Milliseconds): never {
    const error = new CreatorTimeoutError(milliseconds);
    flight.isVoid = true;
    if (this.#flights.get(stored) === flight) this.#flights.delete(stored);
    flight.controller.abort(error);
    throw error;
  }

  #handOn({ key, stored, creator }: Call, stale: Entry): void {
    const controller = new AbortController();
    let release: () => void = () => undefined;
    const promise = new Promise<unknown>((resolve) => {
      release = () => {
        if (this.#flights.get(stored) === flight) this.#flights.delete(stored);
        resolve(stale.payload);
      };
    });
    const flight: Flight = { promise, controller, isVoid: false };
    this.#flights.set(stored, flight);
    const context = this.#contextOf(key, controller.signal, stale, () => undefined);
    const create = async (): Promise<unknown> => this.#store.timed(() => creator(context));
    this.#store.options.asyncCreationRunner?.(key, create, { release });
  }

  #contextOf(
    key: string,
    signal: AbortSignal,
    stale: Entry | undefined,
    expireAfter: CreatorContext<unknown>['expireAfter'],
  ): CreatorContext<unknown> {
    return { key, signal, stale: stale === undefined ? NO_VALUE : stale.payload, expireAfter };
  }

  #start(call: Call, stale: Entry | undefined, found: Found): Flight {
    const controller = new AbortController();
    const state = { isVoid: false };
    const run = this.#run(call, stale, found, state, controller.signal);
    const { stored } = call;
    const flight: Flight = Object.assign(state, { promise: run, controller });
    this.#flights.set(stored, flight);
    const finish = (): void => {
      this.#store.outdate([stored]);
      if (this.#flights.get(stored) === flight) this.#flights.delete(stored);
      this.#background.delete(run);
    };
    this.#background.add(run);
    run.then(
      () => {
        finish();
        this.#failures.forget(stored);
      },
      (error: unknown) => {
        finish();
        this.#failures.remember(stored, error, call.options.failureBackOff);
      },
    );
    return flight;
  }

  async #run(
    call: Call,
    stale: Entry | undefined,
    found: Found,
    flight: { isVoid: boolean },
    signal: AbortSignal,
  ): Promise<unknown> {
    const { key, creator, stored, written, options } = call;
    const answered = await this.#lease(call, stale, found);
    if ('payload' in answered) return answered.payload;
    const { lease } = answered;
    const stopRenewing = lease === undefined ? undefined : this.#keep(lease);
    try {
      const { tags = [] } = written;
      const generations = tags.length === 0 ? undefined : await this.#store.tags.generations(tags);
      let lifetime: Seconds | undefined;
      const context = this.#contextOf(key, signal, stale, (duration) => {
        lifetime = secondsOf(duration);
      });
      const started = performance.now();
      const payload = await this.#store.timed(() => creator(context));
      const cost = (performance.now() - started) / 1000;
      this.#requireExpirationTime(options);
      const shouldCache = written.shouldCache === undefined || written.shouldCache(payload);
      if (!shouldCache || (tags.length > 0 && generations === undefined)) return payload;
      const parts: EntryParts = {
        lifetime: lifetime ?? this.#lifetimeFor(payload, options),
        cost: options.earlyRefresh > 0 ? cost : undefined,
        tags: generations,
      };
      const entry = this.#store.entryOf(await this.#store.valid(payload), parts);
      if (flight.isVoid) {
        this.#store.countVoided();
        return payload;
      }
      const storing = this.#commit(stored, entry, lease, options);
      // A caller whose read failed does not wait for a write to the same server.
      if (found.reason === 'backend error') this.#inBackground(storing);
      else await storing;
      return payload;
    } finally {
      stopRenewing?.();
      if (lease !== undefined) this.#inBackground(this.#release(lease));
    }
  }

  #lifetimeFor(payload: unknown, options: ResolvedCreationOptions): Seconds | undefined {
    const { expirationTime, jitter, negativeFor } = options;
    const isNegative = payload === null || payload === undefined;
    const base = isNegative && negativeFor !== undefined ? negativeFor : expirationTime;
    if (base === undefined) return undefined;
    if (jitter > 0) return base * (1 - jitter * this.#store.options.random());
    return base === this.#store.options.expirationTime
      ? undefined
      : base === expirationTime
        ? undefined
        : base;
  }

  #requireExpirationTime({ expirationTime }: ResolvedCreationOptions): void {
    if (expirationTime === undefined && this.#store.options.invalidation.wasSoftInvalidated()) {
      throw new ExpirationTimeRequiredError();
    }
  }

  /** Asks all processes for the right to create; waits while another one has it. */
  async #lease(
    { stored, options, written }: Call,
    stale: Entry | undefined,
    found: Found,
  ): Promise<{ readonly payload: unknown } | { readonly lease: Lease | undefined }> {
    const { leases } = this.#store.driver;
    if (leases === undefined || !options.acrossProcesses || found.reason === 'backend error') {
      return { lease: undefined };
    }
    let request: LeaseRequest = { ttl: this.#store.options.leaseTime, stale: found.entry };
    try {
      for (;;) {
        const answer = await leases.acquire(stored, request);
        if (answer.state === 'granted') return { lease: answer.lease };
        if (answer.state === 'held') {
          if (stale !== undefined) return { payload: stale.payload };
          await leases.wait(stored, request);
          continue;
        }
        this.#store.outdate([stored]);
        const { entry } = await this.#store.read(stored, written.tags);
        const verdict = this.#judge(entry, options, written);
        if (entry !== undefined && verdict.state === 'fresh') return { payload: entry.payload };
        // It went away again, or is of no use: ask for the right to replace it. Without it nothing may be stored.
        request = { ...request, stale: answer.entry };
      }
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      this.#store.tolerate(error);
      return { lease: undefined };
    }
  }

  /** Renews a lease until told to stop. */
  #keep(lease: Lease): () => void {
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

  async #commit(
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

  async #release(lease: Lease): Promise<void> {
    try {
      await this.#store.driver.leases?.release(lease);
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
    }
  }

  #inBackground(work: Promise<unknown>): void {
    const kept = work.catch(() => undefined).finally(() => this.#background.delete(kept));
    this.#background.add(kept);
  }

  async getOrCreateMulti(
    keys: readonly string[],
    creator: MultiCreator<unknown>,
    written: GetOrCreateOptions<unknown> = NOTHING_WRITTEN,
  ): Promise<unknown[]> {
    const options = resolveCreationOptions(written, this.#store.options);
    const unique = [...new Set(keys)].sort(byCodePoints);
    const stored = new Map(unique.map((key) => [key, this.#store.keyOf(key)]));
    const found = await this.#store.readMany([...stored.values()], written.tags);
    const answers = new Map<string, unknown>();
    const joined = new Map<string, { readonly flight: Flight; readonly stale: Entry | undefined }>();
    const missing: string[] = [];
    for (const [index, key] of unique.entries()) {
      const { entry, reason } = found[index] ?? { entry: undefined, reason: 'absent' };
      const verdict = this.#judge(entry, options, written);
      if (entry !== undefined && verdict.state === 'fresh') {
        this.#store.hits += 1;
        answers.set(key, entry.payload);
        continue;
      }
      const isServable = verdict.state === 'stale' && this.#mayServe(verdict, entry, options);
      const flight = this.#flights.get(stored.get(key) ?? key);
      if (flight !== undefined) {
        joined.set(key, { flight, stale: isServable ? entry : undefined });
        continue;
      }
      this.#store.countMiss(reason ?? 'expired');
      missing.push(key);
    }
    const creating =
      missing.length === 0 ? undefined : this.#startMulti(missing, stored, creator, written, options);
    for (const [key, { flight, stale }] of joined) {
      answers.set(key, stale === undefined ? await flight.promise : stale.payload);
    }
    if (creating !== undefined) {
      const created = await creating;
      for (const [key, payload] of created) answers.set(key, payload);
    }
    return keys.map((key) => (answers.has(key) ? answers.get(key) : NO_VALUE));
  }

  /** Starts one creation of several keys; each of them can be joined alone. */
  async #startMulti(
    missing: readonly string[],
    stored: ReadonlyMap<string, string>,
    creator: MultiCreator<unknown>,
    written: GetOrCreateOptions<unknown>,
    options: ResolvedCreationOptions,
  ): Promise<ReadonlyMap<string, unknown>> {
    const controller = new AbortController();
    const flights = new Map<string, Flight>();
    const run = this.#runMulti(missing, stored, creator, written, options, flights);
    for (const key of missing) {
      const promise = run.then((created) => (created.has(key) ? created.get(key) : NO_VALUE));
      promise.catch(() => undefined);
      const flight: Flight = { promise, controller, isVoid: false };
      flights.set(key, flight);
      this.#flights.set(stored.get(key) ?? key, flight);
    }
    try {
      return await run;
    } finally {
      this.#store.outdate([...stored.values()]);
      for (const [key, flight] of flights) {
        const name = stored.get(key) ?? key;
        if (this.#flights.get(name) === flight) this.#flights.delete(name);
      }
    }
  }

  async #runMulti(
    missing: readonly string[],
    stored: ReadonlyMap<string, string>,
    creator: MultiCreator<unknown>,
    written: GetOrCreateOptions<unknown>,
    options: ResolvedCreationOptions,
    flights: ReadonlyMap<string, Flight>,
  ): Promise<ReadonlyMap<string, unknown>> {
    const { tags = [], shouldCache } = written;
    const generations = tags.length === 0 ? undefined : await this.#store.tags.generations(tags);
    const values = await this.#store.timed(() => creator(missing));
    this.#requireExpirationTime(options);
    const created = new Map<string, unknown>();
    const entries = new Map<string, Entry>();
    for (const [index, key] of missing.entries()) {
      if (index >= values.length) break;
      const payload = values[index];
      created.set(key, payload);
      const isWanted = payload !== NO_VALUE && (shouldCache === undefined || shouldCache(payload));
      if (!isWanted || (tags.length > 0 && generations === undefined)) continue;
      const parts: EntryParts = { lifetime: this.#lifetimeFor(payload, options), tags: generations };
      entries.set(key, this.#store.entryOf(await this.#store.valid(payload), parts));
    }
    for (const key of entries.keys()) {
      if (flights.get(key)?.isVoid !== true) continue;
      entries.delete(key);
      this.#store.countVoided();
    }
    await this.#store.write(
      new Map([...entries].map(([key, entry]) => [stored.get(key) ?? key, entry])),
      options,
    );
    return created;
  }

  forget(stored: readonly string[]): void {
    for (const key of stored) {
      const flight = this.#flights.get(key);
      if (flight !== undefined) flight.isVoid = true;
      this.#flights.delete(key);
      this.#failures.forget(key);
    }
  }

  forgetAll(): void {
    this.forget([...this.#flights.keys()]);
  }

  isLocked(stored: string): boolean {
    return this.#flights.has(stored);
  }

  async settled(): Promise<void> {
    while (this.#background.size > 0) await Promise.allSettled(this.#background);
  }
}
