/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { ServerKind } from '../kind.js';
export type MariadbOptions = {
  /**
   * of the server; they win over ours, which trade durability for speed
   */
  settings?: Readonly<Record<string, string>>;
};
/** @type {ServerKind<MariadbOptions>} */
export declare const mariadb: ServerKind<MariadbOptions>;
