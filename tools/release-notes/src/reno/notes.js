import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNote } from './note.js';
import { Repository } from './repository.js';
import { notesByVersion } from './scan.js';

/** @import { Ahead } from './ahead.js' */
/** @import { Settings } from './settings.js' */
/** @import { Note } from './tracker.js' */

/** All notes of a repository, and what they say. */
export class Notes {
  #repository;
  #settings;
  #warn;
  #byVersion;

  /**
   * @param {Settings} settings
   * @param {{ ahead?: Ahead | undefined, warn?: (text: string) => void }} [more] `ahead`: what git answered already
   */
  constructor(settings, { ahead, warn } = {}) {
    this.#settings = settings;
    this.#warn = warn;
    this.#repository = new Repository(settings.root, ahead);
    this.#byVersion = notesByVersion(this.#repository, settings);
  }

  /** The versions that have notes, the newest first. */
  get versions() {
    return [...this.#byVersion.keys()];
  }

  /** The notes of a version, by path. @param {string} version @returns {readonly Note[]} */
  of(version) {
    const notes = this.#byVersion.get(version);
    if (notes === undefined) throw new Error(`There are no notes of version '${version}'`);
    return notes;
  }

  /** When a version was tagged, as a date; `Unknown` without a tag. @param {string} version */
  dateOf(version) {
    const seconds = this.#repository.tagDates.get(version);
    if (seconds === undefined) return 'Unknown';
    const date = new Date(seconds * 1000);
    return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
      .map((part) => String(part).padStart(2, '0'))
      .join('-');
  }

  /** Reads the notes of versions at once; later reads of them cost nothing. @param {readonly string[]} versions */
  prepare(versions) {
    const files = versions.flatMap((version) => this.of(version));
    this.#repository.readFiles(
      files.flatMap(({ path, commit }) => (commit === undefined ? [] : [{ path, commit }])),
    );
  }

  /** A note as it is written. @param {Note} note */
  text({ path, commit }) {
    return commit === undefined
      ? readFileSync(join(this.#settings.root, path), 'utf8')
      : (this.#repository.contentsAt(path, commit) ?? '');
  }

  /** @param {Note} note @returns {Map<string, unknown>} sections by name */
  read(note) {
    return readNote(this.text(note), note.path, this.#settings, this.#warn);
  }
}
