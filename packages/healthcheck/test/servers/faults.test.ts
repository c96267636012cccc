// Servers that are killed and frozen under calls that go on: what is seen, how soon, and what a recorder of completions
// alone sees.
import amqp, { type Channel, type ChannelModel } from 'amqplib';
import { connect } from 'node:net';
import { serverOrSkip } from '@oslofjord/services';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { classifyPostgresql, classifyRabbitmq, classifyRedis } from '../../src/checks.ts';
import { Health, type Component, type Verdict } from '../../src/index.ts';

const TICK = 50;
const HANG = 500;
const EVERY = 20;

const sleep = async (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** What counts calls that end, and nothing else. */
class CompletionsOnly {
  failures = 0;
  async track(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch {
      this.failures += 1;
    }
  }
}

/** The longest that this machine kept a timer waiting while it ran: what every time measured may be late by. */
const watchPauses = (): { worst: () => number; end: () => void } => {
  let worst = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - 10);
    last = now;
  }, 10);
  return { worst: () => worst, end: () => clearInterval(timer) };
};

/** When a component first read as one that fails, measured from a moment. */
const detection = async (component: Component, since: number, atMost: number): Promise<number> => {
  while (performance.now() - since < atMost) {
    if (component.reading.status === 'fail') return performance.now() - since;
    await sleep(2);
  }
  return Infinity;
};

interface Subject {
  readonly name: 'postgresql' | 'redis' | 'rabbitmq' | 'memcached';
  readonly classify?: (error: unknown) => Verdict;
  /** A client as services use it, and one call of it. */
  readonly open: (server: {
    url: string;
    port: number;
  }) => Promise<{ call: () => Promise<unknown>; close: () => unknown }>;
}

const subjects: readonly Subject[] = [
  {
    name: 'postgresql',
    classify: classifyPostgresql,
    open: async ({ url }) => {
      const pool = new Pool({ connectionString: url });
      pool.on('error', () => undefined);
      return {
        call: async () => pool.query('SELECT 1'),
        close: () => void pool.end().catch(() => undefined),
      };
    },
  },
  {
    name: 'redis',
    classify: classifyRedis,
    open: async ({ url }) => {
      const client = new Redis(url, { enableOfflineQueue: false });
      client.on('error', () => undefined);
      await new Promise((resolve) => client.once('ready', resolve));
      return { call: async () => client.get('key'), close: () => client.disconnect() };
    },
  },
  {
    name: 'rabbitmq',
    classify: classifyRabbitmq,
    open: async ({ url }) => {
      let connection: ChannelModel | undefined;
      let channel: Channel | undefined;
      let isOver = false;
      const open = async (): Promise<void> => {
        try {
          connection = await amqp.connect(url);
          connection.on('error', () => undefined);
          connection.on('close', () => {
            channel = undefined;
            if (!isOver) setTimeout(() => void open(), 100).unref();
          });
          channel = await connection.createChannel();
          channel.on('error', () => undefined);
          await channel.assertQueue('queue');
        } catch {
          if (!isOver) setTimeout(() => void open(), 100).unref();
        }
      };
      await open();
      return {
        call: async () => {
          if (channel === undefined) throw Object.assign(new Error('no connection'), { code: 'ENOTCONN' });
          return channel.checkQueue('queue');
        },
        close: () => {
          isOver = true;
          void connection?.close().catch(() => undefined);
        },
      };
    },
  },
  {
    name: 'memcached',
    open: async ({ port }) => ({
      call: async () =>
        new Promise((resolve, reject) => {
          const socket = connect(port, '127.0.0.1', () => socket.write('get key\r\n'));
          socket.on('data', () => {
            socket.destroy();
            resolve(1);
          });
          socket.on('error', reject);
          socket.on('close', () => reject(new Error('closed')));
        }),
      close: () => undefined,
    }),
  },
];

