import type { Milliseconds, Seconds } from '@oslofjord/config';
import { CreatorTimeoutError, ExpirationTimeRequiredError } from '../errors.ts';
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
import type { Lease } from '../driver.ts';
import type { EntryParts, Found, Store } from '../store.ts';
import { byCodePoints, type Creation, type MultiCreator } from './creation.ts';
import { FailureMemory } from './failures.ts';
import { Leasing } from './leasing.ts';
import { MultiCreation, type Missing } from './multi.ts';
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
  readonly #leasing: Leasing;
  readonly #background = new Set<Promise<unknown>>();

  constructor(store: Store) {
    this.#store = store;
    this.#failures = new FailureMemory();
    this.#leasing = new Leasing(store);
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
      this.#store.countHit();
      if (this.#isDueEarly(entry, options)) this.#refreshInBackground(call, entry, found);
      return entry.payload;
    }
    const stale = verdict.state === 'stale' && this.#mayServe(verdict, entry, options) ? entry : undefined;
    const flight = this.#flights.get(stored);
    if (flight !== undefined) return this.#join(flight, stale, call);

    const failure = this.#failures.recall(stored);
    if (failure !== undefined) {
      if (stale === undefined) throw failure.error;
      this.#store.countHit(true);
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
      this.#store.countHit(true);
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
      this.#store.countHit(true);
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
      this.#store.countHit(true);
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
    const stopRenewing = lease === undefined ? undefined : this.#leasing.keep(lease);
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
      const storing = this.#leasing.commit(stored, entry, lease, options);
      // A caller whose read failed does not wait for a write to the same server.
      if (found.reason === 'backend error') this.#inBackground(storing);
      else await storing;
      return payload;
    } finally {
      stopRenewing?.();
      if (lease !== undefined) this.#inBackground(this.#leasing.release(lease));
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
    if (found.reason === 'backend error') return { lease: undefined };
    let known = found.entry;
    for (;;) {
      const answer = await this.#leasing.acquire(stored, known, options);
      if (answer.state === 'unleased') return { lease: undefined };
      if (answer.state === 'granted') return { lease: answer.lease };
      if (answer.state === 'held') {
        if (stale !== undefined) return { payload: stale.payload };
        await this.#leasing.wait(stored, known);
        continue;
      }
      this.#store.outdate([stored]);
      const { entry } = await this.#store.read(stored, written.tags);
      const verdict = this.#judge(entry, options, written);
      if (entry !== undefined && verdict.state === 'fresh') return { payload: entry.payload };
      // It went away again, or is of no use: ask for the right to replace it. Without it nothing may be stored.
      known = answer.entry;
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
    const missing: Missing[] = [];
    for (const [index, key] of unique.entries()) {
      const { entry, reason } = found[index] ?? { entry: undefined, reason: 'absent' };
      const verdict = this.#judge(entry, options, written);
      if (entry !== undefined && verdict.state === 'fresh') {
        this.#store.countHit();
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
      const failed = reason === 'backend error';
      missing.push({ key, stored: stored.get(key) ?? key, entry, canBeServed: isServable, failed });
    }
    const creating = missing.length === 0 ? undefined : this.#startMulti(missing, creator, written, options);
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
    missing: readonly Missing[],
    creator: MultiCreator<unknown>,
    written: GetOrCreateOptions<unknown>,
    options: ResolvedCreationOptions,
  ): Promise<ReadonlyMap<string, unknown>> {
    const controller = new AbortController();
    const flights = new Map<string, Flight>();
    const run = new MultiCreation({
      store: this.#store,
      leasing: this.#leasing,
      creator,
      written,
      options,
      isFresh: (entry) => this.#judge(entry, options, written).state === 'fresh',
      isVoid: (key) => flights.get(key)?.isVoid === true,
      lifetimeFor: (payload) => this.#lifetimeFor(payload, options),
      afterCreation: () => {
        this.#requireExpirationTime(options);
      },
    }).run(missing);
    for (const { key, stored } of missing) {
      const promise = run.then((created) => (created.has(key) ? created.get(key) : NO_VALUE));
      promise.catch(() => undefined);
      const flight: Flight = { promise, controller, isVoid: false };
      flights.set(key, flight);
      this.#flights.set(stored, flight);
    }
    try {
      return await run;
    } finally {
      this.#store.outdate(missing.map(({ stored }) => stored));
      for (const { key, stored } of missing) {
        if (this.#flights.get(stored) === flights.get(key)) this.#flights.delete(stored);
      }
    }
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
