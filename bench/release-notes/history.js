// A history of some length, the same each time, made by one call of `git fast-import`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START = 1_700_000_000;

/** @param {string} text */
const data = (text) => `data ${String(Buffer.byteLength(text))}\n${text}`;

/** @param {number} index */
const noteOf = (index) =>
  `---\nfeatures:\n  - |\n    Feature ${String(index)}, with \`\`code\`\`.\n\n    More of it.\nfixes:\n  - Fixed what was wrong with number ${String(index)}.\n`;

/**
 * @param {{ commits: number, notes: number }} size
 * @returns {string} the folder of the repository
 */
export const makeHistory = ({ commits, notes }) => {
  const folder = join(tmpdir(), `oslofjord-history-${String(commits)}-${String(notes)}`);
  const done = join(folder, 'report.rst');
  if (existsSync(done)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  /** @param {string[]} words @param {string} [input] */
  const git = (words, input = '') =>
    execFileSync('git', words, { cwd: folder, input, maxBuffer: 2 ** 28 }).toString();
  git(['init', '-q', '-b', 'master']);
  const lines = [];
  const every = Math.floor(commits / notes);
  for (let index = 1; index <= commits; index += 1) {
    const who = `a <a@b.example> ${String(START + index * 60)} +0000`;
    lines.push(
      'commit refs/heads/master',
      `mark :${String(index)}`,
      `author ${who}`,
      `committer ${who}`,
      data('change'),
    );
    if (index > 1) lines.push(`from :${String(index - 1)}`);
    lines.push(`M 100644 inline code/f${String(index % 200)}.py`, data(`x${String(index)}\n`));
    if (index % every === 5 && index / every < notes) {
      const uid = index.toString(16).padStart(16, '0');
      lines.push(`M 100644 inline releasenotes/notes/note-${uid}.yaml`, data(noteOf(index)));
    }
    if (index % 100 === 0) {
      lines.push(
        `tag 1.${String(index / 100)}.0`,
        `from :${String(index)}`,
        `tagger ${who}`,
        data('release'),
      );
    }
  }
  git(['fast-import', '--quiet'], `${lines.join('\n')}\n`);
  git(['checkout', '-q', '-f', 'master']);
  git(['gc', '-q']);
  writeFileSync(
    done,
    execFileSync('reno', ['-q', 'report'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  return folder;
};
