import { parseArgs } from 'node:util';
import { announcement, latestTrain } from '../announce/announcement.js';
import { renderHtml } from '../rendering/html.js';
import { renderMarkdown } from '../rendering/markdown.js';
import { readHistory } from '../train/history.js';
import { readSeries } from '../train/manifest.js';
import { Workspace } from '../workspace.js';

/** @import { Surroundings } from '../cli.js' */

const USAGE = `release-notes announce [--series S] [--format md|html] [PACKAGE@VERSION …]

  What to send to users: what they have to do, what is new, how to install it. Without words, the versions that the
  series (the newest) lists last.
`;

/** @param {string} word */
const parseWord = (word) => {
  const match = /^(.+)@([^@]+)$/u.exec(word);
  if (match === null) throw new Error(`'${word}' names no version; write it as cache@1.2.3`);
  return { name: match[1] ?? '', version: match[2] ?? '' };
};

/** @param {string[]} words @param {Surroundings} surroundings @returns {Promise<number>} exit status */
export const run = async (words, { cwd, stdout }) => {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      series: { type: 'string' },
      format: { type: 'string', default: 'md' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    stdout.write(USAGE);
    return 0;
  }
  const workspace = Workspace.around(cwd);
  const { all } = readSeries(workspace.root);
  const series =
    all.find((each) => each.series === values.series) ??
    (values.series === undefined ? all.at(-1) : undefined);
  if (series === undefined)
    throw new Error(
      `there is no series ${values.series ?? 'yet'}; there are ${all.map((each) => each.series).join(', ') || 'none'}`,
    );
  const versions =
    positionals.length > 0
      ? positionals.map(parseWord).map(({ name, version }) => ({ name: workspace.get(name).name, version }))
      : latestTrain(series, readHistory(workspace.root).isAncestor);
  const document = announcement(workspace, series.series, versions);
  stdout.write(values.format === 'html' ? renderHtml(document) : renderMarkdown(document));
  return 0;
};
