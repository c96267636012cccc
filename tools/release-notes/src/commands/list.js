/** @import { Surroundings } from '../cli.js' */

/** @param {string[]} words @param {Surroundings} surroundings */
export const run = async (words, { cwd, stdout }) => {
  const { readReleases } = await import('../releases/asked-for.js');
  for (const { name, releases } of readReleases(words, cwd).packages) {
    for (const { version, isPending, notes } of releases) {
      stdout.write(`${name}@${version}${isPending ? ' (not released yet)' : ''}\n`);
      for (const { file } of notes) stdout.write(`\t${file}\n`);
    }
  }
  return 0;
};
