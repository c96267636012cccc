// Data
export { etcd } from './checks/etcd.ts';
export { memcached } from './checks/memcached.ts';
export { classifyMysql, mysql } from './checks/mysql.ts';
export type { MysqlLike } from './checks/mysql.ts';
export { classifyPostgresql, postgresql } from './checks/postgresql.ts';
export type { PostgresqlLike } from './checks/postgresql.ts';
export { classifyRedis, redis } from './checks/redis.ts';
export type { RedisLike } from './checks/redis.ts';

// Messages
export { classifyRabbitmq, rabbitmq } from './checks/rabbitmq.ts';
export type { AmqpChannelLike, AmqpConnectionLike } from './checks/rabbitmq.ts';

// Services
export { classifyHttp, http, HttpStatusError } from './checks/http.ts';
export type { HttpCheckOptions } from './checks/http.ts';
export { keystone } from './checks/keystone.ts';
export { tcp } from './checks/tcp.ts';
export type { TcpAddress } from './checks/tcp.ts';

// The machine
export { disk } from './checks/disk.ts';
export type { DiskCheckOptions } from './checks/disk.ts';
