// Runs the jobs of an item: each as soon as it may, as many at a time as are allowed.
import { GraphState } from '../graph.js';
import { inherit } from './build.js';

/** @import { FrozenJob } from '../frozen-job.js' */
/** @import { Build, BuildResult, JobRun } from './build.js' */

/** @typedef {Record<string, unknown>} Mapping */

/**
 * What a job came to.
 * @typedef {object} JobOutcome
 * @property {FrozenJob} job
 * @property {BuildResult} result
 * @property {string | undefined} reason why it was skipped
 * @property {readonly Build[]} builds none where it did not run
 */

/**
 * @typedef {object} Listener
 * @property {(job: FrozenJob) => void} [onStart]
 * @property {(job: FrozenJob, task: string) => void} [onTask]
 * @property {(job: FrozenJob, line: string) => void} [onLine]
 * @property {(job: FrozenJob, isPaused: boolean) => void} [onPause]
 * @property {(outcome: JobOutcome) => void} [onEnd]
 */

/**
 * @typedef {object} ScheduleOptions
 * @property {readonly FrozenJob[]} jobs
 * @property {boolean} isFailFast
 * @property {number} concurrency how many run at a time
 * @property {ReadonlyMap<string, number>} semaphores how many may hold each; 1 for those that are not named
 * @property {(run: JobRun) => Promise<readonly Build[]>} runJob
 * @property {AbortSignal} signal cancels everything
 * @property {AbortSignal} killed ends cleaning up, too
 * @property {Listener} listener
 */

/** Semaphores: all that one asks for at once, or none. */
class Semaphores {
  #max;
  /** @type {Map<string, number>} */
  #held = new Map();
  /** @type {(() => void)[]} */
  #waiting = [];

  /** @param {ReadonlyMap<string, number>} max */
  constructor(max) {
    this.#max = max;
  }

  /** @param {readonly string[]} names @returns {boolean} whether it holds them now */
  take(names) {
    const areFree = names.every((name) => (this.#held.get(name) ?? 0) < (this.#max.get(name) ?? 1));
    if (areFree) for (const name of names) this.#held.set(name, (this.#held.get(name) ?? 0) + 1);
    return areFree;
  }

  /** @param {readonly string[]} names */
  release(names) {
    for (const name of names) this.#held.set(name, (this.#held.get(name) ?? 0) - 1);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) each();
  }

  /**
   * @param {readonly string[]} names
   * @param {AbortSignal} signal
   * @param {() => Promise<void>} work
   */
  async hold(names, signal, work) {
    if (names.length === 0) return work();
    while (!this.take(names)) {
      signal.throwIfAborted();
      await new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
        this.#waiting.push(resolve);
        signal.addEventListener('abort', resolve, { once: true });
      });
    }
    try {
      return await work();
    } finally {
      this.release(names);
    }
  }
}

/** @param {Mapping} returned @returns {readonly string[] | undefined} */
const childJobsOf = (returned) => {
  const children = /** @type {Mapping | undefined} */ (returned['zuul'])?.['child_jobs'];
  return Array.isArray(children) ? children.map(String) : undefined;
};

/** One run of the jobs of an item. */
class Schedule {
  #options;
  #state;
  #semaphores;
  /** @type {Map<string, FrozenJob>} */
  #jobs;
  /** @type {Map<string, AbortController>} jobs that run, with what cancels each */
  #running = new Map();
  /** @type {Map<string, () => void>} jobs that wait for those that depend on them */
  #paused = new Map();
  /** @type {Map<string, Mapping>} */
  #returned = new Map();
  /** @type {Map<string, readonly Build[]>} */
  #builds = new Map();
  /** Whether something happened since jobs were last started: it may happen while they are. */
  #hasNews = false;
  #endWait = () => {};
  /** @type {unknown} a fault of the runner, not of a job */
  #fault;

