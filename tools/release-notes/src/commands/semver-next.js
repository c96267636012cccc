import { parseArgs } from 'node:util';

/** @import { Surroundings } from '../cli.js' */

/** @param {string[]} words @param {Surroundings} surroundings */
export const run = async (words, { cwd, stdout }) => {
  const { values } = parseArgs({ args: words, options: { package: { type: 'string', multiple: true } } });
  const { Workspace } = await import('../workspace.js');
  const { nextVersion } = await import('../releases/next.js');
  const workspace = Workspace.around(cwd);
  const wanted = values.package?.map((name) => workspace.get(name)) ?? workspace.published;
  for (const each of wanted) {
    const version = nextVersion(workspace, each);
    stdout.write(wanted.length === 1 ? `${version}\n` : `${each.name} ${version}\n`);
  }
  return 0;
};
