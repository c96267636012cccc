import { classifyMysql } from './checks/mysql.ts';
import { classifyRedis } from './checks/redis.ts';
import type { Component } from './components/component.ts';
import { classifyAny } from './components/failure.ts';
import { observeFetch } from './observe/fetch-calls.ts';
import { observeHttp } from './observe/http-calls.ts';
import { observeTracing, type TracedCall, type TracingSource } from './observe/tracing.ts';

/** A library that tells of its calls through diagnostics channels. */
export type ObservedLibrary = 'ioredis' | 'redis' | 'mysql2' | 'undici' | 'http' | 'fastify';

/** Which calls are those of the component. */
export interface ObserveOptions {
  /** Of a database: `host:port`. @default every server */
  readonly server?: string;
  /** Of `undici` and `http`: `https://host:port`. @default every server */
  readonly origin?: string;
}

const redisSources = (prefix: string): TracingSource[] => [
  { channel: `${prefix}:command`, classify: classifyRedis },
  { channel: `${prefix}:batch`, classify: classifyRedis },
  // What is asked while there is no connection is told of only here.
  { channel: `${prefix}:connect`, classify: classifyRedis, countsSuccess: false },
];

const statusOf = (call: TracedCall): number => {
  const { reply } = call as { reply?: { statusCode?: unknown } };
  return typeof reply?.statusCode === 'number' ? reply.statusCode : 0;
};

const SOURCES: Readonly<Record<Exclude<ObservedLibrary, 'undici' | 'http'>, readonly TracingSource[]>> = {
  ioredis: redisSources('ioredis'),
  redis: redisSources('node-redis'),
  mysql2: ['query', 'execute', 'connect', 'pool:connect'].map((name) => ({
    channel: `mysql2:${name}`,
    classify: classifyMysql,
    countsSuccess: !name.endsWith('connect'),
  })),
  fastify: [
    {
      channel: 'fastify.request.handler',
      classify: classifyAny,
      isFailure: (call) => statusOf(call) >= 500,
    },
  ],
};

/**
 * Records the calls that a library makes anyway, without a change to the code that makes them. Errors of the application,
 * such as a wrong type in Redis or a constraint in MySQL, show that the component answers. With `fastify` the component is
 * the service's own handlers.
 * @returns a function that ends it
 * @example
 * observe(health.component('cache', redis(client)), 'ioredis');
 */
export const observe = (
  component: Component,
  library: ObservedLibrary,
  { server, origin }: ObserveOptions = {},
): (() => void) => {
  const wanted = origin === undefined ? undefined : new URL(origin).origin;
  const acceptsOrigin = (found: string): boolean => wanted === undefined || found === wanted;
  if (library === 'undici') return observeFetch(component, acceptsOrigin);
  if (library === 'http') return observeHttp(component, acceptsOrigin);
  const accepts = ({ serverAddress, serverPort }: TracedCall): boolean =>
    server === undefined || `${String(serverAddress)}:${String(serverPort)}` === server;
  const ends = SOURCES[library].map((source) => observeTracing(component, source, accepts));
  return () => {
    for (const end of ends) end();
  };
};
