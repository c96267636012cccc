// The table of results, as Zuul comments on a change.

/** @import { JobOutcome } from '../scheduler.js' */

/** @param {number} milliseconds @returns {string} as in `1h 02m 03s` */
export const lasting = (milliseconds) => {
  const seconds = Math.round(milliseconds / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  /** @param {number} value */
  const two = (value) => String(value).padStart(2, '0');
  if (hours > 0) return `${String(hours)}h ${two(minutes)}m ${two(rest)}s`;
  return minutes > 0 ? `${String(minutes)}m ${two(rest)}s` : `${String(rest)}s`;
};

/** Time from the first attempt to the end of the last. @param {JobOutcome} outcome */
export const durationOf = ({ builds }) =>
  (builds.at(-1)?.end.getTime() ?? 0) - (builds[0]?.start.getTime() ?? 0);

/** @param {JobOutcome} outcome */
const described = (outcome) => {
  const { job, result, reason, builds } = outcome;
  const message = result === 'SUCCESS' ? job.scalars['success-message'] : job.scalars['failure-message'];
  const shown =
    message === undefined || result === 'SKIPPED' || result === 'CANCELED' ? result : String(message);
  const time = builds.length > 0 ? ` in ${lasting(durationOf(outcome))}` : '';
  const tries = builds.length > 1 ? `, attempt ${String(builds.length)}` : '';
  const voting = job.scalars['voting'] === false ? ' (non-voting)' : '';
  return `${shown}${time}${tries}${voting}${reason === undefined ? '' : ` ${reason}`}`;
};

/**
 * @param {readonly JobOutcome[]} outcomes
 * @param {boolean} isSuccess
 * @returns {string} lines, each with its end
 */
export const summaryOf = (outcomes, isSuccess) => {
  const width = Math.max(...outcomes.map(({ job }) => job.name.length), 0);
  const lines = outcomes.map((outcome) => `- ${outcome.job.name.padEnd(width)} : ${described(outcome)}\n`);
  return `Build ${isSuccess ? 'succeeded' : 'failed'}.\n\n${lines.join('')}`;
};
