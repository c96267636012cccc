/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { TlsOptions } from '../certificates.js';
import type { ServerKind } from '../kind.js';
export type EtcdOptions = {
  /**
   * for clients
   */
  tls?: TlsOptions;
};
/** @import { TlsOptions } from '../certificates.js' */
/** @import { ServerKind } from '../kind.js' */
/**
 * @typedef {object} EtcdOptions
 * @property {TlsOptions} [tls] for clients
 */
/** @type {ServerKind<EtcdOptions>} */
export declare const etcd: ServerKind<EtcdOptions>;
