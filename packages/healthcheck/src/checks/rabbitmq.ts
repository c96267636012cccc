import type { Check } from '../components/component-options.ts';
import { classifyAny, type Verdict } from '../components/failure.ts';

/** What of a channel of amqplib is used. */
export interface AmqpChannelLike {
  /** Closes it. */
  close(): PromiseLike<unknown>;
}

/** What of a connection of amqplib is used. */
export interface AmqpConnectionLike {
  /** Opens a channel. */
  createChannel(): PromiseLike<AmqpChannelLike>;
}

/** Codes of AMQP 0-9-1 that close a channel and are about what was asked of it. */
const CHANNEL: ReadonlySet<number> = new Set([311, 312, 313, 403, 404, 405, 406]);

/** What closes only a channel shows that the broker answers. */
export const classifyRabbitmq = (error: unknown): Verdict => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'number' && CHANNEL.has(code) ? 'answer' : classifyAny(error);
};

/**
 * A RabbitMQ broker, through the connection that the service uses: a channel is opened and closed.
 * @param connection a function, for a connection that was lost is replaced; undefined while there is none
 */
export const rabbitmq = (connection: () => AmqpConnectionLike | undefined): Check => ({
  kind: 'component',
  probe: async () => {
    const current = connection();
    if (current === undefined) throw Object.assign(new Error('there is no connection'), { code: 'ENOTCONN' });
    const channel = await current.createChannel();
    await channel.close();
  },
  classify: classifyRabbitmq,
});
