import { randomUUID } from 'node:crypto';
import { type Duration, parseDuration } from '@oslofjord/config';
import { RpcConnectionError, RpcTimeoutError } from '../errors.ts';
import {
  decodeReply,
  decodeRequest,
  encodeReply,
  encodeRequest,
  failureOf,
  findMethod,
  type RpcEndpoints,
} from './rpc.ts';
import type { RpcMetrics, RpcTarget } from './rpc-metrics.ts';

/** What is used of a message of amqplib. */
export interface AmqpMessage {
  readonly content: Uint8Array;
  readonly properties: { readonly correlationId?: unknown; readonly replyTo?: unknown };
}

/** What is used of a channel of amqplib. */
export interface AmqpChannel<Message extends AmqpMessage = AmqpMessage> {
  on(event: 'close' | 'error', listener: (error: Error) => void): unknown;
  prefetch(count: number): unknown;
  assertExchange(exchange: string, type: string, options: { durable: boolean }): PromiseLike<unknown>;
  assertQueue(
    queue: string,
    options: { durable?: boolean; autoDelete: boolean; exclusive: boolean },
  ): PromiseLike<{ readonly queue: string }>;
  bindQueue(queue: string, exchange: string, pattern: string): PromiseLike<unknown>;
  consume(
    queue: string,
    take: (message: Message | null) => void,
    options?: { noAck: boolean },
  ): PromiseLike<{ readonly consumerTag: string }>;
  publish(exchange: string, key: string, content: Buffer, options: object): boolean;
  ack(message: Message): void;
  cancel(consumer: string): PromiseLike<unknown>;
  close(): PromiseLike<void>;
}

/** What both sides need. */
export interface AmqpRpcOptions {
  /** A connection of amqplib. */
  readonly connection: { createChannel(): PromiseLike<AmqpChannel> };
  /** Counts the calls. */
  readonly metrics: RpcMetrics;
}

/** A client of calls over RabbitMQ. */
export interface AmqpRpcClientOptions extends AmqpRpcOptions {
  /** Whom calls are for, unless a call says otherwise. */
  readonly target: RpcTarget;
  /** How long a call waits for its answer. @default '60s' */
  readonly timeout?: Duration;
}

/** What of a call may be said otherwise. */
export interface AmqpCallOptions {
  readonly target?: Partial<RpcTarget>;
  readonly timeout?: Duration;
  readonly signal?: AbortSignal;
}

/** Calls methods of servers over an AMQP broker. */
export interface RpcClient extends AsyncDisposable {
  /** Calls a method and answers what it answers. @throws RpcRemoteError, RpcTimeoutError, RpcConnectionError */
  call(method: string, args?: unknown, options?: AmqpCallOptions): Promise<unknown>;
  /** Calls a method without waiting for an answer; with `fanout` on every server of the topic. */
  cast(method: string, args?: unknown, options?: AmqpCallOptions): Promise<void>;
  close(): Promise<void>;
}

const EXCHANGE = 'openstack';

interface Waiting {
  readonly resolve: (message: AmqpMessage) => void;
  readonly reject: (error: Error) => void;
}

/** Exchange and key that lead to a target, named as oslo.messaging names them. */
const routeOf = ({ exchange = EXCHANGE, topic, server, fanout = false }: RpcTarget): [string, string] =>
  fanout ? [`${topic}_fanout`, ''] : [exchange, server === undefined ? topic : `${topic}.${server}`];

/**
 * Makes a client whose calls are counted with oslo.messaging's metrics.
 * @throws whatever amqplib refuses
 */
