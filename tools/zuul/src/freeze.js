// Which jobs an item runs, each put together from all that applies to it.
import { FreezeError } from './errors.js';
import { deepMerge, FrozenJob } from './frozen-job.js';
import { appliesTo, filesMatch, wholePattern } from './matchers.js';

/** @import { Ref } from './matchers.js' */
/** @import { Attributes, JobDefinition, Layout, ProjectDefinition } from './layout.js' */

/**
 * A change, a branch or a tag on its way through a pipeline.
 * @typedef {object} Item
 * @property {string} pipeline
 * @property {string} project
 * @property {Ref} ref
 * @property {readonly string[] | undefined} files that it changes, where that is known
 */

/**
 * What a project asks of a pipeline for an item.
 * @typedef {{ failFast: boolean, vars: Attributes, jobs: Map<string, JobDefinition[]> }} Asked
 */

/** The stanzas of an item's project, whatever their branches. @param {Layout} layout @param {Item} item @returns {readonly ProjectDefinition[]} */
export const stanzasFor = (layout, { project }) => {
  const own = layout.projects.get(project) ?? [];
  const others = layout.patternProjects
    .filter(({ pattern }) => wholePattern(pattern.replace(/^\^/u, ''))(project))
    .map(({ definition }) => definition);
  return [...own, ...others];
};

/** What all stanzas and templates that apply ask for. @param {Layout} layout @param {Item} item @returns {Asked} */
export const askedOf = (layout, item) => {
  /** @type {ProjectDefinition[]} */
  const parts = [];
  for (const stanza of stanzasFor(layout, item)) {
    if (!appliesTo(stanza.branches, item.ref)) continue;
    for (const name of stanza.templates) {
      const templates = layout.templates.get(name);
      if (templates === undefined)
        throw new FreezeError('TemplateNotFoundError', `Project template ${name} not found`);
      parts.push(...templates.filter(({ branches }) => appliesTo(branches, item.ref)));
    }
    parts.push(stanza);
  }
  /** @type {Map<string, JobDefinition[]>} */
  const jobs = new Map();
  /** @type {boolean | undefined} */
  let failFast;
  /** @type {Attributes} */
  let vars = {};
  for (const part of parts) {
    vars = deepMerge(vars, part.vars);
    const asked = part.pipelines.get(item.pipeline);
    if (asked === undefined) continue;
    failFast ??= asked.failFast;
    for (const job of asked.jobs) {
      const known = jobs.get(job.name) ?? [];
      // A template that is named twice counts once.
      if (!known.includes(job)) jobs.set(job.name, [...known, job]);
    }
  }
  return { failFast: failFast ?? false, vars, jobs };
};

/**
 * The definitions that make a job, those of its parents first.
 * @param {Layout} layout
 * @param {string} name
 * @param {Ref} ref
 * @param {string | undefined} checkout
 * @param {Set<string>} [seen]
 * @param {JobDefinition[]} [found]
 * @returns {JobDefinition[] | undefined} undefined where none applies
 */
export const definitionsOf = (layout, name, ref, checkout, seen = new Set(), found = []) => {
  seen.add(name);
  let isFound = false;
  for (const definition of layout.jobs.get(name) ?? []) {
    if (!appliesTo(definition.branches, ref, checkout)) continue;
    const { parent } = definition.attributes;
    const parentName =
      parent === null
        ? undefined
        : parent === undefined
          ? found.length === 0
            ? layout.defaultParent
            : undefined
          : String(parent);
    if (parentName !== undefined && !seen.has(parentName)) {
      if (definitionsOf(layout, parentName, ref, checkout, seen, found) === undefined) return undefined;
    }
    isFound = true;
    if (!found.includes(definition)) found.push(definition);
  }
  return isFound ? found : undefined;
};

/**
 * A job by itself, before any pipeline changes it.
 * @param {Layout} layout
 * @param {string} name
 * @param {Ref} ref
 * @param {string} [checkout] a branch whose definitions count instead of the item's
 * @returns {FrozenJob | undefined} undefined where no definition applies
 */
export const assemble = (layout, name, ref, checkout) => {
  const definitions = definitionsOf(layout, name, ref, checkout);
  if (definitions === undefined) return undefined;
  const job = new FrozenJob(name, layout);
  for (const definition of definitions) job.apply(definition);
  return job;
};

/**
 * A job of a pipeline.
 * @param {Layout} layout
 * @param {Item} item
 * @param {string} name
 * @param {readonly JobDefinition[]} variants of the project's pipeline
 * @param {Attributes} vars of the project
 */
export const put = (layout, item, name, variants, vars) => {
  const matching = variants.filter(({ branches }) => appliesTo(branches, item.ref));
  if (matching.length === 0) return undefined;
  const checkout = matching
    .map(({ attributes }) => attributes['override-checkout'])
    .findLast((each) => each !== undefined);
  const job = assemble(layout, name, item.ref, checkout === undefined ? undefined : String(checkout));
  if (job === undefined) return undefined;
  job.applyProjectVariables(vars);
  for (const variant of matching) job.apply(variant);
  return { job, isByConfigProject: matching.some(({ source }) => source.isTrusted) };
};

