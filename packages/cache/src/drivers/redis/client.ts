import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Milliseconds } from '@oslofjord/config';
import { BackendError, BackendRefusedError, BackendTimeoutError } from '../../errors.ts';

/** The commands that are used of a client: ioredis has them, iovalkey too. */
export interface RedisClient {
  readonly status: string;
  getBuffer(key: string): Promise<Buffer | null>;
  mgetBuffer(...keys: string[]): Promise<(Buffer | null)[]>;
  call(command: string, ...args: (string | number | Buffer)[]): Promise<unknown>;
  evalBuffer(script: string, keys: number, ...args: (string | Buffer)[]): Promise<unknown>;
  connect(): Promise<unknown>;
  disconnect(reconnect?: boolean): void;
  on(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
}

/** Where a server listens. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** Which servers, and how to reach them. */
export interface RedisTarget {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly addresses: readonly RedisAddress[];
  readonly path?: string | undefined;
  readonly masterName: string;
  readonly sentinelUsername?: string | undefined;
  readonly sentinelPassword?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly db: number;
  readonly tls?: ConnectionOptions | undefined;
  readonly timeout: Milliseconds;
  readonly keepAlive?: Milliseconds | undefined;
}

const LONGEST_PAUSE = 250;

const pauseBefore = (attempt: number): Milliseconds => Math.min(attempt * 50, LONGEST_PAUSE);

/** Connecting goes on in the background, and may take longer than a caller waits. */
const connectTimeoutOf = ({ timeout }: RedisTarget): Milliseconds => Math.max(timeout, 1000);

/** Options that never make a caller wait for more than one timeout, and never repeat a command on their own. */
const optionsOf = (target: RedisTarget): Omit<RedisOptions, 'replyMapping'> => ({
  lazyConnect: true,
  enableOfflineQueue: false,
  enableReadyCheck: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: target.timeout,
  connectTimeout: connectTimeoutOf(target),
  retryStrategy: pauseBefore,
  reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
  // Redirected invalidations need the older protocol.
  protocol: 2,
  db: target.db,
  ...(target.username === undefined ? {} : { username: target.username }),
  ...(target.password === undefined ? {} : { password: target.password }),
  ...(target.tls === undefined ? {} : { tls: target.tls }),
  ...(target.keepAlive === undefined ? {} : { keepAlive: target.keepAlive }),
});

/** Makes a client that connects when it is first used. */
export const clientOf = (target: RedisTarget): RedisClient => {
  const options = optionsOf(target);
  const [first = { host: 'localhost', port: 6379 }] = target.addresses;
  if (target.kind === 'sentinel') {
    return new Redis({
      ...options,
      sentinels: target.addresses.map(({ host, port }) => ({ host, port })),
      name: target.masterName,
      role: 'master',
      sentinelRetryStrategy: pauseBefore,
      sentinelCommandTimeout: connectTimeoutOf(target),
      failoverDetector: true,
      ...(target.sentinelUsername === undefined ? {} : { sentinelUsername: target.sentinelUsername }),
      ...(target.sentinelPassword === undefined ? {} : { sentinelPassword: target.sentinelPassword }),
      ...(target.tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: target.tls }),
    }) as unknown as RedisClient;
  }
  if (target.kind === 'cluster') {
    const { retryStrategy: _strategy, enableOfflineQueue: _queue, db: _db, ...redisOptions } = options;
    return new Cluster(
      target.addresses.map(({ host, port }) => ({ host, port })),
      {
        redisOptions,
        lazyConnect: true,
        enableOfflineQueue: false,
        enableReadyCheck: false,
        enableAutoPipelining: true,
        clusterRetryStrategy: pauseBefore,
        slotsRefreshTimeout: Math.max(target.timeout, 1000),
        maxRedirections: 4,
        retryDelayOnClusterDown: 50,
        retryDelayOnFailover: 50,
      },
    ) as unknown as RedisClient;
  }
  const where = target.path === undefined ? { host: first.host, port: first.port } : { path: target.path };
  return new Redis({ ...options, ...where }) as unknown as RedisClient;
};

/** An error of the client as one of ours. */
export const backendErrorOf = (error: unknown, host: string, timeout: Milliseconds): Error => {
  if (error instanceof BackendError || !(error instanceof Error)) return error as Error;
  if (error.message === 'Command timed out') return new BackendTimeoutError(host, timeout);
  if (error.name === 'ReplyError') {
    const isStateOfServer = /^(?:READONLY|LOADING|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|NOAUTH|WRONGPASS|NOPERM)/u;
    if (!isStateOfServer.test(error.message)) return new BackendRefusedError(host, error.message);
    const isHopeless = /^(?:NOAUTH|WRONGPASS|NOPERM)/u.test(error.message);
    return new BackendError(host, error.message, { cause: error, isRetryable: !isHopeless });
  }
  return new BackendError(host, error.message === '' ? error.name : error.message, { cause: error });
};
