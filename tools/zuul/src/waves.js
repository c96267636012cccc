/** @import { FrozenJob } from './frozen-job.js' */

/**
 * Jobs in waves: each waits for jobs of earlier waves only.
 * @param {readonly FrozenJob[]} jobs without cycles
 * @returns {FrozenJob[][]}
 */
export const wavesOf = (jobs) => {
  const byName = new Map(jobs.map((job) => [job.name, job]));
  /** @type {Map<string, number>} */
  const depths = new Map();
  /** @param {FrozenJob} job @returns {number} */
  const depthOf = (job) => {
    const known = depths.get(job.name);
    if (known !== undefined) return known;
    const needed = [...job.dependencies.keys()].flatMap((name) => byName.get(name) ?? []);
    const depth = needed.length === 0 ? 0 : Math.max(...needed.map(depthOf)) + 1;
    depths.set(job.name, depth);
    return depth;
  };
  /** @type {FrozenJob[][]} */
  const waves = [];
  for (const job of jobs) (waves[depthOf(job)] ??= []).push(job);
  return waves;
};
