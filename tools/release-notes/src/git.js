import { execFileSync, spawnSync } from 'node:child_process';

/**
 * What git answers, without the last line end; undefined where git fails.
 * @param {string} root
 * @param {readonly string[]} words
 */
export const git = (root, words) => {
  const { status, stdout } = spawnSync('git', ['-c', 'core.quotePath=false', ...words], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  return status === 0 ? stdout.replace(/\n$/u, '') : undefined;
};

/**
 * What git answers, where it must.
 * @param {string} root
 * @param {readonly string[]} words
 * @throws {Error} with what git says is wrong
 */
export const mustGit = (root, words) =>
  execFileSync('git', words, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

/**
 * The files that differ from the place where a reference was left, also those that git does not know yet.
 * @param {string} root
 * @param {string} reference
 * @returns {{ added: string[], changed: string[] }} paths from the root
 * @throws {Error} when the reference means nothing
 */
export const filesSince = (root, reference) => {
  const base = git(root, ['merge-base', reference, 'HEAD']);
  const differences =
    base === undefined ? undefined : git(root, ['diff', '--name-status', '--no-renames', base]);
  if (differences === undefined) {
    throw new Error(
      `git knows no common past of '${reference}' and what is checked out; name a branch, tag or commit of this clone (\`git branch main origin/main\` makes a missing main)`,
    );
  }
  const untracked = (git(root, ['ls-files', '--others', '--exclude-standard']) ?? '').split('\n');
  const lines = differences.split('\n').map((line) => line.split('\t'));
  /** @param {(status: string) => boolean} isWanted */
  const those = (isWanted) => lines.flatMap(([status = '', path = '']) => (isWanted(status) ? [path] : []));
  return {
    added: [...those((status) => status === 'A'), ...untracked].filter((path) => path !== ''),
    changed: those((status) => status !== 'A' && status !== ''),
  };
};
