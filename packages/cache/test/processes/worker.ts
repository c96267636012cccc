// One process of a test: opens a region on the server that its first argument describes, and obeys lines of JSON.
import { createInterface } from 'node:readline';
import { memcached } from '../../src/drivers/memcached.ts';
import { redis } from '../../src/drivers/redis.ts';
import { etcd } from '../../src/drivers/etcd.ts';
import { NO_VALUE } from '../../src/entry.ts';
import { createRegion } from '../../src/region.ts';

const { kind, port, leaseTime } = JSON.parse(process.argv[2] ?? '{}') as {
  kind: 'memcached' | 'redis' | 'etcd';
  port: number;
  leaseTime: `${number}s`;
};
const place = `127.0.0.1:${String(port)}`;
const driver =
  kind === 'memcached'
    ? memcached({ servers: [place] })
    : kind === 'redis'
      ? redis({ server: place })
      : etcd({ server: place, timeout: '5s' });
const region = createRegion({ driver, leaseTime, expirationTime: 600, onBackendError: 'throw' });

const sleep = async (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Nanoseconds of a clock that all processes of a machine share. */
const moment = (): string => process.hrtime.bigint().toString();

interface Order {
  readonly id: number;
  readonly op: 'create' | 'createMany' | 'get' | 'set' | 'delete' | 'ready';
  readonly key: string;
  readonly keys?: readonly string[];
  readonly callers?: number;
  readonly takes?: number;
  readonly value?: unknown;
}

const obey = async ({ op, key, keys = [key], callers = 1, takes = 0, value }: Order): Promise<unknown> => {
  switch (op) {
    case 'create': {
      let calls = 0;
      const started = Date.now();
      let slowest = 0;
      let baseline = takes;
      // What a pause of the same length takes in this process at the same time.
      void sleep(takes).then(() => {
        baseline = Date.now() - started;
      });
      const values = await Promise.all(
        Array.from({ length: callers }, async () => {
          const answer = await region.getOrCreate(key, async () => {
            calls += 1;
            const begun = moment();
            await sleep(takes);
            return value ?? begun;
          });
          slowest = Math.max(slowest, Date.now() - started);
          return answer;
        }),
      );
      return { calls, slowest, baseline, values: [...new Set(values)] };
    }
    case 'createMany': {
      let calls = 0;
      const values = await region.getOrCreateMulti(keys, async (missing) => {
        calls += missing.length;
        const begun = moment();
        await sleep(takes);
        return missing.map(() => value ?? begun);
      });
      return { calls, values };
    }
    case 'get': {
      const found = await region.get(key);
      return found === NO_VALUE ? null : found;
    }
    case 'set': {
      const issued = moment();
      await region.set(key, value ?? issued);
      return issued;
    }
    case 'delete': {
      const issued = moment();
      await region.delete(key);
      return issued;
    }
    default:
      await driver.check();
      return null;
  }
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line) as Order;
  void obey(order).then(
    (answer) => process.stdout.write(`${JSON.stringify({ id: order.id, answer })}\n`),
    (error: unknown) => process.stdout.write(`${JSON.stringify({ id: order.id, error: String(error) })}\n`),
  );
});
