/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { ServerKind } from '../kind.js';
export type RedisSentinelOptions = {
  /**
   * Redis servers to watch, known as `mymaster`, `mymaster1`, …
   */
  primaries?: readonly {
    host: string;
    port: number;
  }[];
  /**
   * sentinels that must agree that a primary is gone; default 1
   */
  quorum?: number;
  /**
   * milliseconds without an answer after which it is gone; default 500
   */
  downAfter?: number;
  /**
   * that the watched servers require
   */
  password?: string;
  /**
   * more lines of sentinel.conf
   */
  configuration?: readonly string[];
};
/** @import { ServerKind } from '../kind.js' */
/**
 * @typedef {object} RedisSentinelOptions
 * @property {readonly { host: string, port: number }[]} [primaries] Redis servers to watch, known as `mymaster`, `mymaster1`, …
 * @property {number} [quorum] sentinels that must agree that a primary is gone; default 1
 * @property {number} [downAfter] milliseconds without an answer after which it is gone; default 500
 * @property {string} [password] that the watched servers require
 * @property {readonly string[]} [configuration] more lines of sentinel.conf
 */
/** @type {ServerKind<RedisSentinelOptions>} */
export declare const redisSentinel: ServerKind<RedisSentinelOptions>;
