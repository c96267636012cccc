import { isNote, uidOf } from './uid.js';

/** @import { Change } from './repository.js' */

/**
 * What became of one note in one commit.
 * @typedef {{ uid: string, type: 'add' | 'modify' | 'delete' | 'rename', path: string }} NoteChange
 */

/** @param {string} one @param {string} other */
export const byCodePoints = (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other));

/**
 * The changes of a merge that are its own: what it has is what none of its parents had.
 * @param {readonly (readonly Change[])[]} byParent
 * @returns {readonly Change[]}
 */
export const changesOfMerge = (byParent) => {
  /** @type {Map<string, Change[]>} */
  const byPath = new Map();
  for (const changes of byParent) {
    for (const change of changes) byPath.set(change.path, [...(byPath.get(change.path) ?? []), change]);
  }
  return [...byPath]
    .sort(([one], [other]) => byCodePoints(one, other))
    .flatMap(([, changes]) => {
      const types = new Set(changes.map(({ type }) => type));
      if (types.size > 1) return changes;
      const isOwn = types.has('delete')
        ? new Set(changes.map(({ old }) => old)).size > 1
        : changes.length === byParent.length;
      return isOwn ? changes : [];
    });
};

/** Tells renames from additions and deletions, by the uids in the names of notes. */
export class NoteChanges {
  /** Uids that once belonged to several files of one commit, which were deleted later. */
  #deletedTwice = new Set();

  /**
   * @param {string} commit
   * @param {readonly Change[]} changes
   * @returns {NoteChange[]} by uid
   */
  of(commit, changes) {
    /** @type {Map<string, Change[]>} */
    const byUid = new Map();
    for (const change of changes) {
      if (!isNote(change.path)) continue;
      const uid = uidOf(change.path);
      byUid.set(uid, [...(byUid.get(uid) ?? []), change]);
    }
    return [...byUid]
      .sort(([one], [other]) => byCodePoints(one, other))
      .flatMap(([uid, all]) => this.#combined(commit, uid, all));
  }

  /** @param {string} commit @param {string} uid @param {Change[]} changes @returns {NoteChange[]} */
  #combined(commit, uid, changes) {
    const each = changes.map(({ type, path }) => ({ uid, type, path }));
    if (changes.length === 1) return each;
    const types = new Set(changes.map(({ type }) => type));
    const added = changes.find(({ type }) => type === 'add');
    if (types.size === 2 && added !== undefined && types.has('delete')) {
      return [{ uid, type: 'rename', path: added.path }];
    }
    if (types.size > 1) throw new Error(`the note ${uid} was changed in contradictory ways in ${commit}`);
    if (types.has('modify')) return each;
    if (types.has('delete')) {
      this.#deletedTwice.add(uid);
      return each;
    }
    if (this.#deletedTwice.has(uid)) return [];
    const paths = changes.map(({ path }) => path).join(', ');
    throw new Error(`${uid}: several files of one commit (${commit}) have the same uid: ${paths}`);
  }
}
