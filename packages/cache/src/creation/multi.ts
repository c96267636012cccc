import type { Seconds } from '@oslofjord/config';
import type { Lease } from '../driver.ts';
import { NO_VALUE, type Entry } from '../entry.ts';
import type { GetOrCreateOptions, ResolvedCreationOptions } from '../options.ts';
import type { EntryParts, Store } from '../store.ts';
import type { MultiCreator } from './creation.ts';
import type { Leasing } from './leasing.ts';

/** A key without a fresh value. */
export interface Missing {
  readonly key: string;
  readonly stored: string;
  /** What is there, and too old. */
  readonly entry: Entry | undefined;
  /** Whether that may be answered while somebody else creates. */
  readonly canBeServed: boolean;
  /** It could not be read, so nobody is asked for a lease. */
  readonly failed: boolean;
}

/** What creating several keys needs of its region. */
export interface MultiCreationParts {
  readonly store: Store;
  readonly leasing: Leasing;
  readonly creator: MultiCreator<unknown>;
  readonly written: GetOrCreateOptions<unknown>;
  readonly options: ResolvedCreationOptions;
  readonly isFresh: (entry: Entry) => boolean;
  /** Whether a key was written, deleted or invalidated since. */
  readonly isVoid: (key: string) => boolean;
  readonly lifetimeFor: (payload: unknown) => Seconds | undefined;
  /** Called between a creation and its storing; may refuse it. */
  readonly afterCreation: () => void;
}

/**
 * One creation of several keys. Those that this process may create are created by one call; then, with nothing held
 * any more, those are waited for that other processes create. So two processes never wait for each other.
 */
export class MultiCreation {
  readonly #parts: MultiCreationParts;
  readonly #created = new Map<string, unknown>();

  constructor(parts: MultiCreationParts) {
    this.#parts = parts;
  }

  /** The values by key; keys for which the creator has none are absent. */
  async run(missing: readonly Missing[]): Promise<ReadonlyMap<string, unknown>> {
    let pending = missing;
    while (pending.length > 0) {
      const held: Missing[] = [];
      const granted = new Map<Missing, Lease | undefined>();
      await Promise.all(
        pending.map(async (each) => {
          const lease = await this.#ask(each);
          if (lease === 'answered') return;
          if (lease === 'held') held.push(each);
          else granted.set(each, lease);
        }),
      );
      if (granted.size > 0) await this.#createLeased(granted);
      await Promise.all(held.map(async ({ stored, entry }) => this.#parts.leasing.wait(stored, entry)));
      pending = held;
    }
    return this.#created;
  }

  async #ask({
    key,
    stored,
    entry,
    canBeServed,
    failed,
  }: Missing): Promise<'answered' | 'held' | Lease | undefined> {
    const { leasing, options, isFresh } = this.#parts;
    if (failed) return undefined;
    let known = entry;
    for (;;) {
      const answer = await leasing.acquire(stored, known, options);
      if (answer.state === 'unleased') return undefined;
      if (answer.state === 'granted') return answer.lease;
      if (answer.state === 'held') {
        if (!canBeServed || entry === undefined) return 'held';
        this.#created.set(key, entry.payload);
        return 'answered';
      }
      // What another process has just created; where it is of no use, the right to replace it is asked for.
      const found = await this.#read(stored);
      if (found !== undefined && isFresh(found)) {
        this.#created.set(key, found.payload);
        return 'answered';
      }
      known = answer.entry;
    }
  }

  async #read(stored: string): Promise<Entry | undefined> {
    const { store, written } = this.#parts;
    store.outdate([stored]);
    return (await store.read(stored, written.tags)).entry;
  }

  async #createLeased(granted: ReadonlyMap<Missing, Lease | undefined>): Promise<void> {
    const { leasing } = this.#parts;
    const leases = [...granted.values()].filter((lease) => lease !== undefined);
    const stopRenewing = leases.map((lease) => leasing.keep(lease));
    try {
      await this.#create(granted);
    } finally {
      for (const stop of stopRenewing) stop();
      await Promise.all(leases.map(async (lease) => leasing.release(lease)));
    }
  }

  async #create(granted: ReadonlyMap<Missing, Lease | undefined>): Promise<void> {
    const { store, creator, written, lifetimeFor, isVoid, afterCreation } = this.#parts;
    const { tags = [], shouldCache } = written;
    const wanted = [...granted.keys()];
    const generations = tags.length === 0 ? undefined : await store.tags.generations(tags);
    const values = await store.timed(() => creator(wanted.map(({ key }) => key)));
    afterCreation();
    const entries = new Map<Missing, Entry>();
    for (const [index, each] of wanted.entries()) {
      if (index >= values.length) break;
      const payload = values[index];
      this.#created.set(each.key, payload);
      const isWanted = payload !== NO_VALUE && (shouldCache === undefined || shouldCache(payload));
      if (!isWanted || (tags.length > 0 && generations === undefined)) continue;
      const parts: EntryParts = { lifetime: lifetimeFor(payload), tags: generations };
      entries.set(each, store.entryOf(await store.valid(payload), parts));
    }
    for (const each of entries.keys()) {
      if (!isVoid(each.key)) continue;
      entries.delete(each);
      store.countVoided();
    }
    await this.#store(entries, granted);
  }

  /** Leased entries are committed one by one, in one turn; the others are one write. */
  async #store(
    entries: ReadonlyMap<Missing, Entry>,
    granted: ReadonlyMap<Missing, Lease | undefined>,
  ): Promise<void> {
    const { store, leasing, options } = this.#parts;
    const unleased = new Map<string, Entry>();
    const commits: Promise<void>[] = [];
    for (const [each, entry] of entries) {
      const lease = granted.get(each);
      if (lease === undefined) unleased.set(each.stored, entry);
      else commits.push(leasing.commit(each.stored, entry, lease, options));
    }
    await Promise.all([...commits, store.write(unleased, options)]);
  }
}
