// A workspace of its own for a test: two packages, changesets, a git history.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHANGELOG = fileURLToPath(new URL('../../src/changelog.js', import.meta.url));

/** A folder that is removed at the end of its block. */
export class Scratch {
  root = mkdtempSync(join(tmpdir(), 'oslofjord-notes-'));

  constructor() {
    this.write(
      'package.json',
      JSON.stringify({ name: 'scratch', version: '0.0.0', private: true, workspaces: ['packages/*'] }),
    );
    this.write(
      '.changeset/config.json',
      JSON.stringify({
        changelog: CHANGELOG,
        commit: false,
        fixed: [],
        linked: [],
        access: 'public',
        baseBranch: 'main',
        updateInternalDependencies: 'patch',
        ignore: [],
        changedFilePatterns: ['src/**', 'package.json'],
      }),
    );
    this.write('releases/2026.2.yaml', 'series: "2026.2"\n');
    for (const [name, version] of [
      ['one', '1.2.3'],
      ['two', '0.4.0'],
    ]) {
      this.write(
        `packages/${String(name)}/package.json`,
        JSON.stringify({ name: `@scope/${String(name)}`, version }),
      );
      this.write(`packages/${String(name)}/src/index.ts`, 'export const x = 1;\n');
    }
    this.git('init', '-q', '-b', 'main');
    this.commit('first');
  }

  /** @param {string} path @param {string} text */
  write(path, text) {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** @param {string} path */
  read(path) {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** @param {readonly string[]} words */
  git(...words) {
    const identity = [
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@b.example',
      '-c',
      'commit.gpgsign=false',
      '-c',
      'tag.gpgsign=false',
    ];
    return execFileSync('git', [...identity, ...words], { cwd: this.root, encoding: 'utf8', stdio: 'pipe' });
  }

  /** @param {string} message */
  commit(message) {
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', message);
  }

  /**
   * Runs a command of the tool.
   * @param {string} name
   * @param {readonly string[]} words
   * @returns {Promise<{ status: number, stdout: string, stderr: string }>}
   */
  async run(name, ...words) {
    const { run } = await import(`../../src/commands/${name}.js`);
    const printed = { stdout: '', stderr: '' };
    /** @param {'stdout' | 'stderr'} stream */
    const to = (stream) => ({ write: (/** @type {string} */ text) => void (printed[stream] += text) });
    const status = await run(words, { cwd: this.root, stdout: to('stdout'), stderr: to('stderr'), env: {} });
    return { status, ...printed };
  }

  [Symbol.dispose]() {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A changeset. @param {Record<string, string>} bumps @param {string} body */
export const changeset = (bumps, body) =>
  `---\n${Object.entries(bumps)
    .map(([name, bump]) => `'@scope/${name}': ${bump}`)
    .join('\n')}\n---\n\n${body}`;

export const UID = '0123456789abcdef';
