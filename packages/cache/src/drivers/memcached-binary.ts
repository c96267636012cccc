import { parseDuration } from '@oslofjord/config';
import { deprecationChannel } from '../channels.ts';
import type { Driver } from '../driver.ts';
import { GuardedDriver } from './guard.ts';
import { BinaryConnection, type SaslCredentials } from './memcached/binary-connection.ts';
import { MemcachedDriver, type MemcachedBaseOptions } from './memcached/driver.ts';

export type { SaslCredentials } from './memcached/binary-connection.ts';

/** Options of the memcached driver for SASL. */
export interface MemcachedBinaryOptions extends MemcachedBaseOptions {
  /** For servers started with `-S`. */
  readonly credentials?: SaslCredentials;
}

/**
 * Makes a driver for memcached servers that ask for SASL, by the binary protocol.
 * @deprecated since 0.1.0, removal 1.0.0: memcached itself deprecates the binary protocol; use the driver `memcached`
 * with TLS client certificates or text authentication, `migrating` moves without a cold cache
 */
export const memcachedBinary = (options: MemcachedBinaryOptions = {}): Driver => {
  if (deprecationChannel.hasSubscribers) {
    deprecationChannel.publish({
      subject: 'memcached-binary',
      message:
        "memcached deprecates the binary protocol; move to the driver 'memcached' with the driver 'migrating'",
    });
  }
  const driver = new MemcachedDriver(
    {
      name: 'memcached-binary',
      connector: (connect) => new BinaryConnection(connect, options.credentials),
      hasMetaLeases: false,
    },
    options,
  );
  return new GuardedDriver(driver, {
    probeInterval: parseDuration(options.probeInterval ?? '500ms'),
    now: options.now,
  });
};
