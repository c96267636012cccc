// Definitions of jobs by themselves, and whether what a pipeline asks for can run.
import { appliesTo } from '../../matchers.js';
import { assemble } from '../../freeze.js';
import { placeOf } from '../../values.js';
import { askedJobs } from '../asked-jobs.js';
import { placeOfSource } from '../place.js';

/** @import { JobDefinition } from '../../layout.js' */
/** @import { Found, Rule, Subject } from '../lint.js' */

/** @param {Subject} subject @returns {JobDefinition[]} all but the built-in one */
export const definitionsOf = ({ layout }) =>
  [...layout.jobs.values()].flat().filter(({ source }) => source.project !== '');

/** @param {JobDefinition} definition @param {string} attribute */
export const atAttribute = ({ source, attributes }, attribute) =>
  placeOfSource(source, placeOf(attributes, attribute)?.line);

/** @param {Subject} subject @returns {Found[]} */
const parentCycles = (subject) => {
  /** @param {string} name */
  const parentsOf = (name) =>
    (subject.layout.jobs.get(name) ?? []).flatMap(({ attributes }) =>
      typeof attributes['parent'] === 'string' ? [attributes['parent']] : [],
    );
  return definitionsOf(subject).flatMap((definition) => {
    const { parent } = definition.attributes;
    if (typeof parent !== 'string') return [];
    const seen = new Set([parent]);
    for (const name of seen) for (const next of parentsOf(name)) seen.add(next);
    if (!seen.has(definition.name)) return [];
    return [
      {
        message: `${definition.name} inherits from itself by way of ${parent}, and so loses what it would have from the base job`,
        at: atAttribute(definition, 'parent'),
      },
    ];
  });
};

/** Why a job that is asked for cannot run. @param {Subject} subject @returns {Found[]} */
const notRunnable = (subject) =>
  askedJobs(subject).flatMap(({ name, project, pipeline, job, isByConfigProject, at }) => {
    if (job === undefined || name === 'noop') return [];
    const reasons = [
      ...(job.isAbstract ? ['it is abstract'] : []),
      ...(job.playbooks.run.length === 0 && !job.isAbstract ? ['no definition gives it a run playbook'] : []),
      ...(job.isPostReview && subject.layout.pipelines.get(pipeline)?.isPostReview !== true
        ? [`it is post-review and ${pipeline} is not`]
        : []),
      ...(!isByConfigProject && job.allowedProjects?.has(project) === false
        ? [`allowed-projects does not name ${project}`]
        : []),
    ];
    return reasons.map((reason) => ({
      message: `${pipeline} of ${project} asks for ${name}, which cannot run: ${reason}`,
      at,
    }));
  });

/** Definitions that may not change what they change. @param {Subject} subject @returns {Found[]} */
const deadEnds = (subject) => [
  ...askedJobs(subject).flatMap(({ pipeline, error, at }) =>
    error === undefined ? [] : [{ message: `in ${pipeline}: ${error.message}`, at }],
  ),
  ...subject.branches.flatMap((branch) =>
    [...subject.layout.jobs].flatMap(([name, definitions]) => {
      try {
        assemble(subject.layout, name, { branch });
        return [];
      } catch (error) {
        return [
          {
            message: error instanceof Error ? error.message : String(error),
            at: placeOfSource(definitions.at(-1)?.source),
          },
        ];
      }
    }),
  ),
];

/** @param {Subject} subject @returns {Found[]} */
const withoutTimeout = (subject) =>
  askedJobs(subject).flatMap(({ name, job, at }) =>
    job === undefined || name === 'noop' || job.scalars['timeout'] !== undefined
      ? []
      : [{ message: `${name} has no timeout, so that nothing ends it when it hangs`, at }],
  );

const DEPRECATED = {
  semaphore: 'write semaphores',
  'cleanup-run': 'write a post-run playbook with cleanup',
  'override-branch': 'write override-checkout',
  'success-url': 'it is ignored',
  'failure-url': 'it is ignored',
};

/** @param {Subject} subject @returns {Found[]} */
const deprecated = (subject) =>
  definitionsOf(subject).flatMap((definition) =>
    Object.entries(DEPRECATED)
      // Zuul itself warns of cleanup-run.
      .filter(([attribute]) => attribute !== 'cleanup-run' && attribute in definition.attributes)
      .map(([attribute, instead]) => ({
        message: `${attribute} is deprecated: ${instead}`,
        at: atAttribute(definition, attribute),
      })),
  );

/** @param {Subject} subject @returns {Found[]} */
const unreachable = (subject) => {
  const { layout, branches } = subject;
  const variants = [...layout.projects.values(), ...layout.templates.values()]
    .flat()
    .flatMap(({ pipelines }) => [...pipelines.values()].flatMap(({ jobs }) => jobs));
  return [...definitionsOf(subject), ...variants].flatMap((definition) => {
    const { branches: matcher, name, attributes } = definition;
    if (attributes['branches'] === undefined || matcher === undefined) return [];
    if (branches.some((branch) => appliesTo(matcher, { branch }))) return [];
    // A pattern of tags, or of branches that are yet to come by their kind, cannot be judged here.
    if (matcher.patterns.some(({ source }) => /refs\/tags|stable/u.test(source))) return [];
    return [
      {
        message: `this definition of ${name} applies to none of the branches ${branches.join(', ')}`,
        at: atAttribute(definition, 'branches'),
      },
    ];
  });
};

/** @type {readonly Rule[]} */
export const jobRules = [
  {
    name: 'parent-cycle',
    severity: 'error',
    why: 'Zuul drops the base job silently.',
    find: parentCycles,
  },
  {
    name: 'not-runnable',
    severity: 'error',
    why: 'Zuul tells it only when a change arrives, and then runs nothing.',
    find: notRunnable,
  },
  {
    name: 'dead-end',
    severity: 'error',
    why: 'What is final, protected or controlled may not be changed; Zuul tells it only when a change arrives.',
    find: deadEnds,
  },
  { name: 'no-timeout', severity: 'warning', why: 'A job that hangs holds its nodes.', find: withoutTimeout },
  { name: 'deprecated', severity: 'warning', why: 'A later Zuul refuses it.', find: deprecated },
  {
    name: 'unreachable-variant',
    severity: 'warning',
    why: 'A definition that never applies misleads whoever reads it.',
    find: unreachable,
  },
];
