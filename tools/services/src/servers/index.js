import { memcached } from './memcached.js';
import { postgresql } from './postgresql.js';
import { redis } from './redis.js';

/** @import { CommonOptions, ServerKind } from '../kind.js' */

/** Every kind of server, by name. */
export const servers = Object.freeze({
  memcached,
  redis,
  postgresql,
});

/** @typedef {keyof typeof servers} ServerName */

/**
 * What may be said about a server of that name.
 * @template {ServerName} Name
 * @typedef {(typeof servers)[Name] extends ServerKind<infer Options> ? Options & CommonOptions : never} OptionsOf
 */
