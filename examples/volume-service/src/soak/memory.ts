import { readFile } from 'node:fs/promises';
import type { Child } from '../real/child.ts';

/** The memory of a process at a time. */
export interface Sample {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly name: string;
  readonly pid: number;
  readonly megabytes: number;
}

/** The memory of each life of the processes that lived long enough to tell. */
export interface Growth {
  readonly name: string;
  readonly pid: number;
  /** Of what is looked at, after the first two minutes. */
  readonly seconds: number;
  readonly megabytesPerMinute: number;
}

const MEGABYTE_IN_KILOBYTES = 1024;
/** While it is young a process takes memory for code and caches that it keeps. */
const YOUNG_MILLISECONDS = 120_000;
/** A heap that is collected once in two minutes tells nothing in less. */
const LEAST_MILLISECONDS = 240_000;

/** The resident memory of the processes now. */
export const memoryOf = async (children: readonly Child[], at: number): Promise<Sample[]> => {
  const samples = await Promise.all(
    children.map(async ({ name, pid }) => {
      const text = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
      const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0);
      return { at, name, pid: pid ?? 0, megabytes: kilobytes / MEGABYTE_IN_KILOBYTES };
    }),
  );
  return samples.filter(({ megabytes }) => megabytes > 0);
};

/** The slope of the line that fits best. */
const slopeOf = (samples: readonly Sample[]): number => {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [time, memory] = [mean(({ at }) => at), mean(({ megabytes }) => megabytes)];
  const covariance = samples.reduce((sum, { at, megabytes }) => sum + (at - time) * (megabytes - memory), 0);
  const variance = samples.reduce((sum, { at }) => sum + (at - time) ** 2, 0);
  return covariance / variance;
};

/** How fast each life of a process grew, once it was two minutes old and if it was looked at for four minutes after that. */
export const growthOf = (samples: readonly Sample[]): Growth[] => {
  const lives = new Map<number, Sample[]>();
  for (const sample of samples) lives.set(sample.pid, [...(lives.get(sample.pid) ?? []), sample]);
  return [...lives.values()].flatMap((life) => {
    const born = life[0]?.at ?? 0;
    const old = life.filter(({ at }) => at - born >= YOUNG_MILLISECONDS);
    const [first, last] = [old[0], old.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < LEAST_MILLISECONDS) return [];
    const seconds = Math.round((last.at - first.at) / 1000);
    return [{ name: first.name, pid: first.pid, seconds, megabytesPerMinute: slopeOf(old) * 60_000 }];
  });
};
