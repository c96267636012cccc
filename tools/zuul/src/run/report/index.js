// The report of a run: a folder that is there as a whole, or not at all.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../../errors.js';
import { pageOf } from './html.js';
import { junitOf } from './junit.js';

/** @import { Mask } from '../mask.js' */
/** @import { JobOutcome } from '../scheduler.js' */
/** @import { Subject } from '../variables.js' */

/**
 * @typedef {object} Report
 * @property {Subject} subject
 * @property {readonly JobOutcome[]} outcomes
 * @property {boolean} isSuccess
 * @property {Date} start
 * @property {Date} end
 * @property {Mask} mask
 */

const TAIL = 100;

/** @param {Report} report @returns {Record<string, unknown>} as Zuul tells of a buildset */
const buildsetOf = ({ subject, outcomes, isSuccess, start, end, mask }) => ({
  uuid: subject.buildset,
  result: isSuccess ? 'SUCCESS' : 'FAILURE',
  pipeline: subject.item.pipeline,
  project: subject.item.project,
  ...subject.item.ref,
  commit: subject.commit,
  first_build_start_time: start.toISOString(),
  last_build_end_time: end.toISOString(),
  builds: outcomes.map(({ job, result, reason, builds }) => {
    const last = builds.at(-1);
    const { zuul, ...returned } = last?.returned ?? {};
    return {
      uuid: last?.uuid ?? null,
      job_name: job.name,
      result,
      voting: job.scalars['voting'] !== false,
      start_time: builds[0]?.start.toISOString() ?? null,
      end_time: last?.end.toISOString() ?? null,
      duration: last === undefined ? null : (last.end.getTime() - last.start.getTime()) / 1000,
      attempts: builds.length,
      reason: reason ?? null,
      log: last === undefined ? null : `logs/${job.name}/job-output.txt`,
      artifacts: mask(/** @type {Record<string, unknown> | undefined} */ (zuul)?.['artifacts'] ?? []),
      returned: mask(returned),
      playbooks: builds.flatMap((build, index) =>
        build.playbooks.map(({ phase, playbook, ending, start: from, end: to }) => ({
          attempt: index + 1,
          phase,
          playbook,
          ending,
          start_time: from.toISOString(),
          end_time: to.toISOString(),
        })),
      ),
    };
  }),
});

/** @param {string} folder @throws {UsageError} for a folder that holds something else */
export const requireReportFolder = (folder) => {
  if (!existsSync(folder)) return;
  const entries = readdirSync(folder);
  if (entries.length > 0 && !entries.includes('buildset.json'))
    throw new UsageError(
      `--report ${folder}: the folder holds something other than a report; name another one`,
    );
};

/** Puts one folder in another's place. Where runs end at the same time, the last one's stays. @param {string} folder @param {string} draft */
const replace = (folder, draft) => {
  for (let tries = 10; ; tries -= 1) {
    try {
      rmSync(folder, { recursive: true, force: true });
      renameSync(draft, folder);
      return;
    } catch (error) {
      const { code = '' } = /** @type {NodeJS.ErrnoException} */ (error);
      if (tries === 0 || !['ENOTEMPTY', 'EEXIST'].includes(code)) throw error;
    }
  }
};

/** @param {string} folder @param {Report} report */
export const writeReport = (folder, report) => {
  const { subject, outcomes, isSuccess, start, end } = report;
  const draft = `${folder}.${subject.buildset}`;
  mkdirSync(join(draft, 'logs'), { recursive: true });
  try {
    for (const { job, builds } of outcomes) {
      for (const [index, { logs }] of builds.entries()) {
        const isLast = index === builds.length - 1;
        cpSync(logs, join(draft, 'logs', isLast ? job.name : `${job.name}.attempt-${String(index + 1)}`), {
          recursive: true,
        });
      }
    }
    /** @param {string} job */
    const logOf = (job) =>
      readFileSync(join(draft, 'logs', job, 'job-output.txt'), 'utf8')
        .trimEnd()
        .split('\n');
    const name = `${subject.item.project} ${subject.item.pipeline}`;
    writeFileSync(join(draft, 'buildset.json'), `${JSON.stringify(buildsetOf(report), null, 2)}\n`);
    writeFileSync(
      join(draft, 'junit.xml'),
      junitOf(outcomes, { name, start, end, tailOf: (job) => logOf(job).slice(-TAIL).join('\n') }),
    );
    const facts = [
      `${subject.item.ref.tag === undefined ? `branch ${subject.item.ref.branch ?? ''}` : `tag ${subject.item.ref.tag}`}${subject.commit === '' ? '' : `, commit ${subject.commit.slice(0, 12)}`}, started ${start.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    ];
    writeFileSync(
      join(draft, 'index.html'),
      pageOf(outcomes, { title: name, isSuccess, start, end, logOf, facts }),
    );
    mkdirSync(dirname(folder), { recursive: true });
    replace(folder, draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};
