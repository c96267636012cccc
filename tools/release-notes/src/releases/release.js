// A release of one package, as readers see it: a version and its notes.
import { compareVersions, bumped, greatest } from '../versions.js';
import { concerns } from '../changesets/changeset.js';
import { SECTIONS } from '../sections.js';

/** @import { Changeset } from '../changesets/changeset.js' */
/** @import { ArchivedNote } from '../archive/archived.js' */
/** @import { WorkspacePackage } from '../workspace.js' */

/** @typedef {{ file: string, summary: string, sections: readonly { id: string, texts: readonly string[] }[] }} ReleaseNote */

/**
 * @typedef {object} Release
 * @property {string} version
 * @property {boolean} isPending whether it is still to come
 * @property {string | undefined} series
 * @property {readonly ReleaseNote[]} notes by file
 */

/**
 * How a package changes by what is pending.
 * @param {WorkspacePackage} workspacePackage
 * @param {readonly Changeset[]} changesets
 */
export const pendingBump = ({ name }, changesets) =>
  greatest(changesets.map(({ bumps }) => bumps.get(name)?.bump ?? 'none'));

/**
 * The release that pending changesets ask for; undefined when they ask for none.
 * @param {WorkspacePackage} workspacePackage
 * @param {readonly Changeset[]} changesets
 * @param {string | undefined} series
 * @returns {Release | undefined}
 */
export const pendingRelease = (workspacePackage, changesets, series) => {
  const bump = pendingBump(workspacePackage, changesets);
  if (bump === 'none') return undefined;
  const notes = changesets
    .filter(({ bumps }) => bumps.has(workspacePackage.name))
    .map(({ file, summary, parts }) => ({
      file,
      summary,
      sections: SECTIONS.flatMap(({ id }) => {
        const texts = parts
          .filter((part) => part.id === id && concerns(part, workspacePackage))
          .flatMap(({ items }) => items.map(({ text }) => text));
        return texts.length === 0 ? [] : [{ id, texts }];
      }),
    }));
  return { version: bumped(workspacePackage.version, bump), isPending: true, series, notes };
};

/**
 * Releases by what archived notes say of themselves, the newest first.
 * @param {readonly ArchivedNote[]} archived
 * @returns {Release[]}
 */
export const archivedReleases = (archived) => {
  /** @type {Map<string, ArchivedNote[]>} */
  const byVersion = new Map();
  for (const note of archived) {
    const version = note.version ?? '0.0.0';
    byVersion.set(version, [...(byVersion.get(version) ?? []), note]);
  }
  return [...byVersion]
    .sort(([one], [other]) => compareVersions(other, one))
    .map(([version, notes]) => ({ version, isPending: false, series: notes[0]?.series, notes }));
};

/**
 * What the releases of a package say in a section.
 * @param {Release} release
 * @param {string} id
 */
export const textsOf = ({ notes }, id) =>
  notes.flatMap(({ sections }) =>
    sections.filter((section) => section.id === id).flatMap(({ texts }) => texts),
  );
