import { parseArgs } from 'node:util';

/** @import { Surroundings } from '../cli.js' */

/** @param {string[]} words @param {Surroundings} surroundings */
export const run = async (words, { cwd, stdout, stderr }) => {
  const { values } = parseArgs({
    args: words,
    options: {
      since: { type: 'string' },
      format: { type: 'string', default: 'text' },
      strict: { type: 'boolean', default: false },
    },
  });
  const { since, format, strict } = values;
  if (format !== 'text' && format !== 'json') {
    stderr.write(`release-notes lint: '${format}' is no format; use text or json\n`);
    return 2;
  }
  const { lintWorkspace } = await import('../lint-workspace.js');
  const { formatProblems, hasErrors } = await import('../problems.js');
  const problems = lintWorkspace(cwd, since);
  stdout.write(formatProblems(problems, format));
  return hasErrors(problems) || (strict && problems.length > 0) ? 1 : 0;
};
