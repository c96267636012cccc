import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { trackedFiles } from './tracked-files.js';

/**
 * A clone of the work tree as it stands, installed and committed on `main`, for trying commands without touching this one.
 * @param {string} root
 */
export const makeScratch = (root) => {
  const directory = mkdtempSync(join(tmpdir(), 'oslofjord-scratch-'));
  for (const file of trackedFiles(root)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    cpSync(join(root, file), join(directory, file));
  }
  // Hard links: the links to our packages in node_modules are relative, so they lead into the clone.
  execFileSync('cp', ['-al', join(root, 'node_modules'), join(directory, 'node_modules')]);
  /** @param {string[]} words */
  const git = (...words) =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...words], {
      cwd: directory,
      stdio: 'ignore',
    });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message=As it stands');
  return {
    directory,
    git,
    /** @param {string[]} words of a command line of Node @returns {string} what it printed */
    node: (...words) =>
      execFileSync(process.execPath, words, {
        cwd: directory,
        encoding: 'utf8',
        env: { ...process.env, NX_BASE: 'main', NX_ISOLATE_PLUGINS: 'false', VITEST: undefined },
        maxBuffer: 2 ** 26,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
