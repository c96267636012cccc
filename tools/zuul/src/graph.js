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

/** One run of a graph. */
class Graph {
  #jobs;
  /** @type {Map<string, string>} */
  results = new Map();
  /** Why jobs were skipped. @type {Record<string, string>} */
  details = {};
  /** @type {Record<string, number>} */
  tries = {};
  /** @type {string[][]} */
  waves = [];
  /** @type {string[]} */
  failFastBy = [];
  #scenario;

  /** @param {GraphScenario} scenario */
  constructor(scenario) {
    this.#scenario = scenario;
    this.#jobs = new Map(
      scenario.jobs.map((job) => [
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
      return result === 'SUCCESS' || (dependency.isSoft && result === 'SKIPPED');
    });
  }

  /** @param {string} name @returns {{ result: string, childJobs: readonly string[] | undefined }} */
  #build(name) {
    const scripted = this.#scenario.results?.[name];
    const attempt = this.tries[name] ?? 0;
    this.tries[name] = attempt + 1;
    const each = Array.isArray(scripted) ? scripted[Math.min(attempt, scripted.length - 1)] : scripted;
    if (typeof each === 'string' || each === undefined)
      return { result: each ?? 'SUCCESS', childJobs: undefined };
    return { result: each.result ?? 'SUCCESS', childJobs: each.return?.zuul?.child_jobs };
  }

  /** @param {string} name @param {readonly string[]} wanted */
  #filterChildren(name, wanted) {
    const reason = `child_jobs return value in job ${name}`;
    if (wanted.length === 0) {
      for (const child of this.#children(name, false)) this.#skip(child, false, reason);
      return;
    }
    for (const child of this.#children(name, true)) {
      if (!wanted.includes(child)) this.#skip(child, false, reason);
    }
  }

  run() {
    for (;;) {
      const wave = [...this.#jobs.keys()].filter((name) => !this.results.has(name) && this.#isReady(name));
      if (wave.length === 0) break;
      this.waves.push(wave);
      for (const name of wave) this.#finish(name);
    }
    for (const name of this.#jobs.keys()) this.#skip(name, true);
    return this.#verdict();
  }

  /** @param {string} name */
  #finish(name) {
    if (this.results.has(name)) return;
    const { result, childJobs } = this.#build(name);
    this.results.set(name, result);
    if (result === 'SUCCESS') {
      if (childJobs !== undefined) this.#filterChildren(name, childJobs);
      return;
    }
    for (const child of this.#children(name, true)) this.#skip(child, true, `failed job ${name}`);
    if (this.#scenario.fail_fast === true && this.#jobs.get(name)?.isVoting === true) {
      this.failFastBy.push(name);
      for (const other of this.#jobs.keys())
        if (!this.results.has(other)) this.results.set(other, 'CANCELED');
    }
  }

  #verdict() {
    const voting = [...this.#jobs]
      .filter(([, { isVoting }]) => isVoting)
      .map(([name]) => this.results.get(name) ?? '');
    const anyFailed = voting.some((result) => result !== 'SUCCESS' && result !== 'SKIPPED');
    const allSkipped = [...this.results.values()].every((result) => result === 'SKIPPED');
    return {
      anyFailed,
      complete: true,
      detail: this.details,
      failFastTriggeredBy: this.failFastBy,
      results: Object.fromEntries(this.results),
      success: !anyFailed && !allSkipped,
      tries: this.tries,
      waves: this.waves,
    };
  }
}

/** Runs a graph whose builds end as scripted. @param {GraphScenario} scenario */
export const runGraph = (scenario) => new Graph(scenario).run();
