import { Branches } from './branches.js';
import { byCodePoints, changesOfMerge, NoteChanges } from './changes.js';
import { topological } from './topology.js';
import { NoteTracker } from './tracker.js';
import { isNote, uidOf } from './uid.js';

/** @import { Repository } from './repository.js' */
/** @import { Settings } from './settings.js' */
/** @import { Note } from './tracker.js' */

/** What notes of uncommitted files belong to. */
export const WORKING_COPY = '*working-copy*';

/** The first three parts, numbers where they are; for telling versions apart. @param {string} version */
const leadOf = (version) =>
  [...version.split('.'), '0', '0', '0']
    .slice(0, 3)
    .map((part) => part.replace(/^0+(?=\d)/u, ''))
    .join('.');

/**
 * Where a branch's own history ends.
 * @typedef {{ stop: string | undefined, earliest: string | undefined }} Bounds `stop`: the version whose commit is the
 *   last that is read; `earliest`: the last version that is shown
 */

/** Finds the notes of a repository, by version. */
class Scan {
  #repository;
  #settings;
  #branches;

  /** @param {Repository} repository @param {Settings} settings */
  constructor(repository, settings) {
    this.#repository = repository;
    this.#settings = settings;
    this.#branches = new Branches(repository, settings);
  }

  /**
   * The version before a given one at which reading can stop: the next older one that differs by more than its end.
   * @param {string | undefined} earliest
   * @param {readonly string[]} versions
   */
  #stopBefore(earliest, versions) {
    const { branch, defaultBranch, preReleaseTag, collapsePreReleases } = this.#settings;
    if (earliest === undefined) return undefined;
    const place = versions.indexOf(earliest);
    if (place < 0) return undefined;
    if (branch !== undefined && branch !== defaultBranch) {
      const before = this.#branches.before(branch);
      return before === undefined ? undefined : this.#branches.baseOf(before);
    }
    const older = versions.slice(place + 1);
    if (preReleaseTag.test(earliest) && !collapsePreReleases) return older[0];
    return older.find((candidate) => leadOf(candidate) !== leadOf(earliest));
  }

  /** @param {readonly string[]} versions of the branch, the newest first @returns {Bounds} */
  #bounds(versions) {
    const { branch, earliestVersion, stopAtBranchBase, preReleaseTag, collapsePreReleases } = this.#settings;
    if (earliestVersion !== undefined || !stopAtBranchBase) {
      return { stop: this.#stopBefore(earliestVersion, versions), earliest: earliestVersion };
    }
    if (branch === undefined) return this.#boundsOfCurrent(versions);
    const base = this.#branches.baseOf(branch);
    const stop = this.#stopBefore(base, versions);
    const place = stop === undefined ? -1 : versions.indexOf(stop);
    const earliest = place < 0 ? base : versions.at(place - 1);
    const isPreRelease = earliest !== undefined && collapsePreReleases && preReleaseTag.test(earliest);
    return { stop, earliest: isPreRelease ? this.#branches.finalOf(earliest) : earliest };
  }

  /** What is checked out begins where the newest series left it. @param {readonly string[]} versions @returns {Bounds} */
  #boundsOfCurrent(versions) {
    for (const series of this.#branches.series().reverse()) {
      const stop = this.#branches.baseOf(series);
      if (stop === undefined || !versions.includes(stop)) continue;
      return { stop, earliest: versions[versions.indexOf(stop) + 1] ?? stop };
    }
    return { stop: undefined, earliest: undefined };
  }

  /** @param {NoteTracker} tracker */
  #readWorkingCopy(tracker) {
    const { notesPath } = this.#settings;
    const { unstaged, staged } = this.#repository.workingCopy(notesPath);
    for (const { type, path } of unstaged.filter(({ path }) => isNote(path))) {
      tracker.see(type === 'delete' ? 'delete' : 'add', { path, commit: undefined }, WORKING_COPY);
    }
    for (const wanted of /** @type {const} */ (['add', 'modify', 'delete'])) {
      for (const { type, path } of staged.filter(({ path }) => isNote(path))) {
        if (type === wanted) tracker.see(type, { path, commit: undefined }, WORKING_COPY);
      }
    }
  }

  /** @param {NoteTracker} tracker @param {string} version @param {string | undefined} stop */
  #readHistory(tracker, version, stop) {
    const { branch, notesPath, ignoreNullMerges, ignoreNotes } = this.#settings;
    const head = this.#branches.commitOf(branch);
    const ignored = new Set(ignoreNotes.map(uidOf));
    this.#repository.readChanges(this.#repository.ancestry(head), notesPath);
    const noteChanges = new NoteChanges();
    let current = version;
    for (const commit of topological(this.#repository, this.#branches, head, ignoreNullMerges)) {
      const versions = this.#branches.versionsOf(commit.id);
      current = versions.at(-1) ?? current;
      const byParent = this.#repository.changesOf(commit, notesPath);
      const changes = commit.parents.length < 2 ? (byParent[0] ?? []) : changesOfMerge(byParent);
      // Nearly all commits: nothing to tell apart.
      if (changes.length === 0 && stop === undefined) continue;
      for (const { uid, type, path } of noteChanges.of(commit.id, changes)) {
        if (!ignored.has(uid)) tracker.see(type, { path, commit: commit.id }, current);
      }
      if (stop !== undefined && (versions.length === 0 ? [current] : versions).includes(stop)) return;
    }
  }

  /** @returns {Map<string, Note[]>} */
  run() {
    const { branch, earliestVersion } = this.#settings;
    const current = this.#branches.currentVersion(branch);
    const versions = this.#branches.versionsOn(branch);
    if (earliestVersion !== undefined && !versions.includes(earliestVersion)) {
      throw new Error(`earliest-version set to unknown revision '${earliestVersion}'`);
    }
    const { stop, earliest } = this.#bounds(versions);
    if (!versions.includes(current)) versions.unshift(current);
    versions.unshift(WORKING_COPY);
    const tracker = new NoteTracker();
    if (branch === undefined) this.#readWorkingCopy(tracker);
    this.#readHistory(tracker, current, stop);
    return this.#byVersion(tracker, versions, earliest);
  }

  /**
   * @param {NoteTracker} tracker
   * @param {readonly string[]} versions
   * @param {string | undefined} earliest
   */
  #byVersion(tracker, versions, earliest) {
    /** @type {Map<string, Note[]>} */
    const notes = new Map(tracker.versions.map((version) => [version, []]));
    for (const [uid, version] of tracker.earliest) {
      const note = tracker.latest.get(uid);
      if (note !== undefined) notes.get(version)?.push(note);
    }
    const collapsed = this.#settings.collapsePreReleases ? this.#collapsed(notes, versions) : notes;
    /** @type {Map<string, Note[]>} */
    const found = new Map();
    for (const version of versions) {
      const all = collapsed.get(version) ?? [];
      if (all.length === 0) continue;
      found.set(
        version,
        all.sort((one, other) => byCodePoints(one.path, other.path)),
      );
      if (version === earliest) break;
    }
    return found;
  }

  /** Gives notes of pre-releases to the final release, where there is one. @param {ReadonlyMap<string, Note[]>} notes @param {readonly string[]} versions */
  #collapsed(notes, versions) {
    /** @type {Map<string, Note[]>} */
    const collapsed = new Map();
    for (const version of versions) {
      const own = notes.get(version);
      if (own === undefined) continue;
      const final = this.#branches.finalOf(version);
      const target = versions.includes(final) ? final : version;
      collapsed.set(target, [...(collapsed.get(target) ?? []), ...own]);
    }
    return collapsed;
  }
}

/**
 * The notes of each version, the newest version first.
 * @param {Repository} repository
 * @param {Settings} settings
 * @returns {Map<string, Note[]>} versions without notes are absent
 */
export const notesByVersion = (repository, settings) => new Scan(repository, settings).run();
