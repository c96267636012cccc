// A commit in a folder of its own, with what it needs installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustGit } from '../../release-notes/src/git.js';

const PREFIX = 'oslofjord-release-';

/** @param {string} root @param {string[]} words @throws {Error} with what git says is wrong */
export const git = (root, ...words) => mustGit(root, words);

/**
 * What a lock installs: everything but the versions of our own packages, which are links.
 * @param {string} directory
 */
const lockedIn = (directory) => {
  const file = join(directory, 'package-lock.json');
  if (!existsSync(file)) return undefined;
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  return JSON.stringify(Object.entries(packages).filter(([path]) => path.includes('node_modules/')));
};

/** Gives a checkout the dependencies that its lock names: those of the workspace when it has the same. @param {string} root @param {string} directory */
const installInto = (root, directory) => {
  const isSame = lockedIn(root) === lockedIn(directory);
  const isLent = isSame && lend(root, directory);
  if (isLent) return;
  const { status } = spawnSync('npm', ['ci', '--prefer-offline', '--loglevel=error'], {
    cwd: directory,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error(`the dependencies of ${directory} cannot be installed: see above`);
};

/** Links to our packages are relative, so they lead into the checkout. @param {string} root @param {string} directory */
const lend = (root, directory) =>
  ['-al', '-a'].some(
    (how) => spawnSync('cp', [how, join(root, 'node_modules'), join(directory, 'node_modules')]).status === 0,
  );

/**
 * Hands `use` a checkout of a commit, on no branch, and removes it afterwards.
 * @template T
 * @param {string} root
 * @param {string} commit
 * @param {(directory: string) => Promise<T>} use
 * @returns {Promise<T>}
 */
export const withCheckout = async (root, commit, use) => {
  const directory = mkdtempSync(join(tmpdir(), PREFIX));
  try {
    git(root, 'worktree', 'add', '--quiet', '--force', '--detach', directory, commit);
    installInto(root, directory);
    return await use(directory);
  } finally {
    discard(root, directory);
  }
};

/** @param {string} root @param {string} directory */
const discard = (root, directory) => {
  rmSync(directory, { recursive: true, force: true });
  spawnSync('git', ['worktree', 'prune'], { cwd: root });
};

/** Removes the checkouts of runs that were killed; only for who holds the lock. @param {string} root */
export const removeLeftovers = (root) => {
  for (const line of git(root, 'worktree', 'list', '--porcelain').split('\n')) {
    const directory = line.replace(/^worktree /u, '');
    if (line.startsWith('worktree ') && directory.includes(`/${PREFIX}`)) discard(root, directory);
  }
};
