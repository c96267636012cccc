// What happens to a job on its way into an item: who asks for it, what it is made of, and what its files say.
import { FreezeError } from '../errors.js';
import { freeze, stanzasFor } from '../freeze.js';
import { appliesTo } from '../matchers.js';
import { Control, placeOf } from '../values.js';

/** @import { Item } from '../freeze.js' */
/** @import { FrozenJob } from '../frozen-job.js' */
/** @import { BranchMatcher, JobDefinition, Layout, ProjectDefinition, Source } from '../layout.js' */

/**
 * One step: a stanza, an entry or a definition that counts or does not.
 * @typedef {object} Step
 * @property {'asked' | 'defined'} kind
 * @property {boolean} isUsed
 * @property {string} text
 * @property {Source} source
 * @property {Readonly<Record<string, unknown>>} attributes whose `branches` decide
 * @property {JobDefinition | undefined} definition undefined for a stanza
 */

/**
 * @typedef {object} Trace
 * @property {boolean} runs
 * @property {string | undefined} error why the whole item runs nothing
 * @property {string | undefined} reason why it runs
 * @property {readonly Step[]} steps
 * @property {FrozenJob | undefined} job as it is put together, whether it runs or not
 * @property {readonly FrozenJob[]} others that run
 */

/** @param {BranchMatcher} branches */
const branchesIn = (branches) => branches?.patterns.map(({ source }) => source).join(', ') ?? '';

/** @param {Item} item */
const refOf = ({ ref }) => (ref.tag === undefined ? `branch ${ref.branch ?? ''}` : `tag ${ref.tag}`);

/** @param {BranchMatcher} branches @param {Item} item @returns {string} */
const verdict = (branches, item) =>
  branches === undefined
    ? 'for every branch'
    : `for ${branchesIn(branches)}, which ${appliesTo(branches, item.ref) ? 'is' : 'is not'} ${refOf(item)}`;

/** @param {Layout} layout @param {Item} item @param {string} name @returns {Step[]} */
const asking = (layout, item, name) =>
  stanzasFor(layout, item).flatMap((stanza) => {
    const isOn = appliesTo(stanza.branches, item.ref);
    /** @param {ProjectDefinition} part @param {string} label @param {boolean} isReached */
    const entries = (part, label, isReached) =>
      (part.pipelines.get(item.pipeline)?.jobs ?? [])
        .filter((entry) => entry.name === name)
        .map((entry) => {
          const isPart = isReached && appliesTo(part.branches, item.ref);
          // An entry counts if the stanza that holds it does; what keeps it out is told of whichever does.
          const blocker = !isReached ? stanza : !isPart ? part : entry;
          return /** @type {Step} */ ({
            kind: 'asked',
            isUsed: isPart && appliesTo(entry.branches, item.ref),
            text: `${item.pipeline} of ${label}, ${verdict(blocker.branches, item)}`,
            source: entry.source,
            attributes: blocker.attributes,
            definition: entry,
          });
        });
    return [
      ...stanza.templates.flatMap((template) =>
        (layout.templates.get(template) ?? []).flatMap((part) => entries(part, `template ${template}`, isOn)),
      ),
      ...entries(stanza, 'the project', isOn),
    ];
  });

/** Definitions of a job and of all that it may inherit from, those of parents first. @param {Layout} layout @param {string} name @returns {JobDefinition[]} */
const ancestry = (layout, name, seen = new Set()) => {
  if (seen.has(name)) return [];
  seen.add(name);
  return (layout.jobs.get(name) ?? []).flatMap((definition, index) => {
    const { parent } = definition.attributes;
    const above =
      parent === null
        ? undefined
        : parent === undefined
          ? index === 0
            ? layout.defaultParent
            : undefined
          : String(parent);
    return [...(above === undefined ? [] : ancestry(layout, above, seen)), definition];
  });
};

/**
 * @param {Layout} layout
 * @param {Item} item
 * @param {string} name
 * @param {Layout} [unchanged]
 * @returns {Trace}
 */
export const traceOf = (layout, item, name, unchanged) => {
  const asked = asking(layout, item, name);
  const checkout = asked
    .filter(({ isUsed }) => isUsed)
    .map(({ definition }) => definition?.attributes['override-checkout'])
    .findLast((each) => each !== undefined);
  const defined = ancestry(layout, name)
    .filter(({ source }) => source.project !== '')
    .map((definition) => {
      const { branches, source, attributes } = definition;
      const isUsed = appliesTo(branches, item.ref, checkout === undefined ? undefined : String(checkout));
      const instead = checkout === undefined ? '' : ` (${String(checkout)} is checked out)`;
      const text = `${definition.name}, ${verdict(branches, item)}${instead}`;
      return /** @type {Step} */ ({ kind: 'defined', isUsed, text, source, attributes, definition });
    });
  const steps = [...asked, ...defined];
  try {
    const { jobs, reasons, all } = freeze(layout, item, unchanged);
    return {
      runs: reasons.has(name),
      error: undefined,
      reason: reasons.get(name),
      steps,
      job: all.get(name),
      others: jobs,
    };
  } catch (error) {
    if (!(error instanceof FreezeError)) throw error;
    return { runs: false, error: error.message, reason: undefined, steps, job: undefined, others: [] };
  }
};

/**
 * What became of each changed file.
 * @param {FrozenJob} job
 * @param {readonly string[]} changed
 * @returns {{ text: string, source: Source | undefined, line: number }[]}
 */
export const fileSteps = (job, changed) => {
  const lines = [];
  for (const attribute of /** @type {const} */ (['files', 'irrelevant-files'])) {
    const patterns = attribute === 'files' ? job.files : job.irrelevantFiles;
    if (patterns === undefined || patterns.length === 0) continue;
    for (const file of changed) {
      const index = patterns.findIndex(({ matches }) => matches(file));
      const pattern = patterns[index];
      const at = originOfPattern(job, attribute, pattern?.source);
      const text =
        pattern === undefined
          ? `${file} matches none of ${attribute}`
          : `${file} matches '${pattern.source}' of ${attribute}`;
      lines.push({ text, ...at });
    }
  }
  return lines;
};

/** @param {FrozenJob} job @param {string} attribute @param {string | undefined} regex */
const originOfPattern = (job, attribute, regex) => {
  for (const { attributes, source } of [...job.definitions].reverse()) {
    const written = attributes[attribute];
    if (written === undefined) continue;
    const value = written instanceof Control ? written.value : written;
    const line = placeOf(attributes, attribute)?.line ?? source.line ?? 1;
    if (regex === undefined) return { source, line };
    const list = Array.isArray(value) ? value : [value];
    const index = list.findIndex(
      (each) =>
        (typeof each === 'string' ? each : /** @type {{ regex?: unknown } | null} */ (each)?.regex) === regex,
    );
    if (index !== -1)
      return { source, line: Array.isArray(value) ? (placeOf(value, index)?.line ?? line) : line };
  }
  return { source: undefined, line: 1 };
};
