// One build of one job: pre-run, run and post-run playbooks, again where the first of them fail, and what comes of it.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { RE2JS } from 're2js';
import { deepMerge } from '../frozen-job.js';
import { JobOutput } from './job-output.js';
import { PlaybookError } from './playbook.js';
import { MARK, present, stopMarked } from './processes.js';
import { mergeReturned } from './returned.js';
import { includedVariables, inventoryFile, inventoryOf, zuulVariables } from './variables.js';

/** @import { FrozenJob, Playbook } from '../frozen-job.js' */
/** @import { Engine } from './engines/engine.js' */
/** @import { Mask } from './mask.js' */
/** @import { Subject } from './variables.js' */
/** @import { Workspaces } from './workspace.js' */

/** @typedef {Record<string, unknown>} Mapping */
/** @typedef {'SUCCESS' | 'FAILURE' | 'TIMED_OUT' | 'POST_FAILURE' | 'RETRY_LIMIT' | 'CANCELED' | 'ERROR' | 'RETRY' | 'SKIPPED'} BuildResult */
/** @typedef {'pre' | 'run' | 'post' | 'cleanup'} Phase */
/** How one playbook ended. @typedef {'ok' | 'failed' | 'unreachable' | 'timed-out'} Ending */

/**
 * One attempt at a job, as the reports show it.
 * @typedef {object} Build
 * @property {string} uuid
 * @property {string} job
 * @property {BuildResult} result
 * @property {Date} start
 * @property {Date} end
 * @property {string} logs the folder of its log
 * @property {Mapping} returned
 * @property {{ phase: Phase, playbook: string, start: Date, end: Date, ending: Ending }[]} playbooks
 */

/**
 * What builds of a run share.
 * @typedef {object} BuildOptions
 * @property {Subject} subject
 * @property {Engine} engine
 * @property {Workspaces} workspaces
 * @property {(file: { path: string, project: string }) => string} fileOf the file of a project
 * @property {(playbook: Playbook) => readonly string[]} rolesOf folders of roles it sees
 * @property {Mapping} extraVars that win over everything
 * @property {(playbook: Playbook) => Mapping} secretsOf values by name
 * @property {Mask} mask
 * @property {NodeJS.ProcessEnv} env
 * @property {number | undefined} attempts instead of what the job says
 */

/**
 * What one job is given, and whom it tells.
 * @typedef {object} JobRun
 * @property {FrozenJob} job
 * @property {Mapping} inherited what the jobs it depends on have returned
 * @property {readonly string[]} childJobs
 * @property {AbortSignal} signal cancels: only cleanup playbooks run any more
 * @property {AbortSignal} killed ends cleanup playbooks, too
 * @property {(playbook: Playbook, work: () => Promise<void>) => Promise<void>} withSemaphores holds those of a playbook
 * @property {(returned: Mapping) => Promise<void>} pause until the jobs that depend on it are done
 * @property {(line: string) => void} onLine
 * @property {(task: string) => void} onTask
 */

const CLEANUP_TIMEOUT = 300;
const SECOND = 1000;

/** @param {unknown} value @returns {Mapping} */
const mapping = (value) =>
  typeof value === 'object' && value !== null ? /** @type {Mapping} */ (value) : {};

/** @param {Playbook} playbook */
const nameOf = ({ trusted, project, path, branch }) =>
  `${trusted ? 'trusted' : 'untrusted'} : ${project}/${path}@${branch}`;

/** One attempt. */
class Attempt {
  #options;
  #run;
  #build;
  #attempt;
  #attempts;
  #zuul;
  #inventory;
  #output;
  /** @type {Mapping} */
  #returned = {};
  #isFailureSeen = false;
  /** @type {Build['playbooks']} */
  #playbooks = [];
  #workspace;
  /** Milliseconds that are left for pre-run and run playbooks. */
  #left;
  #failurePatterns;

