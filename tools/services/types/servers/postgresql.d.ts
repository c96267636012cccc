/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { TlsOptions } from '../certificates.js';
import type { ServerKind } from '../kind.js';
export type PostgresqlOptions = {
  /**
   * of postgresql.conf; they win over ours, which trade durability for speed
   */
  settings?: Readonly<Record<string, string>>;
  /**
   * offered beside plain text
   */
  tls?: TlsOptions;
};
/** @type {ServerKind<PostgresqlOptions>} */
export declare const postgresql: ServerKind<PostgresqlOptions>;
