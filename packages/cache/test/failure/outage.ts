import { createRegion } from '../../src/region.ts';
import type { Driver } from '../../src/driver.ts';

/** What happened to one call during an outage. */
interface Call {
  readonly started: number;
  readonly milliseconds: number;
  readonly error: unknown;
}

/** What an outage looked like from the calls' side. */
export interface OutageReport {
  readonly calls: number;
  readonly answered: number;
  readonly p99: number;
  /** The same of nothing but the creator's pause at the same moments: what the machine adds by itself. */
  readonly baseline: number;
  /** Milliseconds from the end of the outage until the shared store answered a read again. */
  readonly recovery: number;
  readonly rejections: number;
}

const CREATOR = 10;
const EVERY = 20;

const sleep = async (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

const percentile = (times: readonly number[]): number => {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Infinity;
};

/**
 * Runs one call every 20 ms through an outage, with a creator of 10 ms and keys that are often new, and then measures
 * how soon the store is used again.
 */
export const throughOutage = async (
  driver: Driver,
  outage: { readonly begin: () => unknown; readonly end: () => unknown; readonly length: number },
): Promise<OutageReport> => {
  let rejections = 0;
  const onRejection = (): void => {
    rejections += 1;
  };
  process.on('unhandledRejection', onRejection);
  const region = createRegion({ driver, expirationTime: '500ms', staleFor: '1m' });
  const calls: Promise<Call>[] = [];
  const pauses: Promise<number>[] = [];
  const pause = async (): Promise<number> => {
    const started = performance.now();
    await sleep(CREATOR);
    return performance.now() - started;
  };
  let number = 0;
  const call = async (): Promise<Call> => {
    const started = performance.now();
    number += 1;
    try {
      await region.getOrCreate(`key ${String(number % 50)} ${String(Math.floor(number / 100))}`, async () => {
        await sleep(CREATOR);
        return number;
      });
      return { started, milliseconds: performance.now() - started, error: undefined };
    } catch (error) {
      return { started, milliseconds: performance.now() - started, error };
    }
  };
  try {
    for (let warm = 0; warm < 10; warm += 1) await call();
    await outage.begin();
    const begun = performance.now();
    while (performance.now() - begun < outage.length) {
      calls.push(call());
      pauses.push(pause());
      await sleep(EVERY);
    }
    await outage.end();
    const ended = performance.now();
    let recovery = Infinity;
    for (let probe = 0; performance.now() - ended < 5000; probe += 1) {
      const key = `after ${String(probe)}`;
      await region.set(key, probe);
      const [entry] = await driver.getMany([key]).catch(() => []);
      if (entry?.payload === probe) {
        recovery = performance.now() - ended;
        break;
      }
      await sleep(EVERY);
    }
    const finished = await Promise.race([Promise.all(calls), sleep(6000)]);
    const all = finished ?? [];
    return {
      calls: calls.length,
      answered: all.filter(({ error }) => error === undefined).length,
      p99: percentile(all.map(({ milliseconds }) => milliseconds)),
      baseline: percentile(await Promise.all(pauses)),
      recovery,
      rejections,
    };
  } finally {
    process.off('unhandledRejection', onRejection);
    await region.close();
  }
};