  /** @param {BuildOptions} options @param {JobRun} run @param {number} attempt @param {number} attempts */
  constructor(options, run, attempt, attempts) {
    this.#options = options;
    this.#run = run;
    this.#build = randomUUID();
    this.#attempt = attempt;
    this.#attempts = attempts;
    const { job } = run;
    this.#workspace = options.workspaces.make(this.#build);
    this.#zuul = zuulVariables(options.subject, job, {
      build: this.#build,
      attempt,
      attempts,
      workspace: this.#workspace,
      childJobs: run.childJobs,
      artifacts: /** @type {unknown[]} */ (mapping(run.inherited['zuul'])['artifacts'] ?? []),
    });
    this.#inventory = inventoryOf(job, this.#zuul, run.inherited, {});
    this.#output = new JobOutput(this.#workspace.logs, options.mask, run.onLine);
    this.#left = Number(job.scalars['timeout'] ?? Infinity) * SECOND;
    this.#failurePatterns = [...job.sets['failure-output']].map((pattern) => RE2JS.compile(pattern));
  }

  /** @returns {Promise<Build>} */
  async toEnd() {
    const start = new Date();
    const before = present();
    const { job, signal } = this.#run;
    this.#output.line(
      `Job console starting: ${job.name}, attempt ${String(this.#attempt)} of ${String(this.#attempts)}`,
    );
    /** @type {BuildResult} */
    let result;
    try {
      const { subject, fileOf } = this.#options;
      const included = includedVariables(job, subject.item.project, fileOf);
      this.#inventory = inventoryOf(job, this.#zuul, this.#run.inherited, included);
      this.#output.inventory(inventoryFile(this.#inventory));
      result = await this.#phases();
    } catch (error) {
      if (signal.aborted) {
        result = 'CANCELED';
        await this.#cleanUp({ zuul_success: 'False', zuul_will_retry: 'False' });
      } else {
        this.#output.line(
          `The runner failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
        result = 'ERROR';
      }
    }
    const stopped = await stopMarked((build) => build.split('/').includes(this.#build), before);
    for (const command of stopped) this.#output.line(`Stopped a process that was left: ${command}`);
    this.#output.line(`Job complete, result: ${result}`);
    this.#output.end();
    return {
      uuid: this.#build,
      job: job.name,
      result,
      start,
      end: new Date(),
      logs: this.#workspace.logs,
      returned: this.#returned,
      playbooks: this.#playbooks,
    };
  }

  /** @returns {Promise<BuildResult>} */
  async #phases() {
    const { job } = this.#run;
    const { preRun, run, postRun } = job.playbooks;
    /** @type {BuildResult | undefined} undefined: to be tried again */
    let result = 'SUCCESS';
    let deepest = Infinity;
    for (const playbook of preRun) {
      const ending = await this.#timed('pre', playbook);
      if (ending === 'ok') continue;
      deepest = playbook.nesting;
      result =
        mapping(this.#returned['zuul'])['retry'] === false && ending === 'failed' ? 'FAILURE' : undefined;
      break;
    }
    if (result === 'SUCCESS') {
      for (const playbook of run) {
        const ending = await this.#timed('run', playbook);
        if (ending === 'ok') continue;
        result = ending === 'unreachable' ? undefined : ending === 'timed-out' ? 'TIMED_OUT' : 'FAILURE';
        break;
      }
      if (result === 'SUCCESS' && this.#isFailureSeen) {
        this.#output.line('Failed, because the output says so (failure-output)');
        result = 'FAILURE';
      }
    }
    if (result === 'SUCCESS' && mapping(this.#returned['zuul'])['pause'] === true) {
      this.#output.line('Pausing until the jobs that depend on this one are done');
      await this.#run.pause(this.#returned);
    }
    const isLast = this.#attempt >= this.#attempts;
    const facts = {
      zuul_success: result === 'SUCCESS' ? 'True' : 'False',
      zuul_will_retry: result === undefined && !isLast ? 'True' : 'False',
    };
    const limit = Number(job.scalars['post-timeout'] ?? Infinity) * SECOND;
    for (const playbook of postRun.filter(({ nesting, cleanup }) => nesting <= deepest && !cleanup)) {
      const { ending } = await this.#playbook('post', playbook, limit, facts);
      if (ending === 'ok') continue;
      if (ending === 'unreachable') result = undefined;
      else if (result !== undefined && result !== 'TIMED_OUT') result = 'POST_FAILURE';
    }
    await this.#cleanUp(facts, deepest);
    return result ?? (isLast ? 'RETRY_LIMIT' : 'RETRY');
  }

  /** Runs what is run in any case, and never counts. @param {Mapping} facts @param {number} [deepest] */
  async #cleanUp(facts, deepest = Infinity) {
    const { postRun, cleanupRun } = this.#run.job.playbooks;
    for (const playbook of [...postRun.filter(({ cleanup }) => cleanup), ...cleanupRun]) {
      if (playbook.nesting > deepest) continue;
      try {
        await this.#playbook('cleanup', playbook, CLEANUP_TIMEOUT * SECOND, facts);
      } catch (error) {
        this.#output.line(`Not cleaned up: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  /** Runs a playbook on the clock that pre-run and run share. @param {'pre' | 'run'} phase @param {Playbook} playbook */
  async #timed(phase, playbook) {
    const { ending, milliseconds } = await this.#playbook(phase, playbook, this.#left, {});
    this.#left = Math.max(this.#left - milliseconds, 0);
    return ending;
  }

  /**
   * @param {Phase} phase
   * @param {Playbook} playbook
   * @param {number} limit milliseconds
   * @param {Mapping} facts
   * @returns {Promise<{ ending: Ending, milliseconds: number }>}
   */
  async #playbook(phase, playbook, limit, facts) {
    /** @type {{ ending: Ending, milliseconds: number }} */
    let ended = { ending: 'failed', milliseconds: 0 };
    await this.#run.withSemaphores(playbook, async () => {
      ended = await this.#play(phase, playbook, limit, facts);
    });
    return ended;
  }

  /** @param {Phase} phase @param {Playbook} playbook @param {number} limit @param {Mapping} facts */
  async #play(phase, playbook, limit, facts) {
    const { options, cancel } = {
      options: this.#options,
      cancel: phase === 'cleanup' ? this.#run.killed : this.#run.signal,
    };
    cancel.throwIfAborted();
    const label = { pre: 'PRE-RUN', run: 'RUN', post: 'POST-RUN', cleanup: 'CLEANUP-RUN' }[phase];
    const name = nameOf(playbook);
    this.#output.line(`${label} START: [${name}]`);
    const start = new Date();
    const clock = new AbortController();
    const timer = Number.isFinite(limit)
      ? setTimeout(() => {
          clock.abort();
        }, limit)
      : undefined;
    const { job } = this.#run;
    /** @type {Ending} */
    let ending;
    try {
      const output = await options.engine.run({
        file: options.fileOf(playbook),
        roleDirectories: options.rolesOf(playbook),
        inventory: this.#inventory,
        extraVars: {
          ...job.variables['extra-vars'],
          ...options.secretsOf(playbook),
          ...facts,
          ...options.extraVars,
        },
        cwd: this.#workspace.work,
        env: { ...options.env, [MARK]: join(options.env[MARK] ?? '', this.#build) },
        signal: AbortSignal.any([cancel, clock.signal]),
        events: this.#events(phase),
        give: (data) => {
          this.#returned = mergeReturned(this.#returned, data);
        },
      });
      ending =
        output.rc === 0
          ? 'ok'
          : Object.values(output.stats).some(({ unreachable }) => unreachable > 0)
            ? 'unreachable'
            : 'failed';
      const { path, project, branch, trusted } = playbook;
      const index = String(this.#playbooks.filter((each) => each.phase === phase).length);
      this.#output.playbook({
        ...output,
        phase,
        index,
        playbook: `${project}/${path}`,
        project,
        branch,
        trusted,
      });
    } catch (error) {
      cancel.throwIfAborted();
      if (clock.signal.aborted) ending = 'timed-out';
      else if (error instanceof PlaybookError) {
        for (const line of error.message.split('\n')) this.#output.line(`ERROR! ${line}`);
        ending = 'failed';
      } else throw error;
    } finally {
      clearTimeout(timer);
    }
    const end = new Date();
    this.#playbooks.push({ phase, playbook: `${playbook.project}/${playbook.path}`, start, end, ending });
    const kind =
      ending === 'timed-out'
        ? 'RESULT_TIMED_OUT'
        : ending === 'unreachable'
          ? 'RESULT_UNREACHABLE'
          : 'RESULT_NORMAL';
    this.#output.line(`${label} END ${kind}: [${name}]${ending === 'failed' ? ' failed' : ''}`);
    return { ending, milliseconds: end.getTime() - start.getTime() };
  }

  /** @param {Phase} phase @returns {import('./engines/engine.js').Events} */
  #events(phase) {
    return {
      onPlay: (name, hasHosts) => {
        this.#output.line('');
        this.#output.line(`PLAY [${name}]${hasHosts ? '' : ': no host matches'}`);
      },
      onTask: (name) => {
        this.#output.line('');
        this.#output.line(`TASK [${name}]`);
        this.#run.onTask(this.#options.mask(name));
      },
      onLine: (host, line) => {
        this.#output.line(`${host} | ${line}`);
        if (phase === 'run' && this.#failurePatterns.some((pattern) => pattern.matcher(line).find()))
          this.#isFailureSeen = true;
      },
      onResult: (host, status, result) => {
        const message = status === 'failed' || status === 'ignored' ? messageOf(result) : '';
        this.#output.line(
          `${host} | ${status === 'ignored' ? 'failed, and ignored' : status}${message === '' ? '' : `: ${message}`}`,
        );
      },
    };
  }
}

