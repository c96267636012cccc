import type { ConnectionOptions } from 'node:tls';
import { parseDuration, type Count, type Duration } from '@oslofjord/config';
import type { EntryCodec } from '../codecs/codec.ts';
import { jsonCodec } from '../codecs/json.ts';
import type { Driver } from '../driver.ts';
import { ConfigurationError } from '../errors.ts';
import { EtcdDriver } from './etcd/driver.ts';
import { Gateway } from './etcd/gateway.ts';
import { GuardedDriver } from './guard.ts';

/** Options of the etcd driver. */
export interface EtcdOptions {
  /** `host:port` or an `http://` or `https://` URL. @default 'localhost:2379' */
  readonly server?: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: ConnectionOptions;
  /** For each answer. @default '2s' */
  readonly timeout?: Duration;
  /** Failures in a row after which the server is left alone. @default 2 */
  readonly deadAfter?: Count;
  /** How often a server that is left alone is probed. @default '250ms' */
  readonly probeInterval?: Duration;
  /** Before every key. @default '' */
  readonly prefix?: string;
  /** How entries are written. @default JSON */
  readonly codec?: EntryCodec;
}

const DEFAULT_PORT = 2379;

/**
 * Makes a driver for etcd 3.4 and later, through its JSON gateway. etcd writes every entry to disk on most of its
 * members: it is for few values that must survive, not for many that must be fast.
 * @throws ConfigurationError for a server that cannot be read
 */
export const etcd = (options: EtcdOptions = {}): Driver => {
  const { server = `localhost:${String(DEFAULT_PORT)}` } = options;
  const text = /^https?:\/\//u.test(server) ? server : `http://${server}`;
  if (!URL.canParse(text)) {
    throw new ConfigurationError([
      { path: 'server', message: `'${server}' is no server; write host:port or a URL` },
    ]);
  }
  const url = new URL(text);
  const gateway = new Gateway({
    host: url.hostname.replace(/^\[|\]$/gu, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    timeout: parseDuration(options.timeout ?? '2s'),
    tls: options.tls ?? (url.protocol === 'https:' ? {} : undefined),
    username: options.username,
    password: options.password,
  });
  return new GuardedDriver(new EtcdDriver(gateway, options.codec ?? jsonCodec, options.prefix ?? ''), {
    deadAfter: options.deadAfter ?? 2,
    probeInterval: parseDuration(options.probeInterval ?? '250ms'),
  });
};
