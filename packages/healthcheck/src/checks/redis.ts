import type { Check } from '../components/component-options.ts';
import { classifyAny, type Verdict } from '../components/failure.ts';

/** What of a client of ioredis or node-redis is used. */
export interface RedisLike {
  /** Sends PING. */
  ping(): PromiseLike<unknown>;
}

/** Replies by which the server says that it cannot serve; all others are about the command. */
const SERVER = /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|OOM|MISCONF)\b/;

/** What ioredis and node-redis call an error that the server replied with. */
const REPLIES: ReadonlySet<string> = new Set(['ReplyError', 'ErrorReply', 'SimpleError', 'BlobError']);

/** An error reply shows that Redis answers; a wrong type is the caller's business. */
export const classifyRedis = (error: unknown): Verdict => {
  if (!(error instanceof Error)) return classifyAny(error);
  // node-redis leaves the name at 'Error'.
  const isReply = REPLIES.has(error.name) || REPLIES.has(error.constructor.name);
  if (!isReply) return classifyAny(error);
  return SERVER.test(error.message) ? 'failure' : 'answer';
};

/** A Redis or Valkey server, through the client that the service uses. */
export const redis = (client: RedisLike): Check => ({
  kind: 'datastore',
  probe: () => client.ping(),
  classify: classifyRedis,
});