/** What a failed task says. @param {Mapping} result @returns {string} */
const messageOf = (result) => {
  const failed = /** @type {Mapping[]} */ (result['results'] ?? []).find((each) => each['failed'] === true);
  if (failed !== undefined) return messageOf(failed);
  const { msg, rc } = result;
  const text = typeof msg === 'string' ? msg : msg === undefined ? '' : JSON.stringify(msg);
  return typeof rc === 'number' && rc !== 0 ? `${text} (status ${String(rc)})` : text;
};

/**
 * Runs a job, up to as many times as it may be tried.
 * @param {BuildOptions} options
 * @param {JobRun} run
 * @returns {Promise<Build[]>} all attempts; the last one's result is the job's
 */
export const runJob = async (options, run) => {
  const attempts = options.attempts ?? Number(run.job.scalars['attempts'] ?? 3);
  /** @type {Build[]} */
  const builds = [];
  for (let attempt = 1; attempt <= Math.max(attempts, 1); attempt += 1) {
    const build = await new Attempt(options, run, attempt, Math.max(attempts, 1)).toEnd();
    builds.push(build);
    if (build.result !== 'RETRY') break;
  }
  return builds;
};

/** Data of several jobs, for the one that depends on them all. @param {readonly Mapping[]} all @returns {Mapping} */
export const inherit = (all) =>
  all.reduce((/** @type {Mapping} */ merged, each) => {
    const { zuul, ...rest } = each;
    const artifacts = [
      ...asArray(mapping(merged['zuul'])['artifacts']),
      ...asArray(mapping(zuul)['artifacts']),
    ];
    return { ...deepMerge(merged, rest), zuul: { artifacts } };
  }, {});

/** @param {unknown} value @returns {unknown[]} */
const asArray = (value) => (Array.isArray(value) ? value : []);
