// Releases as the tags of git tell them, with reno's options; a tag is `@scope/package@1.2.3`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArchived } from '../archive/archived.js';
import { readAheadNow } from '../reno/ahead.js';
import { Notes } from '../reno/notes.js';
import { readSettings } from '../reno/settings.js';
import { archivedReleases } from './release.js';

/** @import { Release } from './release.js' */
/** @import { WorkspacePackage } from '../workspace.js' */

/** reno's configuration of a package, as `archive` writes it. @param {string} name of the package @param {string} baseBranch */
export const renoConfiguration = (name, baseBranch) => `---
# The versions of ${name} are tags such as ${name}@1.2.3.
default_branch: ${baseBranch}
release_tag_re: '${name}@\\d+\\.\\d+\\.\\d+'
pre_release_tag_re: '(?P<pre_release>-[a-z]+\\.\\d+)$'
`;

/**
 * @param {string} root
 * @param {WorkspacePackage} workspacePackage
 * @param {Record<string, unknown>} changes of reno's options
 * @returns {Release[]} the newest first; notes that no tag has belong to the version they say themselves
 */
export const releasesInHistory = (root, { name, folder }, changes) => {
  const notesFolder = `${folder}/releasenotes`;
  if (!existsSync(join(root, notesFolder)) && changes['branch'] === undefined) return [];
  const settings = readSettings(root, { folder: notesFolder, changes });
  const notes = new Notes(settings, { ahead: readAheadNow(settings) });
  const { versions } = notes;
  notes.prepare(versions);
  const archived = versions.flatMap((tag) =>
    notes.of(tag).map((note) => {
      const read = parseArchived(notes.text(note), note.path);
      const isRelease = tag.startsWith(`${name}@`) && !/-\d+$/u.test(tag);
      return isRelease ? { ...read, version: tag.slice(name.length + 1) } : read;
    }),
  );
  return archivedReleases(archived);
};
