import { readPending } from '../changesets/pending.js';
import { concerns } from '../changesets/changeset.js';
import { git } from '../git.js';
import { sectionOf } from '../sections.js';
import { bumped, bumpForBreak, compareVersions, greatest } from '../versions.js';

/** @import { Changeset } from '../changesets/changeset.js' */
/** @import { Bump } from '../versions.js' */
/** @import { Workspace, WorkspacePackage } from '../workspace.js' */

/**
 * The least bump that the notes of pending changesets allow.
 * @param {WorkspacePackage} workspacePackage
 * @param {readonly Changeset[]} changesets
 * @returns {Bump}
 */
export const impliedByNotes = (workspacePackage, changesets) =>
  greatest(
    changesets
      .filter(({ bumps }) => bumps.has(workspacePackage.name))
      .flatMap(({ parts }) => parts)
      .filter((part) => concerns(part, workspacePackage))
      .map(({ id }) => {
        const { needs } = sectionOf(id);
        return needs === 'break' ? bumpForBreak(workspacePackage.version) : needs;
      }),
  );

/**
 * The last version of a package that is tagged in the past of what is checked out; undefined where none is.
 * @param {string} root
 * @param {string} name
 */
export const lastTagged = (root, name) => {
  const tags = git(root, ['tag', '--list', `${name}@*`, '--merged', 'HEAD']) ?? '';
  return tags
    .split('\n')
    .map((tag) => tag.slice(name.length + 1))
    .filter((version) => /^\d+\.\d+\.\d+/u.test(version))
    .sort(compareVersions)
    .at(-1);
};

/**
 * The version that a release now would have: by what changesets declare or, where that is more, by what their notes say.
 * @param {Workspace} workspace
 * @param {WorkspacePackage} workspacePackage
 */
export const nextVersion = ({ root }, workspacePackage) => {
  const { name, version } = workspacePackage;
  const changesets = readPending(root);
  const declared = changesets.map(({ bumps }) => bumps.get(name)?.bump ?? 'none');
  const bump = greatest([...declared, impliedByNotes(workspacePackage, changesets)]);
  const tagged = lastTagged(root, name);
  // A version that is in package.json and has no tag yet is the one that comes next.
  const base = tagged !== undefined && compareVersions(tagged, version) > 0 ? tagged : version;
  return bumped(base, bump);
};
