// Which lines made a job what it is.
import { placeOf } from './values.js';

/** @import { FrozenJob } from './frozen-job.js' */
/** @import { JobDefinition } from './layout.js' */

/** @typedef {{ project: string, path: string, line: number }} Origin */

/** What every definition adds to; of any other attribute only the last definition counts. */
const ADDED_TO = new Set([
  ...['pre-run', 'post-run', 'cleanup-run', 'roles', 'tags', 'provides', 'requires', 'failure-output'],
  ...['required-projects', 'semaphores', 'semaphore', 'vars', 'extra-vars', 'host-vars', 'group-vars'],
  ...['include-vars', 'attribute-control', 'allowed-projects', 'secrets'],
]);

/** @param {JobDefinition} definition @param {unknown} container @param {string} key @returns {Origin} */
const originIn = ({ source }, container, key) => ({
  project: source.project,
  path: source.path,
  line: placeOf(container, key)?.line ?? source.line ?? 1,
});

/**
 * The lines that set each attribute of a job, in the order in which they count, and those of each variable as `vars.NAME`.
 * @param {FrozenJob} job
 * @returns {Map<string, Origin[]>}
 */
export const originsOf = (job) => {
  /** @type {Map<string, Origin[]>} */
  const origins = new Map();
  for (const definition of job.definitions) {
    const { attributes } = definition;
    for (const name of Object.keys(attributes)) {
      const origin = originIn(definition, attributes, name);
      origins.set(name, ADDED_TO.has(name) ? [...(origins.get(name) ?? []), origin] : [origin]);
    }
    for (const kind of ['vars', 'extra-vars']) {
      const written = attributes[kind];
      if (typeof written !== 'object' || written === null) continue;
      const { value = written } = /** @type {{ value?: object }} */ (written);
      for (const name of Object.keys(value))
        origins.set(`${kind}.${name}`, [originIn(definition, value, name)]);
    }
  }
  return origins;
};
