// `zuul-local graph`: which jobs wait for which, as text, for Graphviz, for Mermaid, or as a page.
import { parseArgs } from 'node:util';
import { UsageError } from '../errors.js';
import { frozenItem } from '../frozen-item.js';
import { expandFiles, ITEM_HELP, ITEM_OPTIONS } from '../item.js';
import { wavesOf } from '../waves.js';

/** @import { Context } from '../context.js' */
/** @import { FrozenJob } from '../frozen-job.js' */

const HELP = `zuul-local graph [options]

${ITEM_HELP}  --format FORMAT       text (by default), dot, mermaid or html
`;

/** @typedef {{ title: string, jobs: readonly FrozenJob[] }} Shown */
/** @typedef {{ from: string, to: string, isSoft: boolean }} Edge from what is needed to what needs it */

/** @param {readonly FrozenJob[]} jobs @returns {Edge[]} */
const edgesOf = (jobs) => {
  const names = new Set(jobs.map(({ name }) => name));
  return jobs.flatMap(({ name, dependencies }) =>
    [...dependencies].flatMap(([from, isSoft]) => (names.has(from) ? [{ from, to: name, isSoft }] : [])),
  );
};

/** @param {FrozenJob} job */
const isVoting = (job) => job.scalars['voting'] !== false;

/** @param {Shown} shown */
const asText = ({ title, jobs }) => {
  const edges = edgesOf(jobs);
  const lines = wavesOf(jobs).flatMap((wave, index) => [
    `${String(index + 1)}.`,
    ...wave.map((job) => {
      const needed = edges
        .filter(({ to }) => to === job.name)
        .map(({ from, isSoft }) => `${from}${isSoft ? ' (if it runs)' : ''}`);
      const notes = [
        ...(isVoting(job) ? [] : ['non-voting']),
        ...(needed.length > 0 ? [`after ${needed.join(', ')}`] : []),
      ];
      return `   ${job.name}${notes.length > 0 ? `, ${notes.join(', ')}` : ''}`;
    }),
  ]);
  return `${title}\n${lines.map((line) => `${line}\n`).join('')}`;
};

/** @param {Shown} shown */
const asDot = ({ title, jobs }) => {
  const quoted = (/** @type {string} */ text) => JSON.stringify(text);
  return [
    `digraph ${quoted(title)} {`,
    '  rankdir=LR; node [shape=box];',
    ...jobs.map((job) => `  ${quoted(job.name)}${isVoting(job) ? '' : ' [style=dashed]'};`),
    ...edgesOf(jobs).map(
      ({ from, to, isSoft }) => `  ${quoted(from)} -> ${quoted(to)}${isSoft ? ' [style=dashed]' : ''};`,
    ),
    '}\n',
  ].join('\n');
};

/** @param {Shown} shown */
const asMermaid = ({ jobs }) => {
  const ids = new Map(jobs.map(({ name }, index) => [name, `job${String(index)}`]));
  return [
    'flowchart LR',
    ...jobs.map((job) => `  ${ids.get(job.name) ?? ''}["${job.name}"]${isVoting(job) ? '' : ':::nonvoting'}`),
    ...edgesOf(jobs).map(
      ({ from, to, isSoft }) => `  ${ids.get(from) ?? ''} ${isSoft ? '-.->' : '-->'} ${ids.get(to) ?? ''}`,
    ),
    '  classDef nonvoting stroke-dasharray: 4\n',
  ].join('\n');
};

/** @param {Shown} shown */
const asHtml = async (shown) => {
  const { graphPage } = await import('../graph-page.js');
  return graphPage({
    title: shown.title,
    jobs: shown.jobs.map((job) => ({
      name: job.name,
      isVoting: isVoting(job),
      description: String(job.scalars['description'] ?? ''),
    })),
    waves: wavesOf(shown.jobs).map((wave) => wave.map(({ name }) => name)),
    edges: edgesOf(shown.jobs),
  });
};

/** @type {Record<string, (shown: Shown) => string | Promise<string>>} */
const FORMATS = { text: asText, dot: asDot, mermaid: asMermaid, html: asHtml };

/** @param {string[]} words @param {Context} context */
export const run = async (words, context) => {
  const { values } = parseArgs({
    args: expandFiles(words),
    options: {
      ...ITEM_OPTIONS,
      format: { type: 'string', default: 'text' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    context.stdout.write(HELP);
    return 0;
  }
  const render = FORMATS[values.format];
  if (render === undefined) {
    throw new UsageError(`--format is ${Object.keys(FORMATS).join(', ')}, not '${values.format}'`);
  }
  const { selection, frozen } = await frozenItem(values, context);
  context.stdout.write(await render({ title: selection.described, jobs: frozen.jobs }));
  return 0;
};
