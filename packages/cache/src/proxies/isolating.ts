import type { Proxy } from '../driver.ts';
import { Entry, metadataOf } from '../entry.ts';
import { forwarding } from './forwarding.ts';

const copyOf = (entry: Entry): Entry => new Entry(structuredClone(entry.payload), metadataOf(entry));

/**
 * Copies values on their way in and out, so that changing one changes nothing cached. For tests and for stores that
 * share; drivers whose `supports.copies` is true need it not.
 * @parity oslo.cache 99a7493 testing.py CacheIsolatingProxy — same, on every driver
 */
export const isolating = (): Proxy => (driver) =>
  forwarding(driver, {
    supports: { ...driver.supports, copies: true },
    peek: undefined,
    leases: undefined,
    getMany: async (keys, request) =>
      (await driver.getMany(keys, request)).map((entry) => (entry === undefined ? undefined : copyOf(entry))),
    setMany: async (entries, request) =>
      driver.setMany(new Map(Array.from(entries, ([key, entry]) => [key, copyOf(entry)])), request),
  });
