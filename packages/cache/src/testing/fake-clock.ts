import type { Seconds } from '@oslofjord/config';
import type { Clock } from '../clock.ts';

/** A clock that a test moves. */
export interface FakeClock extends Clock {
  advance(seconds: Seconds): void;
  set(now: Seconds): void;
}

/** Makes a clock that stands still until told otherwise; at 2023-11-14T22:13:20Z unless given. */
export const fakeClock = (start: Seconds = 1_700_000_000): FakeClock => {
  let now = start;
  return {
    now: () => now,
    coarse: () => now,
    advance: (seconds) => {
      now += seconds;
    },
    set: (moment) => {
      now = moment;
    },
  };
};
