import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest folder upwards that has changesets; undefined where there is none. @param {string} cwd @returns {string | undefined} */
export const workspaceAbove = (cwd) => {
  if (existsSync(join(cwd, '.changeset', 'config.json'))) return cwd;
  return dirname(cwd) === cwd ? undefined : workspaceAbove(dirname(cwd));
};

/**
 * Whether a command is about the packages of a workspace; else it is about one folder of notes, as reno's are.
 * @param {readonly string[]} words
 * @param {string} cwd
 */
export const isAboutWorkspace = (words, cwd) =>
  !words.some((word) => word.startsWith('-d') || word.startsWith('--rel-notes-dir')) &&
  workspaceAbove(cwd) !== undefined;
