import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { running } from './running.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const OURS = 'zuul-local list';
const NODE = 'node -e 0';
const PEER = 'gitlab-ci-local 4.61.1 --list';
const ITEM = 'an item of the check pipeline';
const MILLISECOND = 'a millisecond';

/** A repository whose jobs, as many as ours, do nothing. */
const peerRepository = () => {
  const directory = mkdtempSync(join(tmpdir(), 'oslofjord-bench-'));
  const jobs = Array.from(
    { length: 50 },
    (_, index) =>
      `job-${String(index)}:\n  script: ['true']\n  rules: [{changes: ['src/${String(index)}/**']}]\n`,
  );
  writeFileSync(join(directory, '.gitlab-ci.yml'), jobs.join(''));
  const git = (...words) =>
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...words], {
      cwd: directory,
    });
  git('init', '--quiet', '--initial-branch=main');
  git('remote', 'add', 'origin', 'git@localhost:bench/bench.git');
  git('add', '--all');
  git('commit', '--quiet', '--message=As it stands');
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  return directory;
};

const command = (directory, ...words) => [process.execPath, 'zuul/workers/command.js', directory, ...words];
const worker = (name, ...words) => [process.execPath, `zuul/workers/${name}.js`, ...words];

export const bench = [
  {
    title: 'Listing the jobs of a change',
    method:
      'Time on the wall from start to end of each command: the jobs that this checkout runs, by its difference to main, beside a Node.js that does nothing and a runner of GitLab jobs with as many of them.',
    isCold: true,
    unit: 'runs per second',
    contenders: [
      { name: NODE, command: command(root, process.execPath, '-e', '0') },
      {
        name: OURS,
        command: command(root, process.execPath, 'tools/zuul/src/cli.js', 'list', '--base', 'HEAD'),
      },
      {
        name: PEER,
        command: command(
          peerRepository(),
          process.execPath,
          join(root, 'bench/node_modules/gitlab-ci-local/src/index.js'),
          '--list',
        ),
      },
    ],
    rows: [
      {
        name: 'listing, against node -e 0 (a quarter is four times as long)',
        ours: OURS,
        peer: NODE,
        target: 0.25,
      },
      { name: 'listing, against gitlab-ci-local', ours: OURS, peer: PEER, target: 3 },
    ],
  },
  {
    title: 'Freezing an item',
    method:
      'Processor time in which the jobs of a change are put together from all definitions of this repository and chosen by its files, for 64 changes, beside a loop that spins for a millisecond.',
    unit: 'items per second of processor time',
    contenders: [
      { name: MILLISECOND, command: worker('millisecond') },
      { name: ITEM, command: worker('freeze', root) },
    ],
    rows: [{ name: 'items in a millisecond', ours: ITEM, peer: MILLISECOND, target: 1 }],
  },
  ...running,
];
