/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { CommonOptions, ServerKind } from '../kind.js';
/** @import { CommonOptions, ServerKind } from '../kind.js' */
/** Every kind of server, by name. */
export declare const servers: Readonly<{
  memcached: ServerKind<import('./memcached.js').MemcachedOptions>;
  redis: ServerKind<import('./redis.js').RedisOptions>;
  'redis-sentinel': ServerKind<import('./redis-sentinel.js').RedisSentinelOptions>;
  'redis-cluster': ServerKind<import('./redis-cluster.js').RedisClusterOptions>;
  postgresql: ServerKind<import('./postgresql.js').PostgresqlOptions>;
  etcd: ServerKind<import('./etcd.js').EtcdOptions>;
  rabbitmq: ServerKind<import('./rabbitmq.js').RabbitmqOptions>;
  nats: ServerKind<import('./nats.js').NatsOptions>;
  mariadb: ServerKind<import('./mariadb.js').MariadbOptions>;
  haproxy: ServerKind<import('./haproxy.js').HaproxyOptions>;
  prometheus: ServerKind<import('./prometheus.js').PrometheusOptions>;
  keystone: ServerKind<import('./keystone.js').KeystoneOptions>;
  placement: ServerKind<import('./placement.js').PlacementOptions>;
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
