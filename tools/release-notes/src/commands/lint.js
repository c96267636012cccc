import { runReno } from '../reno/commands.js';

/** @import { Surroundings } from '../cli.js' */

/** @param {string[]} words @param {Surroundings} surroundings */
export const run = async (words, { cwd, stdout, stderr }) => {
  const outcome = runReno(['lint', ...words], cwd);
  stdout.write(outcome.stdout);
  if (outcome.stderr !== '') stderr.write(`${outcome.stderr}\n`);
  return outcome.rc;
};
