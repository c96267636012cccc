// In which order jobs run, and what becomes of the others when one fails or returns something.

/**
 * @typedef {{ name: string, soft?: boolean }} Dependency
 * @typedef {object} GraphJob
 * @property {string} name
 * @property {readonly (string | Dependency)[]} [dependencies]
 * @property {boolean} [voting]
 */

/**
 * What a build ends with; `return` is what it hands to `zuul_return`.
 * @typedef {string | { result?: string, return?: { zuul?: { child_jobs?: readonly string[] } } }} BuildResult
 */

/**
 * @typedef {object} GraphScenario
 * @property {readonly GraphJob[]} jobs
 * @property {Readonly<Record<string, BuildResult | readonly BuildResult[]>>} [results] success by default
 * @property {boolean} [fail_fast]
 */

/** How far the jobs of one item are. */
export class GraphState {
  #jobs;
  #isFailFast;
  /** Jobs that wait for those that depend on them, having succeeded so far. @type {Set<string>} */
  #paused = new Set();
  /** @type {Map<string, string>} */
  results = new Map();
  /** Why jobs were skipped. @type {Record<string, string>} */
  details = {};
  /** Jobs whose failure cancelled the others. @type {string[]} */
  failFastBy = [];

  /** @param {readonly GraphJob[]} jobs @param {boolean} isFailFast */
  constructor(jobs, isFailFast) {
    this.#isFailFast = isFailFast;
    this.#jobs = new Map(
      jobs.map((job) => [
        job.name,
        {
          isVoting: job.voting !== false,
          dependencies: (job.dependencies ?? []).map((each) =>
            typeof each === 'string'
              ? { name: each, isSoft: false }
              : { name: each.name, isSoft: each.soft === true },
          ),
        },
      ]),
    );
  }

  /** Jobs that depend on one. @param {string} name @param {boolean} withSoft */
  #children(name, withSoft) {
    return [...this.#jobs]
      .filter(([, { dependencies }]) =>
        dependencies.some((each) => each.name === name && (withSoft || !each.isSoft)),
      )
      .map(([child]) => child);
  }

  /** Jobs that depend on one directly. @param {string} name @returns {readonly string[]} */
  childrenOf(name) {
    return this.#children(name, true);
  }

  /** @param {string} name @param {boolean} withSoft @param {string} [reason] */
  #skip(name, withSoft, reason) {
    if (this.results.has(name)) return;
    this.results.set(name, 'SKIPPED');
    if (reason !== undefined) this.details[name] = `Skipped due to ${reason}`;
    for (const child of this.#children(name, withSoft)) this.#skip(child, withSoft, reason);
  }

  /** @param {string} name */
  #isReady(name) {
    return (this.#jobs.get(name)?.dependencies ?? []).every((dependency) => {
      if (!this.#jobs.has(dependency.name)) return dependency.isSoft;
      const result = this.results.get(dependency.name);
      return (
        result === 'SUCCESS' ||
        this.#paused.has(dependency.name) ||
        (dependency.isSoft && result === 'SKIPPED')
      );
    });
  }

  /** Jobs without a result that wait for nothing. @returns {string[]} */
  ready() {
    return [...this.#jobs.keys()].filter((name) => !this.results.has(name) && this.#isReady(name));
  }

  /** @param {string} name @param {readonly string[] | undefined} wanted what it returned as `child_jobs` */
  #filterChildren(name, wanted) {
    if (wanted === undefined) return;
    const reason = `child_jobs return value in job ${name}`;
    if (wanted.length === 0) {
      for (const child of this.#children(name, false)) this.#skip(child, false, reason);
      return;
    }
    for (const child of this.#children(name, true)) {
      if (!wanted.includes(child)) this.#skip(child, false, reason);
    }
  }

  /**
   * A job has succeeded so far and waits until those that depend on it are done.
   * @param {string} name
   * @param {readonly string[]} [childJobs] that it asks for
   */
  pause(name, childJobs) {
    this.#paused.add(name);
    this.#filterChildren(name, childJobs);
  }

  /**
   * A job has ended.
   * @param {string} name
   * @param {string} result
   * @param {readonly string[]} [childJobs] that it asks for
   */
  finish(name, result, childJobs) {
    if (this.results.has(name)) return;
    this.results.set(name, result);
    const wasPaused = this.#paused.delete(name);
    if (result === 'SUCCESS') {
      if (!wasPaused) this.#filterChildren(name, childJobs);
      return;
    }
    for (const child of this.#children(name, true)) this.#skip(child, true, `failed job ${name}`);
    if (this.#isFailFast && this.#jobs.get(name)?.isVoting === true) {
      this.failFastBy.push(name);
      this.cancelRest(() => false);
    }
  }

  /** Everything is cancelled: jobs that have not begun are done with. @param {(name: string) => boolean} isRunning */
  cancelRest(isRunning) {
    for (const name of this.#jobs.keys())
      if (!this.results.has(name) && !isRunning(name)) this.results.set(name, 'CANCELED');
  }

  /** Nothing runs any more: what could not start is skipped. */
  skipRest() {
    for (const name of this.#jobs.keys()) this.#skip(name, true);
  }

  /** Whether a voting job has failed, and whether the item succeeds: it does not where all jobs were skipped. */
  verdict() {
    const voting = [...this.#jobs]
      .filter(([, { isVoting }]) => isVoting)
      .map(([name]) => this.results.get(name) ?? '');
    const anyFailed = voting.some((result) => result !== 'SUCCESS' && result !== 'SKIPPED');
    const allSkipped = [...this.results.values()].every((result) => result === 'SKIPPED');
    return { anyFailed, success: !anyFailed && !allSkipped };
  }
}

/** Runs a graph whose builds end as scripted. @param {GraphScenario} scenario */
export const runGraph = ({ jobs, results: scripted = {}, fail_fast: isFailFast = false }) => {
  const state = new GraphState(jobs, isFailFast);
  /** @type {Record<string, number>} */
  const tries = {};
  /** @type {string[][]} */
  const waves = [];
  for (let wave = state.ready(); wave.length > 0; wave = state.ready()) {
    waves.push(wave);
    for (const name of wave) {
      if (state.results.has(name)) continue;
      const script = scripted[name];
      const attempt = tries[name] ?? 0;
      tries[name] = attempt + 1;
      const each = Array.isArray(script) ? script[Math.min(attempt, script.length - 1)] : script;
      if (typeof each === 'string' || each === undefined) state.finish(name, each ?? 'SUCCESS');
      else state.finish(name, each.result ?? 'SUCCESS', each.return?.zuul?.child_jobs);
    }
  }
  state.skipRest();
  return {
    ...state.verdict(),
    complete: true,
    detail: state.details,
    failFastTriggeredBy: state.failFastBy,
    results: Object.fromEntries(state.results),
    tries,
    waves,
  };
};
