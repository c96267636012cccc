import type { Seconds } from '@oslofjord/config';

/** Tells the time. */
export interface Clock {
  /** Seconds since 1970, exact. */
  now(): Seconds;
  /** Seconds since 1970, for judging the age of a hit; may lag by one turn of the event loop. */
  coarse(): Seconds;
}

const READS_PER_LOOK = 256;

/**
 * The system's clock. `coarse` looks at it once per turn of the event loop and at most every 256 reads, which is most
 * of the cost of a hit otherwise.
 */
export const systemClock = (): Clock => {
  let known = 0;
  let reads = 0;
  const forget = (): void => {
    known = 0;
  };
  return {
    now: () => Date.now() / 1000,
    coarse: () => {
      reads += 1;
      if (known === 0 || reads >= READS_PER_LOOK) {
        if (known === 0) setImmediate(forget).unref();
        known = Date.now() / 1000;
        reads = 0;
      }
      return known;
    },
  };
};
