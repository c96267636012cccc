// `zuul-local list`: the jobs that an item runs, in order, with what each waits for and why it runs.
import { parseArgs } from 'node:util';
import { frozenItem } from '../frozen-item.js';
import { expandFiles, ITEM_HELP, ITEM_OPTIONS } from '../item.js';

/** @import { Context } from '../context.js' */

const HELP = `zuul-local list [options]

${ITEM_HELP}  --json                as JSON
`;

/** @param {string[]} words @param {Context} context */
export const run = async (words, context) => {
  const { stdout } = context;
  const { values } = parseArgs({
    args: expandFiles(words),
    options: { ...ITEM_OPTIONS, json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    stdout.write(HELP);
    return 0;
  }
  const {
    selection: { item, described },
    frozen: { jobs, reasons },
  } = await frozenItem(values, context);
  const rows = jobs.map((job) => ({
    name: job.name,
    voting: job.scalars['voting'] !== false,
    dependencies: [...job.dependencies].map(([name, isSoft]) => (isSoft ? `${name}?` : name)),
    reason: reasons.get(job.name) ?? '',
  }));
  if (values.json === true) {
    stdout.write(`${JSON.stringify({ item, jobs: rows }, null, 2)}\n`);
    return 0;
  }
  const width = Math.max(...rows.map(({ name }) => name.length), 0);
  const lines = rows.map(({ name, voting, dependencies, reason }) => {
    const after = dependencies.length === 0 ? '' : `, after ${dependencies.join(', ')}`;
    return `${name.padEnd(width)}  ${voting ? 'voting    ' : 'non-voting'}  ${reason}${after}`;
  });
  stdout.write(
    `${described}: ${String(rows.length)} job${rows.length === 1 ? '' : 's'}\n${lines.map((line) => `${line}\n`).join('')}`,
  );
  return 0;
};
