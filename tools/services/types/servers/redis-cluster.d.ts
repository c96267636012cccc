/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { ServerKind } from '../kind.js';
export type RedisClusterOptions = {
  /**
   * more lines of every node's redis.conf
   */
  configuration?: readonly string[];
};
/**
 * Three primaries in one, which die and freeze together; `ports.second` and `ports.third` are the other two's.
 * @type {ServerKind<RedisClusterOptions>}
 */
export declare const redisCluster: ServerKind<RedisClusterOptions>;
