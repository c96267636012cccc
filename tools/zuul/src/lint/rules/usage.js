// What is defined and not used, and used and not defined.
import { asList, placeOf, plainValue } from '../../values.js';
import { placeOfSource } from '../place.js';
import { definitionsOf } from './jobs.js';
import { stanzasOf } from './projects.js';

/** @import { JobDefinition } from '../../layout.js' */
/** @import { Found, Rule, Subject } from '../lint.js' */

/** @param {Subject} subject @returns {JobDefinition[]} */
const asked = (subject) =>
  stanzasOf(subject).flatMap(({ pipelines }) => [...pipelines.values()].flatMap(({ jobs }) => jobs));

/** @param {unknown} each a name, or a mapping with one */
const nameIn = (each) =>
  typeof each === 'string' ? each : String(/** @type {{ name: unknown }} */ (each).name);

/** @param {Subject} subject @returns {Found[]} */
const unusedJobs = (subject) => {
  const used = new Set(asked(subject).map(({ name }) => name));
  used.add(subject.layout.defaultParent);
  // What a used job inherits from is used, and so on up.
  for (const name of used) {
    for (const { attributes } of subject.layout.jobs.get(name) ?? []) {
      if (typeof attributes['parent'] === 'string') used.add(attributes['parent']);
      for (const each of asList(plainValue(attributes['dependencies']))) used.add(nameIn(each));
    }
  }
  return [...subject.layout.jobs]
    .filter(([name]) => name !== 'noop' && !used.has(name))
    .map(([name, [first]]) => ({
      message: `no pipeline runs job ${name}, and no job that runs inherits from it`,
      at: placeOfSource(first?.source),
    }));
};

/** @param {Subject} subject @returns {Found[]} */
const unusedTemplates = (subject) => {
  const used = new Set(stanzasOf(subject).flatMap(({ templates }) => templates));
  return [...subject.layout.templates]
    .filter(([name]) => !used.has(name))
    .map(([name, [first]]) => ({
      message: `no project uses template ${name}`,
      at: placeOfSource(first?.source),
    }));
};

/** @param {Subject} subject @param {string} kind @param {ReadonlySet<string>} used @returns {Found[]} */
const unusedOf = ({ layout }, kind, used) =>
  [...layout.defined]
    .filter(([key]) => key.startsWith(`${kind} `) && !used.has(key.slice(kind.length + 1)))
    .map(([key, { source }]) => ({
      message: `no job uses ${key.toLowerCase()}`,
      at: placeOfSource(source),
    }));

/** @param {Subject} subject @returns {Found[]} */
const unusedNodesets = (subject) => {
  const all = [...definitionsOf(subject), ...asked(subject)].map(({ attributes }) => attributes['nodeset']);
  return unusedOf(subject, 'Nodeset', new Set(all.filter((each) => typeof each === 'string')));
};

const PHASES = ['pre-run', 'run', 'post-run', 'cleanup-run'];

/** Semaphores that a definition names, with the attribute. @param {JobDefinition} definition */
const semaphoresOf = ({ attributes }) => [
  ...['semaphore', 'semaphores'].flatMap((attribute) =>
    asList(attributes[attribute]).map((each) => ({ name: nameIn(each), attribute })),
  ),
  ...PHASES.flatMap((attribute) =>
    asList(attributes[attribute]).flatMap((playbook) =>
      typeof playbook === 'object' && playbook !== null
        ? asList(/** @type {Record<string, unknown>} */ (playbook)['semaphores']).map((each) => ({
            name: String(each),
            attribute,
          }))
        : [],
    ),
  ),
];

/** @param {Subject} subject @returns {Found[]} */
const implicitSemaphores = (subject) =>
  [...definitionsOf(subject), ...asked(subject)].flatMap((definition) =>
    semaphoresOf(definition)
      .filter(({ name }) => !subject.layout.defined.has(`Semaphore ${name}`))
      .map(({ name, attribute }) => ({
        message: `semaphore ${name} is not defined: Zuul makes one with room for one job; define it if that is meant`,
        at: placeOfSource(definition.source, placeOf(definition.attributes, attribute)?.line),
      })),
  );

/** @param {Subject} subject @returns {Found[]} */
const unusedSemaphores = (subject) => {
  const used = [...definitionsOf(subject), ...asked(subject)].flatMap(semaphoresOf).map(({ name }) => name);
  return unusedOf(subject, 'Semaphore', new Set(used));
};

const why = 'What nobody uses is still read, and kept.';

/** @type {readonly Rule[]} */
export const usageRules = [
  { name: 'unused-job', severity: 'warning', why, find: unusedJobs },
  { name: 'unused-template', severity: 'warning', why, find: unusedTemplates },
  { name: 'unused-nodeset', severity: 'warning', why, find: unusedNodesets },
  { name: 'unused-semaphore', severity: 'warning', why, find: unusedSemaphores },
  {
    name: 'implicit-semaphore',
    severity: 'warning',
    why: 'A name that is mistyped makes a semaphore of its own, which holds nobody back.',
    find: implicitSemaphores,
  },
];
