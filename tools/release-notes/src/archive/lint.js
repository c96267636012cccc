import { SECTIONS } from '../sections.js';
import { lintFiles } from '../reno/lint.js';
import { readSettings } from '../reno/settings.js';
import { notesFolder, readArchived } from './archived.js';
import { compareVersions } from '../versions.js';

/** @import { Changeset } from '../changesets/changeset.js' */
/** @import { Problem } from '../problems.js' */
/** @import { Workspace } from '../workspace.js' */

/**
 * What is wrong with archived notes: what reno's lint finds, versions the package never had, and uids that a changeset
 * has, too, as when a file came back that a release had taken.
 * @param {Workspace} workspace
 * @param {readonly Changeset[]} pending
 * @returns {Problem[]}
 */
export const lintArchived = (workspace, pending) =>
  workspace.published.flatMap((workspacePackage) => {
    const { folder, version } = workspacePackage;
    const reno = lintFiles(readSettings(workspace.root, { folder: `${folder}/releasenotes` }));
    /** @type {Problem[]} */
    const problems = reno.map((message) => ({
      severity: 'error',
      rule: 'archive',
      file: notesFolder(folder),
      message: `${message}; sections are ${SECTIONS.map(({ id }) => id).join(', ')}`,
    }));
    for (const note of readArchived(workspace.root, folder)) {
      if (note.version !== undefined && compareVersions(note.version, version) <= 0) {
        const again = pending.find(({ uid, bumps }) => uid === note.uid && bumps.has(workspacePackage.name));
        if (again === undefined) continue;
        problems.push({
          severity: 'error',
          rule: 'uid',
          file: again.file,
          line: 1,
          message: `was released in ${workspacePackage.name} ${note.version} already (${note.file}); remove it`,
        });
      } else if (note.version === undefined) {
        problems.push({
          severity: 'error',
          rule: 'archive',
          file: note.file,
          line: 1,
          message: `does not begin with a line such as '# minor, 1.2.3, series 2026.2'; notes are made by \`release-notes archive\``,
        });
      }
    }
    return problems;
  });
