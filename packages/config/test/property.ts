import type { Parameters } from 'fast-check';

const { PROPERTY_SEED, PROPERTY_RUNS } = process.env;

/** How often a law is tried, and from which seed; the environment sets both. */
export const trials = (runs: number): Parameters<unknown> => ({
  numRuns: runs * Number(PROPERTY_RUNS ?? 1),
  ...(PROPERTY_SEED === undefined ? {} : { seed: Number(PROPERTY_SEED) }),
});
