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

/** What is used of a message of the client nats. */
export interface NatsMessage {
  readonly data: Uint8Array;
  respond(data: Uint8Array): boolean;
}

/** What is used of a connection of the client nats. */
export interface NatsConnectionLike {
  request(subject: string, data: Uint8Array, options: { timeout: number }): Promise<NatsMessage>;
  publish(subject: string, data: Uint8Array): void;
  subscribe(
    subject: string,
    options: { queue?: string; callback: (error: Error | null, message: NatsMessage) => void },
  ): { drain(): Promise<void> };
}

/** What both sides need. */
export interface NatsRpcOptions {
  /** A connection of nats. */
  readonly connection: NatsConnectionLike;
  /** Counts the calls. */
  readonly metrics: RpcMetrics;
}

/** How a client calls over NATS. */
export interface NatsRpcClientOptions extends NatsRpcOptions {
  /** Whom calls are for, unless a call says otherwise. */
  readonly target: RpcTarget;
  /** How long a call waits for its answer. @default '60s' */
  readonly timeout?: Duration;
}

/** What of a call may be said otherwise. */
export interface NatsCallOptions {
  readonly target?: Partial<RpcTarget>;
  readonly timeout?: Duration;
}

/** Calls methods of servers over NATS. */
export interface NatsRpcClient {
  /** Calls a method and answers what it answers. @throws RpcRemoteError, RpcTimeoutError, RpcConnectionError */
  call(method: string, args?: unknown, options?: NatsCallOptions): Promise<unknown>;
  /** Calls a method without waiting for an answer; with `fanout` on every server of the topic. */
  cast(method: string, args?: unknown, options?: NatsCallOptions): Promise<void>;
}

const EXCHANGE = 'openstack';

/** Codes of nats that mean that no answer came in time, or that none would. */
const UNANSWERED = new Set(['TIMEOUT', '503']);

const subjectOf = ({ exchange = EXCHANGE, topic, server, fanout = false }: RpcTarget): string => {
  const base = `${exchange}.${topic}`;
  if (fanout) return `${base}.fanout`;
  return server === undefined ? base : `${base}.server.${server}`;
};

const bodyOf = ({ namespace, version }: RpcTarget, method: string, args: unknown): Buffer =>
  encodeRequest({
    method,
    args: args ?? null,
    ...(namespace === undefined ? {} : { namespace }),
    ...(version === undefined ? {} : { version }),
  });

/** Makes a client whose calls are counted with oslo.messaging's metrics. */
export const createNatsRpcClient = (options: NatsRpcClientOptions): NatsRpcClient => {
  const { connection, metrics } = options;
  const patience = options.timeout ?? '60s';
  const targetOf = ({ target = {} }: NatsCallOptions): RpcTarget => ({ ...options.target, ...target });
  const exchange = async (
    target: RpcTarget,
    method: string,
    args: unknown,
    { timeout }: NatsCallOptions,
  ): Promise<unknown> => {
    const limit = parseDuration(timeout ?? patience);
    let reply: NatsMessage;
    try {
      reply = await connection.request(subjectOf(target), bodyOf(target, method, args), { timeout: limit });
    } catch (error) {
      const { code = '', message } = error as { code?: string; message: string };
      if (UNANSWERED.has(code)) throw new RpcTimeoutError(method, limit / 1000);
      throw new RpcConnectionError(message, { cause: error });
    }
    return decodeReply(reply.data);
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
        connection.publish(subjectOf(target), bodyOf(target, method, args));
      });
    },
  };
};

/** What a server answers over NATS. */
export interface NatsRpcServerOptions extends NatsRpcOptions {
  /** What it answers for; `server` is its own name. */
  readonly target: RpcTarget & { readonly server: string };
  readonly endpoints: RpcEndpoints;
}

/** Answers calls that come over NATS. */
export interface NatsRpcServer extends AsyncDisposable {
  /** Takes no more calls, and waits for those it has. */
  close(): Promise<void>;
}

/**
 * Serves calls and counts them with the metrics that oslo.messaging defines for servers. A call of a method that no
 * endpoint has is answered with an error and not counted.
 */
export const createNatsRpcServer = (options: NatsRpcServerOptions): NatsRpcServer => {
  const { connection, metrics, target, endpoints } = options;
  const running = new Set<Promise<void>>();
  const serve = async (message: NatsMessage): Promise<void> => {
    const request = decodeRequest(message.data);
    const found = request === undefined ? undefined : findMethod(endpoints, request.method);
    if (request === undefined || found === undefined) {
      message.respond(
        encodeReply(failureOf(Object.assign(new Error('no endpoint has it'), { name: 'NoSuchMethod' }))),
      );
      return;
    }
    const { method, args, namespace, version } = request;
    const call = {
      target,
      endpoint: found.endpoint,
      method,
      ...(namespace === undefined ? {} : { namespace }),
      ...(version === undefined ? {} : { version }),
    };
    const reply = await metrics
      .server(call, async () => ({ result: await found.run(args) }))
      .catch(failureOf);
    message.respond(encodeReply(reply));
  };
  const take = (error: Error | null, message: NatsMessage): void => {
    if (error !== null) return;
    const work = serve(message)
      .catch(() => undefined)
      .finally(() => running.delete(work));
    running.add(work);
  };
  const { exchange, topic, server } = target;
  const of = (rest: Partial<RpcTarget>): string =>
    subjectOf({ topic, ...(exchange === undefined ? {} : { exchange }), ...rest });
  const subscriptions = [
    connection.subscribe(of({}), { queue: `${topic}-servers`, callback: take }),
    connection.subscribe(of({ server }), { callback: take }),
    connection.subscribe(of({ fanout: true }), { callback: take }),
  ];
  const close = async (): Promise<void> => {
    await Promise.all(subscriptions.map((subscription) => subscription.drain().catch(() => undefined)));
    await Promise.all(running);
  };
  return { close, [Symbol.asyncDispose]: close };
};
