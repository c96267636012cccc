// Regular expressions of branches and files.
import { patternOf } from '../../matchers.js';
import { Control, asList, placeOf } from '../../values.js';
import { placeOfSource } from '../place.js';
import { atAttribute, definitionsOf } from './jobs.js';
import { stanzasOf } from './projects.js';

/** @import { JobDefinition } from '../../layout.js' */
/** @import { Found, Place, Rule, Subject } from '../lint.js' */

/** @param {Subject} subject @returns {JobDefinition[]} definitions and what pipelines change about them */
const everywhere = (subject) => [
  ...definitionsOf(subject),
  ...stanzasOf(subject).flatMap(({ pipelines }) => [...pipelines.values()].flatMap(({ jobs }) => jobs)),
];

/**
 * The patterns that a definition writes.
 * @param {JobDefinition} definition
 * @param {readonly string[]} attributes
 * @returns {{ regex: string, attribute: string, at: Place }[]}
 */
const patternsIn = (definition, attributes) =>
  attributes.flatMap((attribute) => {
    const written = definition.attributes[attribute];
    const value = written instanceof Control ? written.value : written;
    return asList(value).map((each, index) => ({
      regex: typeof each === 'string' ? each : String(/** @type {{ regex: unknown }} */ (each).regex),
      attribute,
      at: Array.isArray(value)
        ? placeOfSource(definition.source, placeOf(value, index)?.line)
        : atAttribute(definition, attribute),
    }));
  });

/** @param {Subject} subject @returns {Found[]} */
const unanchored = (subject) =>
  everywhere(subject).flatMap((definition) =>
    patternsIn(definition, ['files', 'irrelevant-files'])
      .filter(({ regex }) => !regex.startsWith('^') && !regex.startsWith('.*'))
      .map(({ regex, at }) => ({
        message: `'${regex}' matches only from the start of a path: write '^${regex}', or '.*${regex}' if it may stand anywhere`,
        at,
      })),
  );

/** @param {string} regex @param {readonly string[]} files */
const matchesAny = (regex, files) => {
  try {
    const { matches } = patternOf(regex, () => undefined);
    return files.some(matches);
  } catch {
    // The layout tells what is no pattern.
    return true;
  }
};

/** @param {Subject} subject @returns {Found[]} */
const matchingNothing = (subject) =>
  everywhere(subject).flatMap((definition) => {
    const files = subject.filesOf(definition.source.project);
    if (files.length === 0) return [];
    return patternsIn(definition, ['files', 'irrelevant-files'])
      .filter(({ regex }) => !matchesAny(regex, files))
      .map(({ regex, attribute, at }) => ({
        message: `no file of ${definition.source.project} matches '${regex}' in ${attribute}`,
        at,
      }));
  });

/** @param {Subject} subject @returns {Found[]} */
const contradicting = (subject) =>
  everywhere(subject).flatMap((definition) => {
    const files = subject.filesOf(definition.source.project);
    const wanted = patternsIn(definition, ['files']).map(({ regex }) => regex);
    const irrelevant = patternsIn(definition, ['irrelevant-files']).map(({ regex }) => regex);
    if (wanted.length === 0 || irrelevant.length === 0) return [];
    const chosen = files.filter((file) => wanted.some((regex) => matchesAny(regex, [file])));
    if (
      chosen.length === 0 ||
      !chosen.every((file) => irrelevant.some((regex) => matchesAny(regex, [file])))
    ) {
      return [];
    }
    return [
      {
        message: `${definition.name} calls every file that it asks for in files irrelevant, so that no change of these alone runs it`,
        at: atAttribute(definition, 'irrelevant-files'),
      },
    ];
  });

/** @type {readonly Rule[]} */
export const patternRules = [
  {
    name: 'unanchored-pattern',
    severity: 'warning',
    why: 'Zuul anchors every pattern at the start, which a pattern without ^ does not show.',
    find: unanchored,
  },
  {
    name: 'pattern-matches-nothing',
    severity: 'warning',
    why: 'A pattern of files that are gone runs nothing, or spares nothing.',
    find: matchingNothing,
  },
  {
    name: 'contradicting-files',
    severity: 'error',
    why: 'files and irrelevant-files must both let a job run.',
    find: contradicting,
  },
];
