import type { Driver, DriverSupports } from '../driver.ts';
import type { Entry } from '../entry.ts';

const SUPPORTS: DriverSupports = {
  shared: false,
  persistent: false,
  copies: true,
  ttl: true,
  stores: false,
};

const nothing = (): Promise<void> => Promise.resolve();

/** Makes a driver that keeps nothing: every read is a miss. For switching a cache off. */
export const nothingCached = (): Driver => ({
  name: 'null',
  supports: SUPPORTS,
  getMany: (keys): Promise<readonly (Entry | undefined)[]> => Promise.resolve(keys.map(() => undefined)),
  setMany: nothing,
  deleteMany: nothing,
  check: nothing,
  close: nothing,
  [Symbol.asyncDispose]: nothing,
});
