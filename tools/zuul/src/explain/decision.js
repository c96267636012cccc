// The line that decides whether a job runs: one whose edit makes it run, or run no more. Each candidate is tried, so that
// what is named is true.
import { freeze, stanzasFor } from '../freeze.js';
import { FreezeError } from '../errors.js';
import { asList, placeOf } from '../values.js';

/** @import { Item } from '../freeze.js' */
/** @import { FrozenJob } from '../frozen-job.js' */
/** @import { Attributes, JobDefinition, Layout, Source } from '../layout.js' */
/** @import { Place } from '../values.js' */
/** @import { Trace } from './trace.js' */

/**
 * A change of one place in one file.
 * @typedef {object} Edit
 * @property {Source} source
 * @property {number} line
 * @property {number} start
 * @property {number} end
 * @property {string} replacement
 * @property {string} text what it does
 */

const NOWHERE = "'^no-such-file$'";

/** @param {Layout} layout @param {Source} source @param {Place} place */
const writtenAt = (layout, source, { start, end }) => layout.textOf(source).slice(start, end);

/** Replaces an attribute. @param {Layout} layout @param {Source} source @param {Attributes} attributes @param {string} key @param {string} value @returns {Edit[]} */
const replaced = (layout, source, attributes, key, value) => {
  const place = placeOf(attributes, key);
  if (place === undefined) return [];
  const [space = ''] = /\s*$/u.exec(writtenAt(layout, source, place)) ?? [];
  return [{ source, ...place, replacement: `${key}: ${value}${space}`, text: `${key}: ${value}` }];
};

