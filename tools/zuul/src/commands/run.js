// `zuul-local run`: runs the jobs of an item here.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { FreezeError, UsageError } from '../errors.js';
import { freeze } from '../freeze.js';
import { expandFiles, ITEM_HELP, ITEM_OPTIONS, selectItem } from '../item.js';
import { runJob } from '../run/build.js';
import { maskOf } from '../run/mask.js';
import { requireReportFolder, writeReport } from '../run/report/index.js';
import { Progress } from '../run/report/progress.js';
import { summaryOf } from '../run/report/summary.js';
import { schedule } from '../run/scheduler.js';
import { readSecrets, requireSecrets, secretsOf } from '../run/secrets.js';
import { Workspaces } from '../run/workspace.js';
import { loadTenant } from '../tenant.js';
import { plainValue } from '../values.js';
import { readYaml } from '../yaml.js';

/** @import { Context } from '../context.js' */
/** @import { FrozenJob, Playbook } from '../frozen-job.js' */
/** @import { Engine } from '../run/engines/engine.js' */
/** @import { Tenant } from '../tenant.js' */

/** @typedef {Record<string, unknown>} Mapping */

const HELP = `zuul-local run [JOB…] [options]

Runs the jobs that the item runs, or those that are named and what they need. Ends with 0 when all voting jobs succeed,
1 when one fails, 2 when the configuration is wrong, 130 after Ctrl-C.

${ITEM_HELP}  -j N                  jobs at a time; the number of processors by default
  --engine NAME         native (default) or ansible: what runs the playbooks
  --fail-fast           the first voting job that fails cancels the others
  --no-deps             the named jobs only, without what they depend on
  --attempts N          tries of each job, instead of what its definition says
  --vars KEY=VALUE      a variable that wins over all others; the value is YAML
  --secrets FILE        values of secrets, by name; refused where nobody reviews what runs
  --report DIR          buildset.json, junit.xml, index.html and the logs there;
                        .cache/zuul/report by default
  --keep-workspace      keep the folders in which the jobs worked
  --dry-run             say what would run, and run nothing
  -v, --verbose         all output of all jobs, as it comes
`;

/** @param {string} text @param {string} name @returns {number} */
const countOf = (text, name) => {
  if (!/^[1-9]\d*$/u.test(text)) throw new UsageError(`${name} takes a number from 1, not "${text}"`);
  return Number(text);
};

/** @param {readonly string[]} words @returns {Mapping} */
const variablesOf = (words) =>
  Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at < 1 || !/^[A-Za-z_]\w*$/u.test(word.slice(0, at)))
        throw new UsageError(`--vars takes NAME=VALUE, not "${word}"`);
      return [word.slice(0, at), plainValue(readYaml(word.slice(at + 1)))];
    }),
  );

/**
 * The named jobs with what they need, in the order of the graph; all jobs where none is named.
 * @param {readonly FrozenJob[]} jobs
 * @param {readonly string[]} names
 * @param {boolean} isAlone
 */
const chosenOf = (jobs, names, isAlone) => {
  const known = new Map(jobs.map((job) => [job.name, job]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new UsageError(
      `This item does not run ${unknown.map((name) => `"${name}"`).join(', ')}. It runs ${[...known.keys()].join(', ') || 'nothing'}; --all, --files or --pipeline choose another item`,
    );
  }
  if (names.length === 0) return jobs;
  const wanted = new Set(names);
  if (!isAlone) {
    for (const name of wanted) {
      for (const [dependency, isSoft] of known.get(name)?.dependencies ?? [])
        if (!isSoft && known.has(dependency)) wanted.add(dependency);
    }
  }
  const chosen = jobs.filter(({ name }) => wanted.has(name));
  // What is left out is waited for by nobody.
  for (const job of chosen)
    for (const name of [...job.dependencies.keys()]) if (!wanted.has(name)) job.dependencies.delete(name);
  return chosen;
};

/** @param {string} name @returns {Promise<Engine>} */
const engineOf = async (name) => {
  if (name === 'native') return (await import('../run/engines/native.js')).nativeEngine;
  if (name === 'ansible') return (await import('../run/engines/ansible.js')).ansibleEngine;
  throw new UsageError(`--engine is native or ansible, not "${name}"`);
};

/** @param {string} directory */
const commitOf = async (directory) => {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: directory });
    return stdout.trim();
  } catch {
    return '';
  }
};

/**
 * Folders of roles that a playbook sees: those of its own project, and of projects that its job names.
 * @param {Tenant} tenant
 * @param {Playbook} playbook
 */
