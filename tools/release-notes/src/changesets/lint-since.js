// What a change as a whole lacks: a changeset of a package whose sources changed, a place for an edited old note.
import { matchesGlob } from './glob.js';
import { readArchived } from '../archive/archived.js';
import { filesSince, git } from '../git.js';

/** @import { Changeset } from './changeset.js' */
/** @import { Problem } from '../problems.js' */
/** @import { Workspace } from '../workspace.js' */

/**
 * @param {readonly Changeset[]} changesets the pending ones
 * @param {Workspace} workspace
 * @param {string} reference where the change begins
 * @returns {Problem[]}
 */
export const lintSince = (changesets, workspace, reference) => {
  const { added, changed } = filesSince(workspace.root, reference);
  const { changedFilePatterns = ['**'], ignore = [] } = workspace.changesetOptions;
  const own = changesets.filter(({ file }) => added.includes(file) || changed.includes(file));
  // An empty changeset says of the whole change that users see nothing of it.
  const isCovered = own.some(({ bumps }) => bumps.size === 0);
  /** @type {Problem[]} */
  const problems = [];
  for (const { name, folder } of workspace.published) {
    if (isCovered || ignore.includes(name)) continue;
    const file = [...added, ...changed].find(
      (path) =>
        path.startsWith(`${folder}/`) &&
        changedFilePatterns.some((pattern) => matchesGlob(path.slice(folder.length + 1), pattern)),
    );
    const archived = readArchived(workspace.root, folder).some((note) => added.includes(note.file));
    if (file === undefined || archived || own.some(({ bumps }) => bumps.has(name))) continue;
    problems.push({
      severity: 'error',
      rule: 'changeset',
      file,
      message: `${name} changed since ${reference} and no changeset says what that means to its users; \`release-notes new SLUG --package ${name}\` makes one, \`npx changeset add --empty\` says that they see nothing of it`,
    });
  }
  const branch = git(workspace.root, ['rev-parse', '--abbrev-ref', 'HEAD']);
  for (const { folder } of workspace.published) {
    for (const { file, series, version } of readArchived(workspace.root, folder)) {
      if (!changed.includes(file) || series === undefined) continue;
      const isHome =
        branch === `stable/${series}` ||
        (branch === workspace.changesetOptions.baseBranch && series === workspace.series);
      if (isHome) continue;
      problems.push({
        severity: 'warning',
        rule: 'released-note',
        file,
        line: 1,
        message: `is a note of ${version}, a release of ${series}; readers of that series see the edit only when it is made on stable/${series}, too`,
      });
    }
  }
  return problems;
};
