import type { Driver } from '../driver.ts';
import { parseDuration } from '@oslofjord/config';
import { GuardedDriver } from './guard.ts';
import { MemcachedDriver, type MemcachedBaseOptions } from './memcached/driver.ts';
import { MetaConnection, type TextCredentials } from './memcached/meta-connection.ts';

export type { MemcachedBaseOptions } from './memcached/driver.ts';
export type { TextCredentials } from './memcached/meta-connection.ts';
export { addressOf } from './memcached/address.ts';
export type { HostAddress } from './memcached/pipeline.ts';
export type { PlacementName } from './memcached/placement.ts';

/** Options of the memcached driver. */
export interface MemcachedOptions extends MemcachedBaseOptions {
  /** For servers started with `-Y`. */
  readonly credentials?: TextCredentials;
}

/**
 * Makes a driver for memcached 1.6.10 and later, with a client of our own on the meta protocol: one connection per
 * server on which requests follow each other without waiting.
 * @throws ConfigurationError for servers that cannot be read
 */
export const memcached = (options: MemcachedOptions = {}): Driver => {
  const driver = new MemcachedDriver(
    {
      name: 'memcached',
      connector: (connect) => new MetaConnection(connect, options.credentials),
      hasMetaLeases: true,
    },
    options,
  );
  return new GuardedDriver(driver, {
    probeInterval: parseDuration(options.probeInterval ?? '500ms'),
    now: options.now,
  });
};
