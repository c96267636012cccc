// What jobs of one pipeline wait for.
import { placeOf } from '../../values.js';
import { askedJobs } from '../asked-jobs.js';
import { placeOfSource } from '../place.js';

/** @import { AskedJob } from '../asked-jobs.js' */
/** @import { Found, Place, Rule, Subject } from '../lint.js' */

/** Jobs that run together, by name. @param {Subject} subject @returns {Map<string, AskedJob>[]} */
const buildsets = (subject) => {
  /** @type {Map<string, Map<string, AskedJob>>} */
  const sets = new Map();
  for (const asked of askedJobs(subject)) {
    const key = [asked.project, asked.pipeline, asked.branch].join('\0');
    const set = sets.get(key) ?? new Map();
    set.set(asked.name, asked);
    sets.set(key, set);
  }
  return [...sets.values()];
};

/** The line that made a job depend on something. @param {AskedJob} asked @returns {Place} */
const dependenciesAt = ({ job, at }) => {
  const definition = job?.definitions.findLast(({ attributes }) => attributes['dependencies'] !== undefined);
  return definition === undefined
    ? at
    : placeOfSource(definition.source, placeOf(definition.attributes, 'dependencies')?.line);
};

/** @param {Subject} subject @returns {Found[]} */
const missing = (subject) =>
  buildsets(subject).flatMap((set) =>
    [...set.values()].flatMap((asked) =>
      [...(asked.job?.dependencies ?? [])]
        .filter(([name, isSoft]) => !isSoft && set.get(name)?.job === undefined)
        .map(([name]) => ({
          message: `${asked.name} needs ${name}, which ${asked.pipeline} of ${asked.project} does not run, so that none of its jobs can run`,
          at: dependenciesAt(asked),
        })),
    ),
  );

/** @param {Subject} subject @returns {Found[]} */
const cycles = (subject) =>
  buildsets(subject).flatMap((set) => {
    /** @param {string} name @param {readonly string[]} path @returns {readonly string[] | undefined} */
    const cycleFrom = (name, path) => {
      const start = path.indexOf(name);
      if (start !== -1) return path.slice(start);
      for (const next of set.get(name)?.job?.dependencies.keys() ?? []) {
        const found = cycleFrom(next, [...path, name]);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return [...set.values()].flatMap((asked) => {
      const cycle = cycleFrom(asked.name, []);
      // Told once, at the member whose name comes first.
      if (cycle === undefined || [...cycle].sort()[0] !== asked.name) return [];
      return [
        {
          message: `in ${asked.pipeline}, ${[...cycle, cycle[0]].join(' waits for ')}`,
          at: dependenciesAt(asked),
        },
      ];
    });
  });

/** @type {readonly Rule[]} */
export const dependencyRules = [
  {
    name: 'missing-dependency',
    severity: 'error',
    why: 'Zuul tells it only when a change arrives, and then runs nothing.',
    find: missing,
  },
  {
    name: 'dependency-cycle',
    severity: 'error',
    why: 'Zuul tells it only when a change arrives, and then runs nothing.',
    find: cycles,
  },
];
