// JUnit's XML: one case a job. Skipped and cancelled jobs are skipped cases, failed non-voting ones too, with the reason.
import { escaped } from './markup.js';
import { durationOf } from './summary.js';

/** @import { JobOutcome } from '../scheduler.js' */

/** What XML does not have, not even as references. */
// eslint-disable-next-line no-control-regex -- these are what is left out
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu;

/** Text as XML has it. @param {string} text */
const written = (text) => escaped(text.replaceAll(FORBIDDEN, ''));

/** @param {JobOutcome} outcome */
const kindOf = ({ result, job }) => {
  if (result === 'SUCCESS') return 'passed';
  if (result === 'SKIPPED' || result === 'CANCELED' || job.scalars['voting'] === false) return 'skipped';
  return result === 'FAILURE' || result === 'POST_FAILURE' ? 'failure' : 'error';
};

/**
 * @param {readonly JobOutcome[]} outcomes
 * @param {{ name: string, start: Date, end: Date, tailOf: (job: string) => string }} options
 * @returns {string}
 */
export const junitOf = (outcomes, { name, start, end, tailOf }) => {
  const cases = outcomes.map((outcome) => {
    const { job, result, reason } = outcome;
    const kind = kindOf(outcome);
    const message = written(
      `${result}${reason === undefined ? '' : `: ${reason}`}${job.scalars['voting'] === false ? ' (non-voting)' : ''}`,
    );
    const head = `    <testcase classname="${written(name)}" name="${written(job.name)}" time="${(durationOf(outcome) / 1000).toFixed(3)}"`;
    if (kind === 'passed') return `${head}/>`;
    if (kind === 'skipped') return `${head}>\n      <skipped message="${message}"/>\n    </testcase>`;
    return `${head}>\n      <${kind} message="${message}" type="${result}">${written(tailOf(job.name))}</${kind}>\n    </testcase>`;
  });
  /** @param {string} kind */
  const count = (kind) => outcomes.filter((outcome) => kindOf(outcome) === kind).length;
  const counts = `tests="${String(outcomes.length)}" failures="${String(count('failure'))}" errors="${String(count('error'))}" skipped="${String(count('skipped'))}" time="${((end.getTime() - start.getTime()) / 1000).toFixed(3)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts.replace(/ skipped="\d+"/u, '')}>
  <testsuite name="${written(name)}" ${counts} timestamp="${start.toISOString().slice(0, 19)}" hostname="localhost">
${cases.join('\n')}
  </testsuite>
</testsuites>
`;
};
