import { parseArgs } from 'node:util';
import { archivePending } from '../archive/archive.js';
import { lintWorkspace } from '../lint-workspace.js';
import { formatProblems, hasErrors } from '../problems.js';
import { Workspace } from '../workspace.js';

/** @import { Surroundings } from '../cli.js' */

/** @param {string[]} words @param {Surroundings} surroundings */
export const run = async (words, { cwd, stdout, stderr }) => {
  parseArgs({ args: words, options: {} });
  const problems = lintWorkspace(cwd);
  if (hasErrors(problems)) {
    stderr.write(formatProblems(problems, 'text'));
    return 1;
  }
  for (const file of archivePending(Workspace.around(cwd))) stdout.write(`${file}\n`);
  return 0;
};
