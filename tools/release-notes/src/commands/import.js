import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { importNote } from '../archive/import.js';
import { Workspace } from '../workspace.js';

/** @import { Surroundings } from '../cli.js' */

const USAGE = `release-notes import FOLDER --package NAME: makes changesets of a folder of reno's notes

  FOLDER has *.yaml with reno's sections (or is its parent, with a folder notes). Uids stay, so that a note that was in
  both is one. The bump is what the sections need.
`;

/** @param {string[]} words @param {Surroundings} surroundings */
export const run = async (words, { cwd, stdout, stderr }) => {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { package: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const [given] = positionals;
  if (values.help === true || given === undefined || values.package === undefined) {
    (values.help === true ? stdout : stderr).write(USAGE);
    return values.help === true ? 0 : 2;
  }
  const workspace = Workspace.around(cwd);
  const target = workspace.get(values.package);
  const folder = [join(resolve(cwd, given), 'notes'), resolve(cwd, given)].find((path) => existsSync(path));
  if (folder === undefined) throw new Error(`there is no folder ${given}`);
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== 'config.yaml');
  if (names.length === 0) throw new Error(`${given} has no notes, files such as fix-x-0123456789abcdef.yaml`);
  let status = 0;
  for (const name of names.sort()) {
    const path = relative(cwd, join(folder, name));
    try {
      const { file, text } = importNote(readFileSync(join(folder, name), 'utf8'), path, target);
      if (existsSync(join(workspace.root, file)))
        throw new Error(`${path} is imported already: there is ${file}`);
      writeFileSync(join(workspace.root, file), text);
      stdout.write(`${file}\n`);
    } catch (error) {
      stderr.write(`error: ${/** @type {Error} */ (error).message}\n`);
      status = 1;
    }
  }
  return status;
};