/** Adds an attribute before the first that is written. @param {Layout} layout @param {Source} source @param {Attributes} attributes @param {string} key @param {string} value @returns {Edit[]} */
const added = (layout, source, attributes, key, value) => {
  const places = Object.keys(attributes).flatMap((each) => placeOf(attributes, each) ?? []);
  const [first] = places.sort((one, other) => one.start - other.start);
  if (first === undefined) return [];
  const before = layout.textOf(source).slice(0, first.start);
  const isFlow = /[{,]\s*$/u.test(before);
  const column = first.start - (before.lastIndexOf('\n') + 1);
  const replacement = isFlow ? `${key}: ${value}, ` : `${key}: ${value}\n${' '.repeat(column)}`;
  return [
    {
      source,
      line: first.line,
      start: first.start,
      end: first.start,
      replacement,
      text: `add ${key}: ${value}`,
    },
  ];
};

/** @param {Layout} layout @param {Source} source @param {Attributes} attributes @param {string} key @param {string} value */
const set = (layout, source, attributes, key, value) =>
  key in attributes
    ? replaced(layout, source, attributes, key, value)
    : added(layout, source, attributes, key, value);

/**
 * Replaces an entry of a pipeline's list by one that says more.
 * @param {Layout} layout
 * @param {Item} item
 * @param {string} name
 * @param {string} attributes in braces
 * @returns {Edit[]}
 */
const entries = (layout, item, name, attributes) =>
  parts(layout, item).flatMap((part) => {
    const pipeline = /** @type {Attributes | undefined} */ (part.attributes[item.pipeline]);
    const jobs = pipeline?.['jobs'];
    return asList(jobs).flatMap((entry, index) => {
      if (entry !== name) return [];
      const place = Array.isArray(jobs) ? placeOf(jobs, index) : undefined;
      if (place === undefined)
        return pipeline === undefined
          ? []
          : replaced(layout, part.source, pipeline, 'jobs', `[{${name}: ${attributes}}]`);
      return [
        {
          source: part.source,
          ...place,
          replacement: `{${name}: ${attributes}}`,
          text: `${name}: ${attributes}`,
        },
      ];
    });
  });

/** Stanzas of an item's project with their templates. @param {Layout} layout @param {Item} item */
const parts = (layout, item) =>
  stanzasFor(layout, item).flatMap((stanza) => [
    ...stanza.templates.flatMap((name) => layout.templates.get(name) ?? []),
    stanza,
  ]);

/** Makes a pipeline ask for a job. @param {Layout} layout @param {Item} item @param {string} name @returns {Edit[]} */
const asking = (layout, item, name) =>
  parts(layout, item).flatMap((part) => {
    const pipeline = /** @type {Attributes | undefined} */ (part.attributes[item.pipeline]);
    if (pipeline === undefined)
      return added(layout, part.source, part.attributes, item.pipeline, `{jobs: [${name}]}`);
    const jobs = pipeline['jobs'];
    const first = Array.isArray(jobs) ? placeOf(jobs, 0) : undefined;
    if (first === undefined)
      return set(layout, part.source, pipeline, 'jobs', `[${[name, ...asList(jobs)].join(', ')}]`);
    const before = layout.textOf(part.source).slice(0, first.start);
    const isFlow = /[[,]\s*$/u.test(before);
    const dash = before.lastIndexOf('-') - (before.lastIndexOf('\n') + 1);
    const replacement = isFlow ? `${name}, ` : `${name}\n${' '.repeat(dash)}- `;
    return [
      {
        source: part.source,
        line: first.line,
        start: first.start,
        end: first.start,
        replacement,
        text: `add ${name} to the jobs`,
      },
    ];
  });

/** @param {readonly JobDefinition[]} definitions @param {string} attribute */
const lastWith = (definitions, attribute) =>
  definitions.findLast(({ attributes }) => attributes[attribute] !== undefined);

/** @param {Layout} layout @param {FrozenJob | undefined} job @param {string} attribute @param {string} value @returns {Edit[]} */
const inJob = (layout, job, attribute, value) => {
  const definition = lastWith(job?.definitions ?? [], attribute);
  return definition === undefined
    ? []
    : replaced(layout, definition.source, definition.attributes, attribute, value);
};

/** What may keep a job that runs from running. @param {Layout} layout @param {Item} item @param {string} name @param {Trace} trace @returns {Edit[]} */
const stopping = (layout, item, name, { job, others, steps }) => {
  const dependents = others.filter(({ dependencies }) => dependencies.get(name) === false);
  const used = steps.filter(({ isUsed }) => isUsed);
  return [
    ...dependents.flatMap((each) => inJob(layout, each, 'dependencies', '[]')),
    ...inJob(layout, job, 'files', `[${NOWHERE}]`),
    ...inJob(layout, job, 'irrelevant-files', "['.*']"),
    ...used
      .filter(({ kind }) => kind === 'asked')
      .flatMap(({ source, definition }) =>
        definition === undefined
          ? []
          : set(layout, source, definition.attributes, 'branches', "'^no-such-branch$'"),
      ),
    ...entries(layout, item, name, `{branches: '^no-such-branch$'}`),
    ...parts(layout, item).flatMap((part) =>
      set(layout, part.source, part.attributes, 'branches', "'^no-such-branch$'"),
    ),
    ...used
      .filter(({ kind, definition }) => kind === 'defined' && definition?.name === name)
      .flatMap(({ source, attributes }) => set(layout, source, attributes, 'branches', "'^no-such-branch$'")),
    ...inJob(layout, job, 'parent', 'no-such-job'),
  ];
};

/** What may make a job run. @param {Layout} layout @param {Item} item @param {string} name @param {Trace} trace @returns {Edit[]} */
const starting = (layout, item, name, { job, steps }) => [
  ...steps
    .filter(({ isUsed }) => !isUsed)
    .flatMap(({ source, attributes, definition }) => [
      ...set(layout, source, attributes, 'branches', "'.*'"),
      ...(definition === undefined ? [] : set(layout, source, definition.attributes, 'branches', "'.*'")),
    ]),
  ...steps
    .filter(({ kind, attributes }) => kind === 'defined' && 'parent' in attributes && job === undefined)
    .flatMap(({ source, attributes }) =>
      replaced(layout, source, attributes, 'parent', layout.defaultParent),
    ),
  ...inJob(layout, job, 'files', "['.*']"),
  ...inJob(layout, job, 'irrelevant-files', `[${NOWHERE}]`),
  ...entries(layout, item, name, `{files: ['.*'], irrelevant-files: [${NOWHERE}], branches: '.*'}`),
  ...asking(layout, item, name),
];

/** @param {Layout} layout @param {Edit} edit @param {(text: string) => unknown} read */
export const apply = (layout, { source, start, end, replacement }, read) => {
  const text = layout.textOf(source);
  return layout.withText(source, `${text.slice(0, start)}${replacement}${text.slice(end)}`, read);
};

/** @param {Layout} layout @param {Item} item @param {string} name @param {Layout | undefined} unchanged */
const outcome = (layout, item, name, unchanged) => {
  try {
    return freeze(layout, item, unchanged).reasons.has(name) ? 'runs' : 'does not run';
  } catch (error) {
    if (error instanceof FreezeError) return 'nothing runs';
    throw error;
  }
};

/**
 * The edit that would turn the decision, undefined where no single one does.
 * @param {Layout} layout
 * @param {Item} item
 * @param {string} name
 * @param {Trace} trace
 * @param {{ read: (text: string) => unknown, unchanged?: Layout | undefined }} options `read` for texts that are edited
 * @returns {Edit | undefined}
 */
export const decisiveEdit = (layout, item, name, trace, { read, unchanged }) => {
  if (trace.error !== undefined) return undefined;
  const candidates = (trace.runs ? stopping : starting)(layout, item, name, trace);
  const wanted = trace.runs ? ['does not run', 'nothing runs'] : ['runs'];
  for (const each of wanted) {
    for (const edit of candidates) {
      if (outcome(apply(layout, edit, read), item, name, unchanged) === each) return edit;
    }
  }
  return undefined;
};
