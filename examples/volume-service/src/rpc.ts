import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ChannelModel } from 'amqplib';
import type { Component } from '@oslofjord/healthcheck';
import type { RpcMetrics } from '@oslofjord/metrics/messaging';
import {
  createAmqpRpcClient,
  createAmqpRpcServer,
  type RpcClient,
} from '@oslofjord/metrics/messaging/amqplib';
import type { Volume, VolumeStore } from './volumes.ts';

/** Where workers are asked. */
const TOPIC = 'volume';

const RECONNECT_AFTER_MILLISECONDS = 500;
/** A broker that stands still is noticed after two of these. */
const HEARTBEAT_SECONDS = 2;

/** Something that lasts as long as a connection does. */
interface Closable {
  close(): Promise<void>;
}

/** A connection that is made anew whenever it breaks, with what is open on it. */
export interface KeptConnection<Use> {
  /** What is open now; undefined while there is no connection. */
  current(): Use | undefined;
  connection(): ChannelModel | undefined;
  close(): Promise<void>;
}

/** The URL in amqplib's words; oslo.messaging writes `rabbit://`. */
const amqpUrl = (transportUrl: string): string => {
  const url = new URL(transportUrl.replace(/^rabbit:/, 'amqp:'));
  url.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  return url.href;
};

/** Connects, opens something on the connection, and does both again when the connection is lost. */
export const keepConnected = <Use extends Closable>(
  transportUrl: string,
  open: (connection: ChannelModel) => Promise<Use>,
): KeptConnection<Use> => {
  const ending = new AbortController();
  let current: Use | undefined;
  let connection: ChannelModel | undefined;
  const once = async (): Promise<void> => {
    const made = await connect(amqpUrl(transportUrl), { timeout: 5000 });
    const lost = new Promise<void>((resolve) => {
      made.on('error', () => undefined).once('close', resolve);
    });
    if (ending.signal.aborted) return made.close();
    connection = made;
    current = await open(made);
    await lost;
  };
  const keep = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await once().catch(() => undefined);
      current = connection = undefined;
      await sleep(RECONNECT_AFTER_MILLISECONDS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  const kept = keep();
  return {
    current: () => current,
    connection: () => connection,
    close: async () => {
      ending.abort();
      await current?.close();
      await connection?.close().catch(() => undefined);
      await kept;
    },
  };
};

/** A client of the workers. */
export const workersAt = (transportUrl: string, metrics: RpcMetrics): KeptConnection<RpcClient> =>
  keepConnected(transportUrl, (connection) =>
    createAmqpRpcClient({ connection, metrics, target: { topic: TOPIC }, timeout: '10s' }),
  );

/**
 * Asks a worker to make a volume and does not wait for it. When that fails the volume stays `creating`, and the next
 * worker that looks for such volumes makes it.
 */
export const provisionBy =
  (workers: KeptConnection<RpcClient>, broker: Component) =>
  ({ id }: Volume): void => {
    const client = workers.current();
    if (client === undefined) return;
    void broker.track(() => client.call('create', { id })).catch(() => undefined);
  };

/** How long a volume may be in the making before a worker takes it up again, and how often one looks. */
const TAKEN_UP_AFTER_SECONDS = 3;
const LOOK_EVERY_MILLISECONDS = 1000;
/** What making a block device takes here. */
const WORK_MILLISECONDS = 50;

/** A worker that makes volumes: those it is asked for, and those that somebody else was asked for and did not make. */
export const startWorker = (
  transportUrl: string,
  { name, store, metrics }: { name: string; store: VolumeStore; metrics: RpcMetrics },
): Closable => {
  const make = async (id: string): Promise<Volume | undefined> => {
    await sleep(WORK_MILLISECONDS);
    return store.finish(id);
  };
  const served = keepConnected(transportUrl, (connection) =>
    createAmqpRpcServer({
      connection,
      metrics,
      target: { topic: TOPIC, server: name },
      endpoints: { volumes: { create: ({ id }: { id: string }) => make(id) } },
    }),
  );
  const look = setInterval(() => {
    const takeUp = async (): Promise<void> => {
      for (const { id } of await store.unfinished(TAKEN_UP_AFTER_SECONDS)) await make(id);
    };
    // The database is asked again the next time.
    void takeUp().catch(() => undefined);
  }, LOOK_EVERY_MILLISECONDS);
  return {
    close: async () => {
      clearInterval(look);
      await served.close();
    },
  };
};
