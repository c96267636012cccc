import { uidOf } from './uid.js';

/**
 * A note as it was last seen: its path, and the commit that has it; undefined: the working copy.
 * @typedef {{ path: string, commit: string | undefined }} Note
 */

/**
 * Which version each note belongs to, learned by reading history backwards: a note belongs to the earliest version that
 * has its uid, under the name and with the text of the latest.
 */
export class NoteTracker {
  /** Versions in the order in which they were met. @type {string[]} */
  versions = [];
  /** @type {Map<string, string>} */
  earliest = new Map();
  /** @type {Map<string, Note>} */
  latest = new Map();
  /** Changed, but their addition was not met yet. @type {Map<string, Note>} */
  #changed = new Map();
  #deleted = new Set();

  /**
   * @param {'add' | 'modify' | 'delete' | 'rename'} type
   * @param {Note} note
   * @param {string} version
   */
  see(type, note, version) {
    const uid = uidOf(note.path);
    if (!this.versions.includes(version)) this.versions.push(version);
    this.earliest.set(uid, version);
    if (type === 'delete') {
      // What exists at a later moment was added again after this.
      if (!this.latest.has(uid)) this.#deleted.add(uid);
      return;
    }
    if (this.#deleted.has(uid)) return;
    if (type !== 'add') {
      const known = this.latest.has(uid) ? this.latest : this.#changed;
      if (!known.has(uid)) known.set(uid, note);
      return;
    }
    const later = this.#changed.get(uid);
    if (later !== undefined) {
      this.latest.set(uid, later);
      this.#changed.delete(uid);
    } else if (!this.latest.has(uid)) {
      this.latest.set(uid, note);
    }
  }
}
