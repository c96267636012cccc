import { changesOfMerge } from './changes.js';

/** @import { Branches } from './branches.js' */
/** @import { Commit } from './commits.js' */
/** @import { Repository } from './repository.js' */

/** Whether a merge brings a tagged commit in. @param {Branches} branches @param {Commit} commit */
const bringsVersion = (branches, { parents }) =>
  parents.length > 1 && parents.slice(1).some((parent) => branches.versionsOf(parent).length > 0);

/**
 * Whether a merge brings a tagged commit in and changes nothing: how a version of another branch is told to this one.
 * @param {Repository} repository
 * @param {Branches} branches
 * @param {Commit} commit
 */
const isNullMerge = (repository, branches, commit) => {
  if (!bringsVersion(branches, commit)) return false;
  return changesOfMerge(repository.changesOf(commit, undefined)).length === 0;
};

/** How far a commit is: how many of its children are still to come. @typedef {{ id: string, children: number, isEmitted: boolean, isWaiting: boolean }} Place */

/**
 * Commits from a head backwards, each after all of its children; of a merge first the side that was merged in.
 * @param {Repository} repository
 * @param {Branches} branches
 * @param {string} head
 * @param {boolean} ignoresNullMerges whether the merged side of a null merge is passed over, and the merge itself
 * @returns {Iterable<Commit>}
 */
export const topological = (repository, branches, head, ignoresNullMerges) => {
  const ancestry = repository.ancestry(head);
  const hasMerges = ancestry.some(({ parents }) => parents.length > 1);
  return hasMerges ? sorted(repository, branches, ancestry, ignoresNullMerges) : ancestry;
};

/**
 * @param {Repository} repository
 * @param {Branches} branches
 * @param {readonly Commit[]} ancestry
 * @param {boolean} ignoresNullMerges
 * @returns {Generator<Commit, void>}
 */
function* sorted(repository, branches, ancestry, ignoresNullMerges) {
  /** @type {Map<string, Place>} */
  const places = new Map();
  for (const { id, parents } of ancestry) {
    for (const parent of parents) {
      const known = places.get(parent);
      if (known === undefined)
        places.set(parent, { id: parent, children: 1, isEmitted: false, isWaiting: false });
      else known.children += 1;
    }
    if (!places.has(id)) places.set(id, { id, children: 0, isEmitted: false, isWaiting: false });
  }
  if (ignoresNullMerges) {
    const merges = ancestry.filter((commit) => bringsVersion(branches, commit));
    repository.readChanges(merges, undefined);
  }
  /** @param {string} id */
  const placeOf = (id) => /** @type {Place} */ (places.get(id));
  /** @param {Place} place @param {readonly Place[]} parents */
  const emit = (place, parents) => {
    if (place.isEmitted) return;
    place.isEmitted = true;
    for (const parent of parents) parent.children -= 1;
  };
  // The last that was put there is the next.
  /** @type {Place[]} */
  const stack = [];
  /** @param {Place | undefined} place */
  const wait = (place) => {
    if (place === undefined || place.isWaiting || place.isEmitted) return;
    place.isWaiting = true;
    stack.push(place);
  };
  wait(placeOf(ancestry[0]?.id ?? ''));
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    place.isWaiting = false;
    const commit = repository.commit(place.id);
    const parents = commit.parents.map(placeOf);
    if (ignoresNullMerges && parents.length > 1 && isNullMerge(repository, branches, commit)) {
      for (const other of parents.slice(1)) emit(other, repository.commit(other.id).parents.map(placeOf));
      emit(place, parents);
      wait(parents[0]);
      continue;
    }
    // One with children to come is met again through them.
    if (place.children > 0) continue;
    emit(place, parents);
    yield commit;
    for (const parent of parents) wait(parent);
  }
}
