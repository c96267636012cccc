import type { CommonOptions, ServerKind } from '../kind.js';
/** @import { CommonOptions, ServerKind } from '../kind.js' */
/** Every kind of server, by name. */
export declare const servers: Readonly<{
  memcached: ServerKind<import('./memcached.js').MemcachedOptions>;
  redis: ServerKind<import('./redis.js').RedisOptions>;
  postgresql: ServerKind<import('./postgresql.js').PostgresqlOptions>;
}>;
export type ServerName = keyof typeof servers;
export type OptionsOf<Name extends ServerName> =
  (typeof servers)[Name] extends ServerKind<infer Options> ? Options & CommonOptions : never;
/** @typedef {keyof typeof servers} ServerName */
/**
 * What may be said about a server of that name.
 * @template {ServerName} Name
 * @typedef {(typeof servers)[Name] extends ServerKind<infer Options> ? Options & CommonOptions : never} OptionsOf
 */