/** @param {Layout} layout @param {Item} item @param {{ job: FrozenJob, isByConfigProject: boolean }} frozen */
const requireRunnable = (layout, { pipeline, project }, { job, isByConfigProject }) => {
  /** @param {string} message */
  const refuse = (message) => {
    throw new FreezeError('JobConfigurationError', message);
  };
  if (job.isAbstract) refuse(`Job ${job.name} is abstract and may not be directly run`);
  if (!isByConfigProject && job.allowedProjects?.has(project) === false) {
    refuse(`Project ${project} is not allowed to run job ${job.name}`);
  }
  if (job.isPostReview && layout.pipelines.get(pipeline)?.isPostReview !== true) {
    refuse(`Pre-review pipeline ${pipeline} does not allow post-review job ${job.name}`);
  }
  if (job.playbooks.run.length === 0 && job.name !== 'noop')
    refuse(`Job ${job.name} does not specify a run playbook`);
};

/**
 * Jobs that run, each with the reason: those that something asks for, and what they need.
 * @param {ReadonlyMap<string, FrozenJob>} jobs
 * @param {(job: FrozenJob) => string | undefined} reasonFor undefined where nothing asks for a job
 */
const chosen = (jobs, reasonFor) => {
  /** @type {Map<string, string>} */
  const reasons = new Map();
  for (const job of jobs.values()) {
    const reason = reasonFor(job);
    if (reason !== undefined) reasons.set(job.name, reason);
  }
  for (const name of reasons.keys()) {
    for (const [dependency, isSoft] of jobs.get(name)?.dependencies ?? []) {
      if (!isSoft && jobs.has(dependency) && !reasons.has(dependency))
        reasons.set(dependency, `${name} needs it`);
    }
  }
  return reasons;
};

/** @param {FrozenJob} job @param {readonly string[] | undefined} changed @returns {string | undefined} */
const reasonByFiles = (job, changed) => {
  if (!filesMatch(job, changed)) return undefined;
  if (changed === undefined || changed.length === 0) return 'no list of files';
  const { files, irrelevantFiles } = job;
  if (files !== undefined && files.length > 0) {
    const name = changed.find((each) => files.some(({ matches }) => matches(each)));
    return `reads ${name ?? ''}`;
  }
  if (irrelevantFiles === undefined || irrelevantFiles.length === 0) return 'runs for every file';
  const name = changed.find((each) => !irrelevantFiles.some(({ matches }) => matches(each)));
  return `${name ?? ''} is not irrelevant`;
};

/** @param {ReadonlyMap<string, FrozenJob>} jobs */
const requireSound = (jobs) => {
  for (const { name, dependencies } of jobs.values()) {
    for (const [dependency, isSoft] of dependencies) {
      if (isSoft || jobs.has(dependency)) continue;
      throw new FreezeError(
        'JobConfigurationError',
        `Job ${name} depends on ${dependency} which was not run.`,
      );
    }
  }
  const done = new Set();
  /** @param {string} name @param {readonly string[]} path */
  const visit = (name, path) => {
    if (path.includes(name)) throw new FreezeError('Exception', `Dependency cycle detected in job ${name}`);
    if (done.has(name)) return;
    for (const dependency of jobs.get(name)?.dependencies.keys() ?? []) visit(dependency, [...path, name]);
    done.add(name);
  };
  for (const name of jobs.keys()) visit(name, []);
};

/**
 * The jobs of an item.
 * @param {Layout} layout
 * @param {Item} item
 * @param {Layout} [unchanged] without what the item changes of the configuration: jobs that differ from there run
 *   whatever files are changed
 * @throws {FreezeError} when the item can run nothing
 */
export const freeze = (layout, item, unchanged) => {
  const asked = askedOf(layout, item);
  /** @type {Map<string, FrozenJob>} */
  const all = new Map();
  /** @type {Map<string, { job: FrozenJob, isByConfigProject: boolean }>} */
  const frozen = new Map();
  for (const [name, variants] of asked.jobs) {
    const made = put(layout, item, name, variants, asked.vars);
    if (made === undefined) continue;
    frozen.set(name, made);
    all.set(name, made.job);
  }
  const before = unchanged === undefined ? undefined : fingerprints(unchanged, item);
  const reasons = chosen(all, (job) => {
    const reason = reasonByFiles(job, item.files);
    if (reason !== undefined) return reason;
    const isWatched = job.scalars['match-on-config-updates'] !== false;
    const isOther = before !== undefined && isWatched && before.get(job.name) !== job.fingerprint;
    return isOther ? 'its definition is changed' : undefined;
  });
  const jobs = new Map([...all].filter(([name]) => reasons.has(name)));
  for (const name of jobs.keys()) {
    const made = frozen.get(name);
    if (made !== undefined) requireRunnable(layout, item, made);
  }
  requireSound(jobs);
  return { failFast: asked.failFast, jobs: [...jobs.values()], reasons, all };
};

/** @param {Layout} layout @param {Item} item @returns {ReadonlyMap<string, string>} */
const fingerprints = (layout, item) => {
  /** @type {Map<string, string>} */
  const found = new Map();
  const asked = askedOf(layout, item);
  for (const [name, variants] of asked.jobs) {
    const made = put(layout, item, name, variants, asked.vars);
    if (made !== undefined) found.set(name, made.job.fingerprint);
  }
  return found;
};
