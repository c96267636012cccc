/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { Address } from '../address.js';
import type { TlsOptions } from '../certificates.js';
import type { ServerKind } from '../kind.js';
export type RedisOptions = {
  /**
   * an ACL user of that name who may do everything; needs a password
   */
  username?: string;
  /**
   * required of everyone
   */
  password?: string;
  /**
   * on the port instead of plain text
   */
  tls?: TlsOptions;
  /**
   * listen on a socket file as well
   */
  unixSocket?: boolean;
  /**
   * more lines of redis.conf
   */
  configuration?: readonly string[];
};
/**
 * Logs in if the address says how, and succeeds once PING is answered.
 * @param {Address} address
 * @returns {Promise<unknown>}
 */
export declare const ping: (address: Address) => Promise<unknown>;
/** @type {ServerKind<RedisOptions>} */
export declare const redis: ServerKind<RedisOptions>;
