// What projects and templates ask of pipelines.
import { asList, placeOf } from '../../values.js';
import { askedJobs } from '../asked-jobs.js';
import { placeOfSource } from '../place.js';

/** @import { ProjectDefinition } from '../../layout.js' */
/** @import { Found, Rule, Subject } from '../lint.js' */

const PROJECT_KEYS = new Set([
  ...['name', 'description', 'branches', 'vars', 'templates', 'merge-mode', 'default-branch', 'queue'],
]);

/** @param {Subject} subject @returns {ProjectDefinition[]} stanzas and templates */
export const stanzasOf = ({ layout }) => [
  ...[...layout.projects.values()].flat(),
  ...layout.patternProjects.map(({ definition }) => definition),
  ...[...layout.templates.values()].flat(),
];

/** @param {ProjectDefinition} stanza @param {string} key */
const at = ({ source, attributes }, key) => placeOfSource(source, placeOf(attributes, key)?.line);

/** @param {Subject} subject @returns {Found[]} */
const unknownPipelines = (subject) =>
  stanzasOf(subject).flatMap((stanza) =>
    Object.keys(stanza.attributes)
      .filter((key) => !PROJECT_KEYS.has(key) && !subject.layout.pipelines.has(key))
      .map((key) => ({
        message: `there is no pipeline '${key}', so none of its jobs ever runs; pipelines are ${[...subject.layout.pipelines.keys()].join(', ')}`,
        at: at(stanza, key),
      })),
  );

/** @param {Subject} subject @returns {Found[]} */
const votingOnlyInCheck = (subject) => {
  const asked = askedJobs(subject);
  const isVoting = (/** @type {(typeof asked)[number]} */ { job }) =>
    job !== undefined && job.scalars['voting'] !== false;
  return asked
    .filter((one) => one.pipeline === 'check' && isVoting(one))
    .filter(({ project, branch }) =>
      asked.some(
        (other) => other.pipeline === 'gate' && other.project === project && other.branch === branch,
      ),
    )
    .filter(
      ({ project, branch, name }) =>
        !asked.some(
          (other) =>
            other.pipeline === 'gate' &&
            other.project === project &&
            other.branch === branch &&
            other.name === name &&
            isVoting(other),
        ),
    )
    .map(({ name, at: place }) => ({
      message: `${name} votes in check and does not vote in gate, so that what it found can still be merged`,
      at: place,
    }));
};

/** @param {Subject} subject @returns {Found[]} */
const shadowedFailFast = (subject) => {
  const { layout } = subject;
  return [...layout.projects.values()].flat().flatMap((stanza) =>
    [...stanza.pipelines].flatMap(([pipeline, { failFast }]) => {
      if (failFast !== true) return [];
      const template = stanza.templates
        .flatMap((name) => layout.templates.get(name) ?? [])
        .find(({ pipelines }) => pipelines.get(pipeline)?.failFast === false);
      if (template === undefined) return [];
      const entry = /** @type {Record<string, unknown>} */ (stanza.attributes[pipeline]);
      return [
        {
          message: `fail-fast of ${pipeline} does not count: template ${template.name} sets it to false, and templates come first`,
          at: placeOfSource(stanza.source, placeOf(entry, 'fail-fast')?.line),
        },
      ];
    }),
  );
};

/** @param {Subject} subject @returns {Found[]} */
const repeatedTemplates = (subject) =>
  [...subject.layout.projects.values()].flat().flatMap((stanza) => {
    const written = asList(stanza.attributes['templates']);
    return written.flatMap((name, index) =>
      written.indexOf(name) === index
        ? []
        : [
            {
              message: `template ${String(name)} is named twice and counts once`,
              at: placeOfSource(stanza.source, placeOf(stanza.attributes['templates'], index)?.line),
            },
          ],
    );
  });

/** @type {readonly Rule[]} */
export const projectRules = [
  {
    name: 'unknown-pipeline',
    severity: 'error',
    why: 'Zuul says nothing about a pipeline that does not exist.',
    find: unknownPipelines,
  },
  {
    name: 'check-without-gate',
    severity: 'warning',
    why: 'What votes before review and not before the merge lets through what it was to keep out.',
    find: votingOnlyInCheck,
  },
  {
    name: 'shadowed-fail-fast',
    severity: 'warning',
    why: 'The first value met counts, and templates are met before the project.',
    find: shadowedFailFast,
  },
  {
    name: 'repeated-template',
    severity: 'warning',
    why: 'A second mention does nothing.',
    find: repeatedTemplates,
  },
];
