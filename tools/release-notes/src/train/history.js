// What git knows of releases: tags, branches, commits, and files as they were at a commit.
import { git, mustGit } from '../git.js';

/**
 * @typedef {object} History
 * @property {() => Map<string, string>} tags tag → commit
 * @property {(commit: string) => boolean} isCommit
 * @property {(ancestor: string, commit: string) => boolean} isAncestor also when both are the same
 * @property {(name: string) => string | undefined} tip of a branch, here or at origin
 * @property {(commit: string, path: string) => string | undefined} fileAt
 */

/**
 * @param {string} root of the repository
 * @returns {History}
 */
export const readHistory = (root) => {
  /** @param {string} reference */
  const commitOf = (reference) => git(root, ['rev-parse', '--verify', '--quiet', `${reference}^{commit}`]);
  return {
    tags: () => {
      const format =
        '--format=%(refname:strip=2) %(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)';
      const text = mustGit(root, ['for-each-ref', 'refs/tags', format]);
      return new Map(
        text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => /** @type {[string, string]} */ (line.split(' '))),
      );
    },
    isCommit: (commit) => commitOf(commit) !== undefined,
    isAncestor: (ancestor, commit) =>
      git(root, ['merge-base', '--is-ancestor', ancestor, commit]) !== undefined,
    tip: (name) => commitOf(`refs/heads/${name}`) ?? commitOf(`refs/remotes/origin/${name}`),
    fileAt: (commit, path) => git(root, ['show', `${commit}:${path}`]),
  };
};
