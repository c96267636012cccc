/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { KeystoneOptions } from './keystone.js';
import type { Address } from '../address.js';
import type { ServerKind } from '../kind.js';
export type PlacementOptions = {
  /**
   * a server of the kind `keystone` that checks tokens; this one is
   * registered there with user `placement` of project `service`. Without it `X-Auth-Token: admin` is let in
   */
  keystone?: {
    url: string;
    address: Address;
  };
  connections?: KeystoneOptions['connections'];
  /**
   * default 1
   */
  processes?: number;
  /**
   * of each; default 2
   */
  threads?: number;
};
export type Ask = (method: string, path: string, body?: object) => Promise<any>;
/** @type {ServerKind<PlacementOptions>} */
export declare const placement: ServerKind<PlacementOptions>;
