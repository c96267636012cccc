import { etcd } from './etcd.js';
import { haproxy } from './haproxy.js';
import { keystone } from './keystone.js';
import { mariadb } from './mariadb.js';
import { memcached } from './memcached.js';
import { nats } from './nats.js';
import { placement } from './placement.js';
import { postgresql } from './postgresql.js';
import { prometheus } from './prometheus.js';
import { rabbitmq } from './rabbitmq.js';
import { redisCluster } from './redis-cluster.js';
import { redisSentinel } from './redis-sentinel.js';
import { redis } from './redis.js';

/** @import { CommonOptions, ServerKind } from '../kind.js' */

/** Every kind of server, by name. */
export const servers = Object.freeze({
  memcached,
  redis,
  'redis-sentinel': redisSentinel,
  'redis-cluster': redisCluster,
  postgresql,
  etcd,
  rabbitmq,
  nats,
  mariadb,
  haproxy,
  prometheus,
  keystone,
  placement,
});

/** @typedef {keyof typeof servers} ServerName */

/**
 * What may be said about a server of that name.
 * @template {ServerName} Name
 * @typedef {(typeof servers)[Name] extends ServerKind<infer Options> ? Options & CommonOptions : never} OptionsOf
 */
