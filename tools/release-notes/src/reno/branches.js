// Branches, the versions on them, and where they begin.
import { byCodePoints } from './changes.js';

/** @import { Repository } from './repository.js' */
/** @import { Settings } from './settings.js' */

/** @type {readonly string[]} */
const NONE = [];

/** What the first group of a match holds. @param {RegExpExecArray} match @param {string} option that is the pattern */
const groupOf = (match, option) => {
  if (match[1] === undefined)
    throw new Error(`'${option}' needs a group: what parentheses hold is the series`);
  return match[1];
};

/** Branches and versions of a repository, as its settings tell them. */
export class Branches {
  #repository;
  #settings;

  /** @param {Repository} repository @param {Settings} settings */
  constructor(repository, settings) {
    this.#repository = repository;
    this.#settings = settings;
  }

  /** The commit of a branch, or of the tag that took its place; what is checked out by default. @param {string} [name] */
  commitOf(name) {
    if (name === undefined) return this.#repository.head;
    const last = name.slice(name.lastIndexOf('/') + 1);
    const candidates = [
      `refs/heads/${name}`,
      `refs/remotes/${name}`,
      `refs/tags/${name}`,
      `refs/tags/${last}-eol`,
      `refs/tags/${last}-eom`,
      `refs/remotes/origin/${name}`,
      ...(name.startsWith('origin/') ? [`refs/heads/${name.slice('origin/'.length)}`] : []),
    ];
    for (const candidate of candidates) {
      const id = this.#repository.references.get(candidate);
      if (id !== undefined) return this.#repository.commitOf(id);
    }
    throw new Error(`There is no branch or tag '${name}'`);
  }

  /** The versions of a commit, pre-releases first. @param {string} commit @returns {readonly string[]} */
  versionsOf(commit) {
    const { releaseTag, preReleaseTag } = this.#settings;
    const tags = this.#repository.tagsOf(commit);
    if (tags.length === 0) return NONE;
    const versions = tags.filter((tag) => {
      releaseTag.lastIndex = 0;
      return releaseTag.test(tag);
    });
    return [
      ...versions.filter((tag) => preReleaseTag.test(tag)),
      ...versions.filter((tag) => !preReleaseTag.test(tag)),
    ];
  }

  /** All versions of a branch, the newest commit's first. @param {string} [name] */
  versionsOn(name) {
    return this.#repository.ancestry(this.commitOf(name)).flatMap(({ id }) => this.versionsOf(id));
  }

  /** The last version of a branch, with the number of commits since; `0.0.0` without any. @param {string} [name] */
  currentVersion(name) {
    let id = /** @type {string | undefined} */ (this.commitOf(name));
    this.#repository.ancestry(id ?? '');
    for (let count = 0; id !== undefined; count += 1) {
      const version = this.versionsOf(id).at(-1);
      if (version !== undefined) return count === 0 ? version : `${version}-${String(count)}`;
      [id] = this.#repository.commit(id).parents;
    }
    return '0.0.0';
  }

  /** The version at which a branch leaves the default branch; undefined when none was tagged there. @param {string} name */
  baseOf(name) {
    const { defaultBranch } = this.#settings;
    const common = new Set(this.#repository.ancestry(this.commitOf(defaultBranch)).map(({ id }) => id));
    for (const { id } of this.#repository.ancestry(this.commitOf(name))) {
      const version = common.has(id) ? this.versionsOf(id).at(-1) : undefined;
      if (version !== undefined) return version;
    }
    return undefined;
  }

  /** The branches of series, in the order of their names; closed ones by their tags. @returns {string[]} */
  series() {
    const { branchName, closedBranchTag, branchNamePrefix, branchSort, branchSortPrefix } = this.#settings;
    const names = new Set();
    for (const reference of this.#repository.references.keys()) {
      const name = /^refs\/(?:remotes\/origin|heads)\/(.+)$/u.exec(reference)?.[1];
      if (name !== undefined && branchName.test(name)) names.add(name);
      else if (reference.startsWith('refs/tags/')) {
        const closed = closedBranchTag.exec(reference.slice(reference.lastIndexOf('/') + 1));
        if (closed !== null) names.add(branchNamePrefix + groupOf(closed, 'closed_branch_tag_re'));
      }
    }
    /** @param {string} name */
    const keyOf = (name) => {
      const match = branchSort.exec(name);
      return match === null ? name : branchSortPrefix + groupOf(match, 'branch_sort_re');
    };
    return [...names].sort((one, other) => byCodePoints(keyOf(one), keyOf(other)));
  }

  /** The series before a branch. @param {string} name */
  before(name) {
    const names = this.series();
    const place = names.indexOf(name.replace(/^origin\//u, ''));
    return place > 0 ? names[place - 1] : undefined;
  }

  /** A version without what makes it a pre-release. @param {string} version */
  finalOf(version) {
    const { preReleaseTag } = this.#settings;
    const match = preReleaseTag.exec(version);
    if (match === null) return version;
    const part = match.groups?.['pre_release'];
    if (part === undefined) {
      throw new Error(`pre_release_tag_re, ${preReleaseTag.source}, needs a group named pre_release`);
    }
    const at = match.index + match[0].indexOf(part);
    return version.slice(0, at) + version.slice(at + part.length);
  }
}
