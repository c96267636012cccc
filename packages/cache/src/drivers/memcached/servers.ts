import type { ConnectionOptions } from 'node:tls';
import { parseDuration, type Count, type Duration, type Seconds } from '@oslofjord/config';
import { ConfigurationError } from '../../errors.ts';
import { addressOf } from './address.ts';
import { Cluster } from './cluster.ts';
import type { Connection } from './connection.ts';
import { Host } from './host.ts';
import type { ConnectOptions } from './pipeline.ts';
import { PLACEMENTS, type PlacementName } from './placement.ts';

/** Which servers, and how to reach them. */
export interface MemcachedServersOptions {
  /** `host:port`, `[address]:port`, `inet6:[address]:port` or `unix:/path`. @default ['localhost:11211'] */
  readonly servers?: readonly string[];
  /** How keys choose among servers: that of pymemcache, python-memcached, pylibmc or python-binary-memcached. @default 'rendezvous' */
  readonly placement?: PlacementName;
  /** For connecting, and for each answer. @default '1s' */
  readonly timeout?: Duration;
  /** Failures of a server in a row after which it is dead and passed over. @default 2 */
  readonly deadAfter?: Count;
  /** How often a dead server is probed. @default '500ms' */
  readonly probeInterval?: Duration;
  /** Connections to each server. More than one only helps small values that wait behind large ones. @default 1 */
  readonly connections?: Count;
  /** TLS as `node:tls` has it: `ca`, `cert`, `key`, `ciphers`. */
  readonly tls?: ConnectionOptions;
  /** Sends TCP keep-alive probes after this time of silence. @default off */
  readonly keepAlive?: Duration;
  /** The time in seconds, for judging servers that return. */
  readonly now?: () => Seconds;
}

/** Makes connections of one protocol. */
export type Connector = (options: ConnectOptions) => Connection;

/**
 * The hosts that options name, connected when they are first used.
 * @param name of the driver, in events
 */
export const clusterOf = (name: string, connector: Connector, options: MemcachedServersOptions): Cluster => {
  const { servers = ['localhost:11211'], placement = 'rendezvous' } = options;
  if (servers.length === 0) throw new ConfigurationError([{ path: 'servers', message: 'is empty' }]);
  const timeout = parseDuration(options.timeout ?? '1s');
  const keepAlive =
    options.keepAlive === undefined ? undefined : { initialDelay: parseDuration(options.keepAlive) };
  const hosts = servers.map(addressOf).map(
    (address) =>
      new Host({
        name: address.name,
        driver: name,
        connect: () => connector({ address, tls: options.tls, timeout, keepAlive }),
        connections: options.connections ?? 1,
        deadAfter: options.deadAfter ?? 2,
        probeInterval: parseDuration(options.probeInterval ?? '500ms'),
        now: options.now ?? (() => Date.now() / 1000),
      }),
  );
  return new Cluster(name, hosts, PLACEMENTS[placement]);
};
