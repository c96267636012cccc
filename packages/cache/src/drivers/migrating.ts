import type { Count } from '@oslofjord/config';
import type { Driver, DriverRequest, WriteRequest } from '../driver.ts';
import { metadataOf, Entry } from '../entry.ts';
import { BackendError } from '../errors.ts';

/** Options of a migration. */
export interface MigratingOptions {
  /** Writes what only the old store has into the new one when it is read. @default true */
  readonly backFill?: boolean;
}

/** How far a migration is. */
export interface MigrationProgress {
  /** Reads that the new store answered. */
  readonly fromNew: Count;
  /** Reads that only the old store answered. */
  readonly fromOld: Count;
  /** Of all answered reads, the share that the new store answered: at 1 for a while, the old one is not needed. */
  readonly share: number;
}

/** A driver that migrates. */
export interface MigratingDriver extends Driver {
  progress(): MigrationProgress;
}

/**
 * Makes a driver for the time of a move from one store to another: reads ask the new one, then the old one; writes go
 * to the new one; what is deleted or written is deleted in the old one. The old store may fail without harm.
 */
export const migrating = (
  from: Driver,
  to: Driver,
  { backFill = true }: MigratingOptions = {},
): MigratingDriver => {
  let fromNew = 0;
  let fromOld = 0;
  const tolerant = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
    }
  };
  const oldOnes = async (
    keys: readonly string[],
    request?: DriverRequest,
  ): Promise<readonly (Entry | undefined)[]> => {
    try {
      return await from.getMany(keys, request);
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      return keys.map(() => undefined);
    }
  };
  /** Of a store that fails in part, only what is there counts as answered: the rest may be in the old one. */
  const newOnes = async (
    keys: readonly string[],
    request?: DriverRequest,
  ): Promise<readonly (Entry | undefined)[]> => {
    try {
      return await to.getMany(keys, request);
    } catch (error) {
      if (!(error instanceof BackendError) || error.answered === undefined) throw error;
      throw error.withAnswers(new Map([...error.answered].filter(([, entry]) => entry !== undefined)));
    }
  };
  /** Copies into the new store what it does not have yet. */
  const fill = async (entries: ReadonlyMap<string, Entry>): Promise<void> => {
    const { leases } = to;
    if (leases === undefined) {
      await to.setMany(entries);
      return;
    }
    // With a lease, so that a write or deletion meanwhile is not undone.
    await Promise.all(
      Array.from(entries, async ([key, entry]) => {
        const answer = await leases.acquire(key, { ttl: 5000 });
        if (answer.state === 'granted') await leases.commit(answer.lease, entry, {});
      }),
    );
  };

  return {
    name: `${from.name}→${to.name}`,
    supports: { ...to.supports, copies: to.supports.copies && from.supports.copies },
    leases: to.leases,
    hostOf: to.hostOf?.bind(to),
    getMany: async (keys, request) => {
      const found = await newOnes(keys, request);
      const missing = [...new Set(keys.filter((_, index) => found[index] === undefined))];
      fromNew += keys.length - missing.length;
      if (missing.length === 0) return found;
      const old = await oldOnes(missing, request);
      const byKey = new Map<string, Entry>();
      for (const [index, key] of missing.entries()) {
        const entry = old[index];
        if (entry !== undefined) byKey.set(key, new Entry(entry.payload, metadataOf(entry)));
      }
      fromOld += byKey.size;
      if (backFill && byKey.size > 0) await tolerant(fill(byKey));
      return keys.map((key, index) => found[index] ?? byKey.get(key));
    },
    setMany: async (entries, request?: WriteRequest) => {
      await to.setMany(entries, request);
      await tolerant(from.deleteMany([...entries.keys()]));
    },
    deleteMany: async (keys, request) => {
      await tolerant(from.deleteMany(keys, request));
      await to.deleteMany(keys, request);
    },
    check: async (request) => to.check(request),
    close: async () => {
      await Promise.all([from.close(), to.close()]);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([from.close(), to.close()]);
    },
    progress: () => {
      const total = fromNew + fromOld;
      return { fromNew, fromOld, share: total === 0 ? 1 : fromNew / total };
    },
  };
};
