import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNote } from './note.js';
import { Notes } from './notes.js';
import { uidOf } from './uid.js';

/** @import { Ahead } from './ahead.js' */
/** @import { Settings } from './settings.js' */

/**
 * What is wrong with the notes that lie in the folder: sections of no meaning, several files with one uid.
 * @param {Settings} settings
 * @returns {string[]} reno's messages; none when all is well
 */
export const lintFiles = (settings) => {
  const { root, notesPath, preludeName, sections } = settings;
  const folder = join(root, notesPath);
  /** @type {string[]} */
  let names = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.yaml') && !name.startsWith('.'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
  }
  const allowed = new Set([preludeName, ...sections.map(({ name }) => name)]);
  const problems = [];
  /** @type {Map<string, string[]>} */
  const byUid = new Map();
  for (const name of names.sort()) {
    const shown = `./${notesPath}/${name}`;
    byUid.set(uidOf(name), [...(byUid.get(uidOf(name)) ?? []), shown]);
    for (const section of readNote(readFileSync(join(folder, name), 'utf8'), shown, settings).keys()) {
      if (!allowed.has(section)) problems.push(`unrecognized section name ${section} in ${shown}`);
    }
  }
  for (const [, files] of [...byUid].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (files.length > 1) problems.push(`UID collision: [${files.map((file) => `'${file}'`).join(', ')}]`);
  }
  return problems;
};

/**
 * What is wrong with the notes of a repository.
 * @param {Settings} settings
 * @param {Ahead} [ahead] what git answered already
 * @returns {string[]} as `lintFiles`
 * @throws {Error} where the history cannot be read: no repository, an unknown branch, a commit with two notes of one uid
 */
export const lintNotes = (settings, ahead) => {
  new Notes(settings, { ahead });
  return lintFiles(settings);
};