for (const subject of subjects) {
  const { server, skipped } = await serverOrSkip(subject.name, { own: true });
  describe.skipIf(server === undefined)(
    `${subject.name}${skipped === undefined ? '' : ` (skipped: ${skipped})`}`,
    () => {
      if (server === undefined) return;
      afterAll(async () => server.stop());

      test('frozen: seen within the hang limit and two ticks, though no call ends; thawed: well again', async () => {
        await using health = new Health({ tick: `${TICK}ms` });
        await health.start();
        const component = health.component('subject', {
          hang: `${HANG}ms`,
          ...(subject.classify === undefined ? {} : { classify: subject.classify }),
        });
        const control = new CompletionsOnly();
        const { call, close } = await subject.open(server);
        const pauses = watchPauses();
        const state = { isOver: false };
        const traffic = (async () => {
          while (!state.isOver) {
            const sent = call();
            void component.track(async () => sent).catch(() => undefined);
            void control.track(async () => sent);
            await sleep(EVERY);
          }
        })();
        await expect.poll(() => component.reading.status).toBe('pass');
        await sleep(300);
        const failuresBefore = control.failures;
        await server.freeze();
        const seen = await detection(component, performance.now(), 5000);
        expect(component.reading.cause).toBe('hung');
        // A call may have begun up to one turn of the traffic after the freeze.
        expect(seen).toBeLessThanOrEqual(HANG + 2 * TICK + EVERY + pauses.worst());
        expect(seen).toBeGreaterThan(HANG - EVERY - TICK);
        await sleep(300);
        expect(control.failures - failuresBefore).toBe(0);
        const thawed = performance.now();
        await server.resume();
        await expect.poll(() => component.reading.status, { timeout: 10_000, interval: 5 }).toBe('pass');
        expect(performance.now() - thawed).toBeLessThan(1000 + 4 * pauses.worst());
        state.isOver = true;
        await traffic;
        close();
        pauses.end();
      });

      test('killed: seen as soon as calls fail; started again: well again', async () => {
        await using health = new Health({ tick: `${TICK}ms` });
        await health.start();
        const component = health.component('subject', {
          hang: `${HANG}ms`,
          ...(subject.classify === undefined ? {} : { classify: subject.classify }),
        });
        const { call, close } = await subject.open(server);
        const pauses = watchPauses();
        const state = { isOver: false };
        const traffic = (async () => {
          while (!state.isOver) {
            void component.track(call).catch(() => undefined);
            await sleep(EVERY);
          }
        })();
        await expect.poll(() => component.reading.status).toBe('pass');
        const killed = performance.now();
        await server.kill();
        const seen = await detection(component, killed, 5000);
        expect(seen).toBeLessThanOrEqual(HANG + 2 * TICK + EVERY + pauses.worst());
        expect(component.failure?.code ?? component.reading.cause).toMatch(/^[A-Z0-9_]{3,}$|Error$|^hung$/);
        await server.restart();
        await expect.poll(() => component.reading.status, { timeout: 20_000, interval: 5 }).toBe('pass');
        state.isOver = true;
        await traffic;
        close();
        pauses.end();
        expect(health.history.map(({ to }) => to)).toContain('fail');
      });
    },
  );
}

const redis = await serverOrSkip('redis', { own: true });
test.skipIf(redis.server === undefined)(
  `a process that stands still does not blame those whose answers it could not read${redis.skipped === undefined ? '' : ` (skipped: ${redis.skipped})`}`,
  async () => {
    await using health = new Health({ tick: '20ms' });
    await health.start();
    const component = health.component('redis', { hang: '100ms', classify: classifyRedis });
    const client = new Redis(redis.server!.url);
    await new Promise((resolve) => client.once('ready', resolve));
    for (let round = 0; round < 5; round += 1) {
      const call = component.track(async () => client.get('key'));
      // The command leaves, and its answer comes while nobody can read it.
      await new Promise(setImmediate);
      const end = performance.now() + 400;
      while (performance.now() < end);
      await call;
      await sleep(60);
    }
    expect(health.history.map(({ cause }) => cause)).toEqual(['working']);
    client.disconnect();
    await redis.server!.stop();
  },
);
