import type { Count } from '@oslofjord/config';
import type { Parameters } from 'fast-check';

const { PROPERTY_SEED, PROPERTY_RUNS } = process.env;

/** How many times more than usual laws are tried; the environment sets it. */
export const effort: Count = Number(PROPERTY_RUNS ?? 1);

/** The seed of random traces; the environment sets it. */
export const seed: Count = Number(PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 32));

/** How often a law is tried, and from which seed. */
export const trials = (runs: number): Parameters<unknown> => ({
  numRuns: Math.ceil(runs * effort),
  ...(PROPERTY_SEED === undefined ? {} : { seed }),
});
