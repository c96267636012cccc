// The jobs that projects ask of pipelines, each put together, as several rules look at them.
import { FreezeError } from '../errors.js';
import { askedOf, put } from '../freeze.js';
import { placeOfSource } from './place.js';

/** @import { FrozenJob } from '../frozen-job.js' */
/** @import { JobDefinition, Layout } from '../layout.js' */
/** @import { Place, Subject } from './lint.js' */

/**
 * @typedef {object} AskedJob
 * @property {string} name
 * @property {string} project
 * @property {string} pipeline
 * @property {string} branch
 * @property {readonly JobDefinition[]} variants
 * @property {FrozenJob | undefined} job undefined where no definition applies, or `error` says why
 * @property {FreezeError | undefined} error
 * @property {boolean} isByConfigProject
 * @property {Place} at where it is asked for
 */

/** @type {WeakMap<Layout, AskedJob[]>} */
const known = new WeakMap();

/** @param {Subject} subject @returns {AskedJob[]} */
export const askedJobs = ({ layout, branches }) => {
  const before = known.get(layout);
  if (before !== undefined) return before;
  /** @type {AskedJob[]} */
  const all = [];
  for (const project of layout.projects.keys()) {
    for (const pipeline of layout.pipelines.keys()) {
      for (const branch of branches) all.push(...askedBy(layout, project, pipeline, branch));
    }
  }
  known.set(layout, all);
  return all;
};

/** @param {Layout} layout @param {string} project @param {string} pipeline @param {string} branch @returns {AskedJob[]} */
const askedBy = (layout, project, pipeline, branch) => {
  const item = { pipeline, project, ref: { branch }, files: undefined };
  try {
    const { jobs, vars } = askedOf(layout, item);
    return [...jobs].map(([name, variants]) => {
      const asked = { name, project, pipeline, branch, variants, at: placeOfSource(variants[0]?.source) };
      try {
        const made = put(layout, item, name, variants, vars);
        const isByConfigProject = made?.isByConfigProject ?? false;
        return { ...asked, job: made?.job, error: undefined, isByConfigProject };
      } catch (error) {
        if (!(error instanceof FreezeError)) throw error;
        return { ...asked, job: undefined, error, isByConfigProject: false };
      }
    });
  } catch (error) {
    // A template that is missing is told by the layout.
    if (error instanceof FreezeError) return [];
    throw error;
  }
};