const rolesOf = (tenant, { project, roles }) =>
  [project, ...roles.map((name) => name.replace(/^[^/]*\//u, ''))]
    .map((owner) => join(tenant.directory, tenant.pathOf('roles', owner)))
    .filter((folder, index, all) => existsSync(folder) && all.indexOf(folder) === index);

/**
 * Cancels at the first Ctrl-C, so that jobs clean up; ends that, too, at the second.
 * @param {(text: string) => void} say
 */
const interruption = (say) => {
  const [cancel, kill] = [new AbortController(), new AbortController()];
  const onSignal = () => {
    if (cancel.signal.aborted) kill.abort(new Error('interrupted twice'));
    else {
      say('\nInterrupted: stopping what runs and cleaning up; once more to stop that, too\n');
      cancel.abort(new Error('interrupted'));
    }
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  // Who reads no longer wants nothing any more.
  let isUnread = false;
  const onError = () => {
    isUnread = true;
    if (!cancel.signal.aborted) cancel.abort(new Error('nobody reads the output'));
  };
  process.stdout.on('error', onError);
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: cancel.signal,
    killed: kill.signal,
    end: () => {
      if (!isUnread) process.stdout.off('error', onError);
      for (const name of signals) process.removeListener(name, onSignal);
    },
  };
};

/** @param {string[]} words @param {Context} context @returns {Promise<number>} */
export const run = async (words, { cwd, env, stdout, stderr }) => {
  const { values, positionals } = parseArgs({
    args: expandFiles(words),
    allowPositionals: true,
    options: {
      ...ITEM_OPTIONS,
      jobs: { type: 'string', short: 'j' },
      engine: { type: 'string', default: 'native' },
      'fail-fast': { type: 'boolean' },
      'no-deps': { type: 'boolean' },
      attempts: { type: 'string' },
      vars: { type: 'string', multiple: true },
      secrets: { type: 'string' },
      report: { type: 'string' },
      'keep-workspace': { type: 'boolean' },
      'dry-run': { type: 'boolean' },
      verbose: { type: 'boolean', short: 'v' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    stdout.write(HELP);
    return 0;
  }
  const concurrency = values.jobs === undefined ? availableParallelism() : countOf(values.jobs, '-j');
  const attempts = values.attempts === undefined ? undefined : countOf(values.attempts, '--attempts');
  const extraVars = variablesOf(values.vars ?? []);
  const secrets = values.secrets === undefined ? undefined : readSecrets(resolve(cwd, values.secrets));
  const engine = await engineOf(values.engine);
  if (values.report !== undefined) requireReportFolder(resolve(cwd, values.report));

  const tenant = await loadTenant(cwd);
  const { item, layout, unchanged, described } = await selectItem(tenant, values, env);
  const errors = layout.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new FreezeError('Unknown', errors.map(({ where, short }) => `${where}: ${short}`).join('\n'));
  }
  const frozen = freeze(layout, item, unchanged);
  const jobs = chosenOf(frozen.jobs, positionals, values['no-deps'] === true);
  const isPostReview = layout.pipelines.get(item.pipeline)?.isPostReview === true;
  requireSecrets(jobs, secrets, { pipeline: item.pipeline, isPostReview });
  /** @param {{ path: string, project: string }} file */
  const fileOf = ({ path, project }) => join(tenant.directory, tenant.pathOf(path, project));
  requirePlaybooks(jobs, fileOf);

  stdout.write(`${described}: ${String(jobs.length)} job${jobs.length === 1 ? '' : 's'}\n`);
  if (values['dry-run'] === true) {
    for (const job of jobs) stdout.write(`${plan(job)}\n`);
    return 0;
  }
  if (jobs.length === 0) return 0;

  const report =
    values.report === undefined
      ? join(tenant.directory, '.cache', 'zuul', 'report')
      : resolve(cwd, values.report);
  const mask = maskOf(secrets);
  const progress = new Progress(stdout, { isVerbose: values.verbose === true, total: jobs.length, env });
  const workspaces = new Workspaces(tenant.directory);
  const interrupt = interruption((text) => {
    stderr.write(text);
  });
  const start = new Date();
  try {
    await workspaces.clear();
    const subject = {
      tenant: tenant.name,
      item,
      checkout: tenant.directory,
      commit: await commitOf(tenant.directory),
      buildset: randomUUID(),
      isPostReview,
    };
    const { outcomes, isSuccess } = await schedule({
      jobs,
      isFailFast: values['fail-fast'] === true || frozen.failFast,
      concurrency,
      semaphores: layout.semaphores,
      signal: interrupt.signal,
      killed: interrupt.killed,
      listener: progress.listener,
      runJob: (jobRun) =>
        runJob(
          {
            subject,
            engine,
            workspaces,
            fileOf,
            rolesOf: (playbook) => rolesOf(tenant, playbook),
            extraVars,
            secretsOf: (playbook) => secretsOf(jobRun.job, playbook, secrets ?? {}),
            mask,
            env,
            attempts,
          },
          jobRun,
        ),
    });
    progress.end();
    stdout.write(`\n${summaryOf(outcomes, isSuccess)}`);
    writeReport(report, { subject, outcomes, isSuccess, start, end: new Date(), mask });
    stdout.write(`\nReport: ${join(report, 'index.html')}\n`);
    if (interrupt.signal.aborted) return 130;
    return isSuccess ? 0 : 1;
  } finally {
    progress.end();
    interrupt.end();
    if (values['keep-workspace'] === true) stdout.write(`\nWorkspaces: ${workspaces.kept().join(', ')}\n`);
    else workspaces.remove();
  }
};

/** @param {readonly FrozenJob[]} jobs @param {(playbook: Playbook) => string} fileOf */
const requirePlaybooks = (jobs, fileOf) => {
  const missing = jobs.flatMap((job) =>
    Object.values(job.playbooks)
      .flat()
      .filter((playbook) => !existsSync(fileOf(playbook)))
      .map(
        ({ path, project }) =>
          `The job ${job.name} has the playbook ${path} of ${project}, which does not exist`,
      ),
  );
  if (missing.length > 0) throw new FreezeError('Unknown', [...new Set(missing)].join('\n'));
};

/** @param {FrozenJob} job */
const plan = ({ name, dependencies, playbooks, scalars, semaphores }) => {
  const paths = [...playbooks.preRun, ...playbooks.run, ...playbooks.postRun, ...playbooks.cleanupRun].map(
    ({ path }) => path,
  );
  const after = dependencies.size === 0 ? '' : `, after ${[...dependencies.keys()].join(', ')}`;
  const held = semaphores.size === 0 ? '' : `, holding ${[...semaphores.keys()].join(', ')}`;
  return `- ${name}${scalars['voting'] === false ? ' (non-voting)' : ''}${after}${held}: ${paths.join(', ')}`;
};
