import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithServer } from '@oslofjord/services';
import { connect as connectAmqp } from 'amqplib';
import { connect as connectNats } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderText } from '../../src/exposition/text.ts';
import { createAmqpRpcClient, createAmqpRpcServer } from '../../src/messaging/amqplib.ts';
import { createNatsRpcClient, createNatsRpcServer } from '../../src/messaging/nats.ts';
import { registryEvents, RpcMetrics } from '../../src/messaging.ts';
import { createMetrics } from '../../src/registry.ts';
import { totalOf, until } from '../collector/sending.ts';

const directory = mkdtempSync(join(tmpdir(), 'oslofjord-rpc-'));

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

class QuotaError extends Error {
  override readonly name = 'QuotaError';
}

const endpoints = {
  volumes: {
    create: ({ size }: { size: number }) => ({ id: `volume-${String(size)}` }),
    slow: async ({ ms }: { ms: number }) => {
      await new Promise((resolve) => {
        setTimeout(resolve, ms);
      });
      return 'done';
    },
    refuse: () => {
      throw new QuotaError('too many volumes');
    },
    note: () => undefined,
  },
};

const counting = () => {
  const registry = createMetrics({ selfMetrics: false });
  const metrics = new RpcMetrics(registryEvents(registry), 'volume-api');
  return { registry, metrics, page: () => renderText(registry, { numbers: 'python' }) };
};

const START = 'oslo_messaging_rpc_client_invocation_start_total';

/** The same calls over either broker. */
const behave = async (
  client: {
    call: (method: string, args?: unknown, options?: object) => Promise<unknown>;
    cast: (method: string, args?: unknown, options?: object) => Promise<void>;
  },
  clientPage: () => string,
  serverPage: () => string,
): Promise<void> => {
  expect(await client.call('create', { size: 5 })).toEqual({ id: 'volume-5' });
  expect(await client.call('slow', { ms: 30 }, { target: { server: 'host-a' } })).toBe('done');
  await client.cast('note', {});
  await client.cast('note', {}, { target: { fanout: true } });
  await expect(client.call('refuse')).rejects.toMatchObject({
    code: 'ERR_METRICS_RPC_REMOTE',
    remoteType: 'QuotaError',
  });
  await expect(client.call('missing')).rejects.toMatchObject({ remoteType: 'NoSuchMethod' });
  await expect(client.call('slow', { ms: 300 }, { timeout: '50ms' })).rejects.toMatchObject({
    code: 'ERR_METRICS_RPC_TIMEOUT',
  });
  await Promise.all(Array.from({ length: 200 }, (_, index) => client.call('create', { size: index })));
  const SERVER = 'oslo_messaging_rpc_server';
  await until(() => totalOf(serverPage(), `${SERVER}_invocation_end_total`) === 205, 'all is served');
  const page = clientPage();
  // The labels of oslo.messaging, in the order of its page.
  expect(page).toContain(
    `${START}{call_type="call",exchange="None",fanout="None",method="create",namespace="None",process="volume-api",server="None",timeout="None",topic="volume",version="None"} 201.0`,
  );
  expect(page).toContain('call_type="cast",exchange="None",fanout="True",method="note"');
  for (const [exception, method] of [
    ['RpcRemoteError', 'refuse'],
    ['RpcRemoteError', 'missing'],
    ['RpcTimeoutError', 'slow'],
  ] as const) {
    expect(page).toMatch(
      new RegExp(
        `_exception_total\\{call_type="call",exception="${exception}",.*method="${method}",.*\\} 1\\.0`,
        'u',
      ),
    );
  }
  const CLIENT = 'oslo_messaging_rpc_client';
  const starts = totalOf(page, `${CLIENT}_invocation_start_total`);
  expect(starts).toBe(207);
  expect(totalOf(page, `${CLIENT}_invocation_end_total`)).toBe(starts - 3);
  expect(totalOf(page, `${CLIENT}_processing_seconds_count`)).toBe(starts - 3);
  // What the client starts the server starts too, but for the method that is not there.
  const served = serverPage();
  expect(totalOf(served, `${SERVER}_invocation_start_total`)).toBe(starts - 1);
  expect(totalOf(served, `${SERVER}_exception_total`)).toBe(1);
  expect(totalOf(served, `${SERVER}_processing_seconds_count`)).toBe(205);
  expect(served).toContain(
    `${SERVER}_invocation_start_total{endpoint="volumes",exchange="None",method="create",namespace="None",process="volume-api",server="host-a",topic="volume",version="None"} 201.0`,
  );
  expect(served).toContain(
    `${SERVER}_exception_total{endpoint="volumes",exception="QuotaError",exchange="None",method="refuse",`,
  );
};

await describeWithServer({ describe, beforeAll, afterAll }, 'rabbitmq', {}, (server) => {
  it('calls over RabbitMQ are counted by client and server with the names and labels of oslo.messaging', async () => {
    const connection = await connectAmqp(server().url);
    const ours = counting();
    const theirs = counting();
    const target = { topic: 'volume' };
    const rpcServer = await createAmqpRpcServer({
      connection,
      metrics: theirs.metrics,
      target: { ...target, server: 'host-a' },
      endpoints,
    });
    const client = await createAmqpRpcClient({ connection, metrics: ours.metrics, target });
    await behave(client, ours.page, theirs.page);
    await client.close();
    await rpcServer.close();
    await connection.close();
  });

  it('a broker that goes fails the calls that wait, and they are counted', async () => {
    const connection = await connectAmqp(server().url);
    connection.on('error', () => undefined);
    const { metrics, page } = counting();
    const client = await createAmqpRpcClient({ connection, metrics, target: { topic: 'nobody' } });
    const waiting = client.call('create');
    const failed = expect(waiting).rejects.toMatchObject({ code: 'ERR_METRICS_RPC_CONNECTION' });
    await server().kill();
    await failed;
    expect(page()).toContain('exception="RpcConnectionError"');
    await server().restart();
  });
});

await describeWithServer({ describe, beforeAll, afterAll }, 'nats', {}, (server) => {
  it('calls over NATS are counted by client and server with the names and labels of oslo.messaging', async () => {
    const connection = await connectNats({ servers: server().url });
    const ours = counting();
    const theirs = counting();
    const target = { topic: 'volume' };
    const rpcServer = createNatsRpcServer({
      connection,
      metrics: theirs.metrics,
      target: { ...target, server: 'host-a' },
      endpoints,
    });
    const client = createNatsRpcClient({ connection, metrics: ours.metrics, target });
    await behave(client, ours.page, theirs.page);
    await rpcServer.close();
    await connection.close();
  });

  it('a call that nobody answers fails at once, and is counted', async () => {
    const connection = await connectNats({ servers: server().url });
    const { metrics, page } = counting();
    const client = createNatsRpcClient({ connection, metrics, target: { topic: 'nobody' } });
    await expect(client.call('create')).rejects.toMatchObject({ code: 'ERR_METRICS_RPC_TIMEOUT' });
    expect(page()).toContain('exception="RpcTimeoutError"');
    await connection.close();
  });
});
