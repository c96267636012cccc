import { parseArgs } from 'node:util';
import { stalePages, writePages } from '../pages/pages.js';
import { Workspace } from '../workspace.js';

/** @import { Surroundings } from '../cli.js' */

/** @param {string[]} words @param {Surroundings} surroundings */
export const run = async (words, { cwd, stdout, stderr }) => {
  const { values } = parseArgs({ args: words, options: { check: { type: 'boolean' } } });
  const workspace = Workspace.around(cwd);
  if (values.check !== true) {
    for (const path of await writePages(workspace)) stdout.write(`${path}\n`);
    return 0;
  }
  const stale = [...(await stalePages(workspace)).keys()];
  for (const path of stale)
    stderr.write(`${path}: error: does not say what the notes say; run \`release-notes pages\`\n`);
  return stale.length === 0 ? 0 : 1;
};
