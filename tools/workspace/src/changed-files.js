import { execFileSync } from 'node:child_process';

/**
 * The files that differ between the work tree and where it left `base`: committed, staged, unstaged and untracked.
 * @param {string} root of the checkout
 * @param {string} base branch or commit
 * @returns {string[]} paths from the root, in order
 */
export const changedFiles = (root, base) => {
  /** @param {string[]} words */
  const git = (...words) => {
    try {
      return execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (cause) {
      throw new Error(
        `git ${words[0] ?? ''} could not compare with '${base}': make it with 'git branch ${base} origin/${base}', or name another in NX_BASE`,
        { cause },
      );
    }
  };
  const lines = (/** @type {string} */ text) => text.split('\0').filter((line) => line !== '');
  const fork = git('merge-base', base, 'HEAD').trim();
  return [
    ...new Set([
      ...lines(git('diff', '--name-only', '--no-renames', '-z', fork)),
      ...lines(git('ls-files', '--others', '--exclude-standard', '-z')),
    ]),
  ].sort();
};