export const createAmqpRpcClient = async (options: AmqpRpcClientOptions): Promise<RpcClient> => {
  const { connection, metrics } = options;
  const patience = parseDuration(options.timeout ?? '60s');
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true });
  const waiting = new Map<string, Waiting>();
  const fail = (reason: string): void => {
    for (const { reject } of waiting.values()) reject(new RpcConnectionError(reason));
    waiting.clear();
  };
  channel.on('close', () => {
    fail('the channel was closed');
  });
  channel.on('error', (error: Error) => {
    fail(error.message);
  });
  await channel.consume(
    queue,
    (message) => {
      const id = String(message?.properties.correlationId);
      if (message !== null) waiting.get(id)?.resolve(message);
      waiting.delete(id);
    },
    { noAck: true },
  );
  const targetOf = ({ target = {} }: AmqpCallOptions): RpcTarget => ({ ...options.target, ...target });
  const publish = (target: RpcTarget, method: string, args: unknown, reply: object): void => {
    const { namespace, version } = target;
    const request = {
      method,
      args: args ?? null,
      ...(namespace === undefined ? {} : { namespace }),
      ...(version === undefined ? {} : { version }),
    };
    channel.publish(...routeOf(target), encodeRequest(request), {
      contentType: 'application/json',
      ...reply,
    });
  };
  const exchange = async (
    target: RpcTarget,
    method: string,
    args: unknown,
    { timeout, signal }: AmqpCallOptions,
  ): Promise<unknown> => {
    signal?.throwIfAborted();
    const limit = timeout === undefined ? patience : parseDuration(timeout);
    const correlationId = randomUUID();
    let timer: NodeJS.Timeout | undefined;
    let abort: (() => void) | undefined;
    try {
      const message = await new Promise<AmqpMessage>((resolve, reject) => {
        waiting.set(correlationId, { resolve, reject });
        timer = setTimeout(() => {
          reject(new RpcTimeoutError(method, limit / 1000));
        }, limit);
        abort = () => {
          reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', abort, { once: true });
        publish(target, method, args, {
          correlationId,
          replyTo: queue,
          expiration: String(Math.ceil(limit)),
        });
      });
      return decodeReply(message.content);
    } finally {
      clearTimeout(timer);
      waiting.delete(correlationId);
      if (abort !== undefined) signal?.removeEventListener('abort', abort);
    }
  };
  const close = async (): Promise<void> => {
    await Promise.resolve(channel.close()).catch(() => undefined);
  };
  return {
    call: (method, args, call = {}) => {
      const target = targetOf(call);
      return metrics.client({ target, method, callType: 'call' }, () => exchange(target, method, args, call));
    },
    cast: (method, args, call = {}) => {
      const target = targetOf(call);
      return metrics.client({ target, method, callType: 'cast' }, async () => {
        await Promise.resolve();
        publish(target, method, args, {});
      });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};

/** A server of calls over RabbitMQ. */
export interface AmqpRpcServerOptions extends AmqpRpcOptions {
  /** What it answers for; `server` is its own name. */
  readonly target: RpcTarget & { readonly server: string };
  readonly endpoints: RpcEndpoints;
  /** Calls at the same time. @default 64 */
  readonly concurrency?: number;
}

/** Answers calls that come over an AMQP broker. */
export interface RpcServer extends AsyncDisposable {
  close(): Promise<void>;
}

/**
 * Serves calls and counts them with the metrics that oslo.messaging defines for servers. A call of a method that no
 * endpoint has is answered with an error and, as these metrics say of themselves, not counted.
 * @throws whatever amqplib refuses
 */
export const createAmqpRpcServer = async (options: AmqpRpcServerOptions): Promise<RpcServer> => {
  const { connection, metrics, target, endpoints, concurrency = 64 } = options;
  const { exchange = EXCHANGE, topic, server } = target;
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  await channel.prefetch(concurrency);
  await channel.assertExchange(exchange, 'topic', { durable: false });
  await channel.assertExchange(`${topic}_fanout`, 'fanout', { durable: false });
  const running = new Set<Promise<void>>();
  const serve = async (message: AmqpMessage): Promise<void> => {
    const request = decodeRequest(message.content);
    const found = request === undefined ? undefined : findMethod(endpoints, request.method);
    const { replyTo, correlationId } = message.properties as { replyTo?: string; correlationId?: string };
    let reply;
    if (request === undefined || found === undefined) {
      reply = failureOf(Object.assign(new Error('no endpoint has it'), { name: 'NoSuchMethod' }));
    } else {
      const { method, args, namespace, version } = request;
      const call = {
        target,
        endpoint: found.endpoint,
        method,
        ...(namespace === undefined ? {} : { namespace }),
        ...(version === undefined ? {} : { version }),
      };
      reply = await metrics.server(call, async () => ({ result: await found.run(args) })).catch(failureOf);
    }
    if (replyTo !== undefined) {
      channel.publish('', replyTo, encodeReply(reply), correlationId === undefined ? {} : { correlationId });
    }
    channel.ack(message);
  };
  const take = (message: AmqpMessage | null): void => {
    if (message === null) return;
    const work = serve(message)
      .catch(() => undefined)
      .finally(() => running.delete(work));
    running.add(work);
  };
  const consumers = [
    await consumeFrom(channel, topic, [exchange, topic], take),
    await consumeFrom(channel, `${topic}.${server}`, [exchange, `${topic}.${server}`], take),
    await consumeFrom(channel, '', [`${topic}_fanout`, ''], take),
  ];
  const close = async (): Promise<void> => {
    await Promise.all(
      consumers.map((consumer) => Promise.resolve(channel.cancel(consumer)).catch(() => undefined)),
    );
    await Promise.all(running);
    await Promise.resolve(channel.close()).catch(() => undefined);
  };
  return { close, [Symbol.asyncDispose]: close };
};

const consumeFrom = async (
  channel: AmqpChannel,
  name: string,
  [exchange, key]: readonly [string, string],
  take: (message: AmqpMessage | null) => void,
): Promise<string> => {
  const { queue } = await channel.assertQueue(name, {
    durable: false,
    autoDelete: true,
    exclusive: name === '',
  });
  await channel.bindQueue(queue, exchange, key);
  return (await channel.consume(queue, take)).consumerTag;
};
