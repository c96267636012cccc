// Makes a git repository by recorded operations, at recorded moments, so that its commits have known ids.
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @typedef {readonly [string, ...string[]]} Operation */

const START = Date.UTC(2026, 0, 1) / 1000;

/**
 * @param {string} root an empty folder
 * @param {readonly Operation[]} operations
 */
export const replay = (root, operations) => {
  let moment = START;
  /** @param {readonly string[]} words */
  const git = (...words) => {
    const date = `${String(moment)} +0000`;
    execFileSync('git', words, {
      cwd: root,
      stdio: 'pipe',
      env: {
        ...process.env,
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@b',
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@b',
        GIT_COMMITTER_DATE: date,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
      },
    });
  };
  git('init', '-q', '-b', 'master');
  for (const [index, [name, ...words]] of operations.entries()) {
    moment = START + index + 1;
    const [first = '', second = ''] = words;
    switch (name) {
      case 'write':
        mkdirSync(dirname(join(root, first)), { recursive: true });
        writeFileSync(join(root, first), second);
        break;
      case 'commit':
        git('add', '-A');
        git('commit', '-q', '--allow-empty', '-m', first);
        break;
      case 'tag':
        git('tag', '-a', first, '-m', first);
        break;
      case 'lwtag':
        git('tag', first);
        break;
      case 'branch':
        git('checkout', '-q', '-b', ...words);
        break;
      case 'checkout':
        git('checkout', '-q', first);
        break;
      case 'merge':
        git('merge', '-q', '--no-ff', '-m', `merge ${first}`, ...words.slice(1), first);
        break;
      case 'mv':
        mkdirSync(dirname(join(root, second)), { recursive: true });
        git('mv', first, second);
        break;
      case 'rm':
        rmSync(join(root, first));
        break;
      case 'stage':
        git('add', '-A');
        break;
      case 'rename':
        renameSync(join(root, first), join(root, second));
        break;
      default:
        throw new TypeError(`the operation '${name}' means nothing`);
    }
  }
};