  /** @param {ScheduleOptions} options */
  constructor(options) {
    this.#options = options;
    this.#jobs = new Map(options.jobs.map((job) => [job.name, job]));
    this.#semaphores = new Semaphores(options.semaphores);
    this.#state = new GraphState(
      options.jobs.map(({ name, dependencies, scalars }) => ({
        name,
        voting: scalars['voting'] !== false,
        dependencies: [...dependencies].map(([each, soft]) => ({ name: each, soft })),
      })),
      options.isFailFast,
    );
  }

  /** @returns {Promise<{ outcomes: JobOutcome[], isSuccess: boolean }>} */
  async toEnd() {
    const { signal } = this.#options;
    const cancel = () => {
      this.#state.cancelRest((name) => this.#running.has(name));
      for (const each of this.#running.values()) each.abort(signal.reason);
      this.#wake();
    };
    signal.addEventListener('abort', cancel);
    try {
      for (;;) {
        this.#hasNews = false;
        if (!signal.aborted && this.#fault === undefined) this.#startAll();
        if (this.#running.size === 0) break;
        if (!this.#hasNews) {
          if (this.#isStuck()) this.#giveUp(new Error(this.#stuckReason()));
          await new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
            this.#endWait = resolve;
          });
        }
        this.#resume();
      }
    } finally {
      signal.removeEventListener('abort', cancel);
    }
    if (this.#fault !== undefined) throw this.#fault;
    this.#state.skipRest();
    const outcomes = [...this.#jobs.values()].map((job) => this.#outcomeOf(job));
    for (const outcome of outcomes) if (outcome.builds.length === 0) this.#options.listener.onEnd?.(outcome);
    return { outcomes, isSuccess: this.#state.verdict().success };
  }

  #wake() {
    this.#hasNews = true;
    this.#endWait();
  }

  /** @param {FrozenJob} job @returns {JobOutcome} */
  #outcomeOf(job) {
    const result = /** @type {BuildResult} */ (this.#state.results.get(job.name) ?? 'SKIPPED');
    return { job, result, reason: this.#state.details[job.name], builds: this.#builds.get(job.name) ?? [] };
  }

  #startAll() {
    for (const name of this.#state.ready()) {
      // A paused job does nothing: it takes no place.
      if (this.#running.size - this.#paused.size >= this.#options.concurrency) return;
      const job = this.#jobs.get(name);
      if (job === undefined || this.#running.has(name)) continue;
      const semaphores = [...job.semaphores.keys()];
      if (!this.#semaphores.take(semaphores)) continue;
      const cancel = new AbortController();
      this.#running.set(name, cancel);
      void this.#run(job, cancel.signal)
        .catch((/** @type {unknown} */ error) => {
          this.#giveUp(error);
        })
        .finally(() => {
          this.#running.delete(name);
          this.#paused.delete(name);
          this.#semaphores.release(semaphores);
          this.#wake();
        });
    }
  }

  /** @param {unknown} error a fault of the runner, or of the definitions */
  #giveUp(error) {
    this.#fault ??= error;
    for (const each of this.#running.values()) each.abort(error);
  }

  /** Whether all that runs is paused, and what they wait for cannot start. */
  #isStuck() {
    return (
      this.#paused.size > 0 &&
      this.#paused.size === this.#running.size &&
      ![...this.#paused.keys()].some((name) => this.#isAwaited(name)) &&
      this.#fault === undefined &&
      !this.#options.signal.aborted
    );
  }

  #stuckReason() {
    const waiting = this.#state.ready().filter((name) => !this.#running.has(name));
    return `${[...this.#paused.keys()].join(', ')} paused and holds a semaphore that ${waiting.join(', ')} needs, so neither can go on: let them hold different ones`;
  }

  /** Whether everything that a paused job waits for is done. @param {string} name */
  #isAwaited(name) {
    return this.#state
      .childrenOf(name)
      .every((child) => this.#state.results.has(child) && !this.#running.has(child));
  }

  /** Lets go on what waits for jobs that are all done. */
  #resume() {
    for (const [name, resume] of this.#paused) {
      if (this.#isAwaited(name) || this.#options.signal.aborted) resume();
    }
  }

  /** @param {FrozenJob} job @param {AbortSignal} signal */
  async #run(job, signal) {
    const { listener, runJob, killed } = this.#options;
    listener.onStart?.(job);
    if (job.name === 'noop') {
      this.#state.finish(job.name, 'SUCCESS');
      listener.onEnd?.(this.#outcomeOf(job));
      return;
    }
    const builds = await runJob({
      job,
      inherited: inherit([...job.dependencies.keys()].map((name) => this.#returned.get(name) ?? {})),
      childJobs: this.#state.childrenOf(job.name),
      signal,
      killed,
      withSemaphores: (playbook, work) =>
        this.#semaphores.hold(playbookSemaphores(job, playbook), signal, work),
      pause: (returned) => this.#pause(job, returned, signal),
      onLine: (line) => listener.onLine?.(job, line),
      onTask: (task) => listener.onTask?.(job, task),
    });
    const last = builds.at(-1);
    this.#builds.set(job.name, builds);
    const returned = last?.returned ?? {};
    this.#returned.set(job.name, returned);
    const failedFast = this.#state.failFastBy.length;
    this.#state.finish(job.name, last?.result ?? 'ERROR', childJobsOf(returned));
    if (this.#state.failFastBy.length > failedFast)
      for (const [name, each] of this.#running)
        if (name !== job.name) each.abort(new Error(`canceled: ${job.name} failed`));
    listener.onEnd?.(this.#outcomeOf(job));
  }

  /** @param {FrozenJob} job @param {Mapping} returned @param {AbortSignal} signal */
  async #pause(job, returned, signal) {
    this.#returned.set(job.name, returned);
    this.#state.pause(job.name, childJobsOf(returned));
    this.#options.listener.onPause?.(job, true);
    await new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
      this.#paused.set(job.name, () => {
        resolve();
      });
      signal.addEventListener('abort', resolve, { once: true });
      this.#wake();
    });
    this.#paused.delete(job.name);
    this.#options.listener.onPause?.(job, false);
    signal.throwIfAborted();
  }
}

/** @param {FrozenJob} job @param {import('../frozen-job.js').Playbook} playbook @returns {string[]} */
const playbookSemaphores = (job, { nesting, path }) => {
  const attributes = job.definitions[nesting]?.attributes ?? {};
  return ['pre-run', 'run', 'post-run', 'cleanup-run'].flatMap((phase) =>
    [attributes[phase]].flat().flatMap((written) => {
      const own = /** @type {{ name?: string, semaphores?: string | string[] } | undefined} */ (written);
      return typeof own === 'object' && own !== null && own.name === path
        ? [own.semaphores ?? []].flat()
        : [];
    }),
  );
};

/**
 * Runs jobs until all have a result.
 * @param {ScheduleOptions} options
 * @returns {Promise<{ outcomes: JobOutcome[], isSuccess: boolean }>} outcomes in the order of the jobs
 */
export const schedule = (options) => new Schedule(options).toEnd();
