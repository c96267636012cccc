/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { TlsOptions } from '../certificates.js';
import type { ServerKind } from '../kind.js';
export type Credentials = {
  username: string;
  password: string;
};
export type MemcachedOptions = {
  /**
   * megabytes for items; default memcached's 64
   */
  memory?: number;
  tls?: TlsOptions;
  /**
   * listen on a socket file instead of a port
   */
  unixSocket?: boolean;
  /**
   * the text protocol only after `set` of these (`-Y`)
   */
  textAuthentication?: Credentials;
  /**
   * the binary protocol only, after SASL PLAIN with these (`-S`)
   */
  sasl?: Credentials;
};
/** @type {ServerKind<MemcachedOptions>} */
export declare const memcached: ServerKind<MemcachedOptions>;
