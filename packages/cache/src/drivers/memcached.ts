import type { Driver } from '../driver.ts';
import { parseDuration } from '@oslofjord/config';
import { GuardedDriver } from './guard.ts';
import { MemcachedClient } from './memcached/client.ts';
import { MemcachedDriver, type MemcachedBaseOptions } from './memcached/driver.ts';
import { MetaConnection, type TextCredentials } from './memcached/meta-connection.ts';
import type { PlacementName } from './memcached/placement.ts';
import { clusterOf, type Connector, type MemcachedServersOptions } from './memcached/servers.ts';

export type { ClientSetOptions, MemcachedClient } from './memcached/client.ts';
export type { MemcachedBaseOptions } from './memcached/driver.ts';
export type { MemcachedServersOptions } from './memcached/servers.ts';
export type { TextCredentials } from './memcached/meta-connection.ts';
export { addressOf } from './memcached/address.ts';
export type { HostAddress } from './memcached/pipeline.ts';
export type { PlacementName } from './memcached/placement.ts';

/** Options of the memcached driver. */
export interface MemcachedOptions extends MemcachedBaseOptions {
  /** For servers started with `-Y`. */
  readonly credentials?: TextCredentials;
}

const metaConnector =
  (credentials: TextCredentials | undefined): Connector =>
  (connect) =>
    new MetaConnection(connect, credentials);

/**
 * Makes a driver for memcached 1.6.10 and later, with a client of our own on the meta protocol: one connection per
 * server on which requests follow each other without waiting.
 * @throws ConfigurationError for servers that cannot be read
 */
export const memcached = (options: MemcachedOptions = {}): Driver => {
  const driver = new MemcachedDriver(
    {
      name: 'memcached',
      connector: metaConnector(options.credentials),
      hasMetaLeases: true,
    },
    options,
  );
  return new GuardedDriver(driver, {
    probeInterval: parseDuration(options.probeInterval ?? '500ms'),
    now: options.now,
  });
};

/** Options of a client for plain keys and bytes. */
export interface MemcachedClientOptions extends Omit<MemcachedServersOptions, 'placement'> {
  /** How keys choose among servers. @default 'rendezvous' */
  readonly placement?: Exclude<PlacementName, 'replicated'>;
  /** For servers started with `-Y`. */
  readonly credentials?: TextCredentials;
}

/**
 * Makes the client that the driver stands on, for keys and bytes that are no entries of a region.
 * @throws ConfigurationError for servers that cannot be read
 */
export const memcachedClient = (options: MemcachedClientOptions = {}): MemcachedClient =>
  new MemcachedClient(clusterOf('memcached', metaConnector(options.credentials), options));
