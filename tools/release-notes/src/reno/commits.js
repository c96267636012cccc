// The commits of a branch, as git lists them.

/**
 * @typedef {object} Commit
 * @property {string} id
 * @property {readonly string[]} parents
 * @property {number} time seconds since 1970
 * @property {boolean} isOfHead whether it was read with the branch that is checked out
 */

/** Asks git for a line for each commit: its time, its name, and those of its parents. */
export const COMMITS = ['rev-list', '--timestamp', '--parents'];

/** @param {string} text @param {string} character @param {number} from */
const indexOrEnd = (text, character, from) => {
  const index = text.indexOf(character, from);
  return index < 0 ? text.length : index;
};

/**
 * @param {Buffer} answer to COMMITS
 * @param {boolean} isOfHead
 * @returns {Commit[]} in git's order
 */
export const commitsOf = (answer, isOfHead) => {
  const text = answer.toString('latin1');
  const commits = [];
  // Nearly always the next commit is the parent of the last; texts that are one are compared at once.
  let expected = '\n';
  for (let at = 0; at < text.length;) {
    const end = indexOrEnd(text, '\n', at);
    const space = text.indexOf(' ', at);
    const time = Number(text.slice(at, space));
    let nameEnd = Math.min(indexOrEnd(text, ' ', space + 1), end);
    const isExpected = nameEnd === space + 1 + expected.length && text.startsWith(expected, space + 1);
    const id = isExpected ? expected : text.slice(space + 1, nameEnd);
    /** @type {string[]} */
    const parents = [];
    while (nameEnd < end) {
      const start = nameEnd + 1;
      nameEnd = Math.min(indexOrEnd(text, ' ', start), end);
      parents.push(text.slice(start, nameEnd));
    }
    commits.push({ id, parents, time, isOfHead });
    expected = parents[0] ?? '\n';
    at = end + 1;
  }
  return commits;
};
