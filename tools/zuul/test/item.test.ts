// What a change is, in a repository of its own: the real command line in a copy of this checkout's definitions.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../workspace/setup.js';

const CLI = join(ROOT, 'tools/zuul/src/cli.js');
let directory: string;

const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...words], {
    cwd: directory,
    encoding: 'utf8',
  });
const zuul = (...words: readonly string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [CLI, ...words], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, NX_BASE: undefined },
  });
const listed = (...words: readonly string[]): readonly string[] => {
  const { stdout, stderr } = zuul('list', '--json', ...words);
  expect(stderr).toBe('');
  const { jobs } = JSON.parse(stdout) as { jobs: { name: string }[] };
  return jobs.map(({ name }) => name);
};
const write = (path: string, text: string): void => {
  mkdirSync(join(directory, path, '..'), { recursive: true });
  writeFileSync(join(directory, path), text);
};

const JOBS = `
- job: {name: docs, run: play.yaml, files: ['^docs/']}
- job: {name: code, run: play.yaml, files: ['^src/']}
- job: {name: slow, run: play.yaml}
- job: {name: publish, run: play.yaml}
- project:
    check: {jobs: [docs, code]}
    periodic: {jobs: [slow]}
    release: {jobs: [publish]}
`;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'oslofjord-item-'));
  cpSync(join(ROOT, 'tools/zuul/config-project'), join(directory, 'tools/zuul/config-project'), {
    recursive: true,
  });
  write('.gitignore', '.cache/\n');
  write('zuul.d/jobs.yaml', JOBS);
  write('play.yaml', '[]\n');
  write('docs/a.md', 'a');
  write('src/a.ts', 'a');
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message=first');
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('a change', () => {
  test('that changes nothing has no list of files, so that every job runs', () => {
    expect(listed()).toEqual(['docs', 'code']);
  });

  test('holds what is committed, staged, unstaged and untracked since it left the base branch', () => {
    git('checkout', '--quiet', '-b', 'topic');
    write('README.md', 'untracked');
    expect(listed()).toEqual([]);
    write('src/a.ts', 'unstaged');
    expect(listed()).toEqual(['code']);
    git('add', 'src/a.ts');
    expect(listed()).toEqual(['code']);
    git('commit', '--quiet', '--message=second');
    expect(listed()).toEqual(['code']);
    write('docs/new.md', 'untracked');
    expect(listed()).toEqual(['docs', 'code']);
    expect(listed('--head', 'HEAD')).toEqual(['code']);
    rmSync(join(directory, 'docs/new.md'));
    rmSync(join(directory, 'README.md'));
  });

  test('of a definition runs the job that differs, whatever files it names', () => {
    git('checkout', '--quiet', '-B', 'other', 'main');
    write('zuul.d/jobs.yaml', JOBS.replace('{name: docs,', '{name: docs, timeout: 5,'));
    expect(listed()).toEqual(['docs']);
    expect(zuul('list').stdout).toContain('its definition is changed');
    git('checkout', '--quiet', '--', '.');
  });

  test('may be given by its files, or be none at all', () => {
    expect(listed('--files', 'docs/x.md', 'README.md')).toEqual(['docs']);
    expect(listed('--all')).toEqual(['docs', 'code']);
  });
});

describe('another item', () => {
  test('is a branch in periodic and a tag in release', () => {
    expect(listed('--pipeline', 'periodic')).toEqual(['slow']);
    expect(listed('--tag', 'v1.0.0')).toEqual(['publish']);
  });
});

test('lint ends with 1 for an error, and for a warning when it is strict', () => {
  expect(zuul('lint')).toMatchObject({ status: 0 });
  write('zuul.d/more.yaml', '- job: {name: lonely, run: play.yaml, timeout: 5}\n');
  expect(zuul('lint').stdout).toContain('zuul.d/more.yaml:1: warning: no pipeline runs job lonely');
  expect(zuul('lint').status).toBe(0);
  expect(zuul('lint', '--strict').status).toBe(1);
  write('zuul.d/more.yaml', '- job: {name: lonely, run: gone.yaml}\n');
  expect(zuul('lint').stdout).toContain('zuul.d/more.yaml:1: error: lonely runs gone.yaml');
  expect(zuul('lint').status).toBe(1);
  write('zuul.d/more.yaml', '- job: {name: [}\n');
  expect(zuul('lint').stdout).toMatch(/zuul\.d\/more\.yaml:1: error: /u);
  rmSync(join(directory, 'zuul.d/more.yaml'));
});

test('a file of the name that the trusted project has takes the place of zuul.d, and lint says so', () => {
  write('zuul.yaml', '- job: {name: other, run: play.yaml}\n- project: {check: {jobs: [other]}}\n');
  expect(listed('--all')).toEqual(['other']);
  expect(zuul('lint').stdout).toContain(
    'zuul.d/jobs.yaml:1: warning: Configuration in zuul.d/jobs.yaml ignored',
  );
  rmSync(join(directory, 'zuul.yaml'));
});

describe('what cannot be told says what to do', () => {
  test.each([
    [['list', '--pipeline', 'chek'], "no pipeline 'chek'; there are check"],
    [['list', '--base', 'absent'], "git knows no 'absent'"],
    [['list', '--nonsense'], "Unknown option '--nonsense'"],
    [['freeze', 'absent', '--all'], "'zuul-local explain absent' says why"],
    [['explain', 'absent', '--all'], "no definition names a job 'absent'"],
    [['explain'], 'say which job'],
    [['graph', '--format', 'png'], '--format is text, dot, mermaid, html'],
    [['fly'], "no command 'fly'"],
  ])('%j', (words, says) => {
    const { status, stderr } = zuul(...words);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(2);
  });

  test('outside of a checkout', () => {
    const { status, stderr } = spawnSync(process.execPath, [CLI, 'list'], {
      cwd: tmpdir(),
      encoding: 'utf8',
    });
    expect(stderr).toContain('change into a checkout');
    expect(status).toBe(2);
  });
});

test('what has been read is kept by its text, and read anew where that is spoilt', () => {
  const folder = join(directory, '.cache/zuul');
  rmSync(folder, { recursive: true });
  const before = listed('--all');
  const files = readdirSync(folder);
  expect(files.length).toBeGreaterThan(2);
  const contents = files.map((file) => readFileSync(join(folder, file), 'utf8'));
  for (const file of files) writeFileSync(join(folder, file), '{"mapping": [');
  expect(listed('--all')).toEqual(before);
  expect(files.map((file) => readFileSync(join(folder, file), 'utf8'))).toEqual(contents);
});
