import { ownChanges } from './changes.js';

/** @import { Branches } from './branches.js' */
/** @import { Commit, Repository } from './repository.js' */

/**
 * Whether a merge brings a tagged commit in and changes nothing: how a version of another branch is told to this one.
 * @param {Repository} repository
 * @param {Branches} branches
 * @param {Commit} commit
 */
const isNullMerge = (repository, branches, commit) => {
  if (!commit.parents.slice(1).some((parent) => branches.versionsOf(parent).length > 0)) return false;
  repository.readChanges([commit], undefined);
  return ownChanges(repository.changesOf(commit, undefined)).length === 0;
};

/**
 * Commits from a head backwards, each after all of its children; of a merge first the side that was merged in.
 * @param {Repository} repository
 * @param {Branches} branches
 * @param {string} head
 * @param {boolean} ignoresNullMerges whether the merged side of a null merge is passed over, and the merge itself
 * @returns {Generator<Commit, void>}
 */
export function* topological(repository, branches, head, ignoresNullMerges) {
  /** @type {Map<string, string[]>} */
  const children = new Map();
  for (const { id, parents } of repository.ancestry(head)) {
    for (const parent of parents) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [id]);
      else known.push(id);
    }
  }
  const emitted = new Set();
  const waiting = new Set([head]);
  // The last that was put there is the next.
  const stack = [head];
  /** @param {string} id */
  const wait = (id) => {
    if (waiting.has(id) || emitted.has(id)) return;
    waiting.add(id);
    stack.push(id);
  };
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    waiting.delete(id);
    const commit = repository.commit(id);
    const [first = '', ...others] = commit.parents;
    if (ignoresNullMerges && others.length > 0 && isNullMerge(repository, branches, commit)) {
      for (const other of others) emitted.add(other);
      emitted.add(id);
      wait(first);
      continue;
    }
    // One with children to come is met again through them.
    if (children.get(id)?.some((child) => !emitted.has(child)) === true) continue;
    emitted.add(id);
    yield commit;
    for (const parent of commit.parents) wait(parent);
  }
}
