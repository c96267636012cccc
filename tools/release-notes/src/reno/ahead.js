// What a look at the branch that is checked out needs of git, asked for at once by calls side by side.
import { spawn, spawnSync } from 'node:child_process';
import { COMMITS, commitsOf } from './commits.js';

/** @import { Commit } from './commits.js' */
/** @import { Settings } from './settings.js' */

export const LARGEST_ANSWER = 2 ** 30;

const REFERENCE_FIELDS = [
  'refname',
  'objectname',
  'objecttype',
  '*objectname',
  '*objecttype',
  'creatordate:unix',
];
export const REFERENCES = [
  'for-each-ref',
  `--format=${REFERENCE_FIELDS.map((field) => `%(${field})`).join('%00')}`,
];
export const DIFFERENCES = [
  'diff-tree',
  '--stdin',
  '--root',
  '--always',
  '-r',
  '--raw',
  '--no-renames',
  '--no-abbrev',
  '-z',
];
/** What each commit changed, as DIFFERENCES has it, whatever the configuration says of logs. */
const CHANGES = [
  ...[
    '-c',
    'log.follow=false',
    'log',
    '--no-show-signature',
    '--no-color',
    '--no-relative',
    '--full-history',
  ],
  ...['--root', '-r', '--raw', '--no-renames', '--no-abbrev', '-z', '--format=%H'],
];
export const STATUS = ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=no'];

/** @param {readonly string[]} words of a command of the shell */
const quoted = (words) => words.map((word) => `'${word}'`).join(' ');

/**
 * Each call has a stream of its own; on the first goes which of them failed. Contents may be missing: they are asked for
 * again, as are those of notes that are not checked out.
 */
const SCRIPT = [
  `git ${quoted([...COMMITS, 'HEAD'])} >&3 || echo commits &`,
  `git ${quoted(CHANGES)} HEAD -- "$1" >&4 || echo changes &`,
  `git ${quoted(REFERENCES)} >&5 || echo references &`,
  `git -c core.quotePath=false ${quoted(STATUS)} -- "$1" >&6 || echo status &`,
  `git ls-tree -r --object-only HEAD -- "$1" | git cat-file --batch >&7 &`,
  'wait',
].join('\n');

/** @type {('ignore' | 'pipe')[]} */
const STREAMS = ['ignore', 'pipe', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'];
const OF_COMMITS = 3;
const NOTHING = Buffer.alloc(0);

/**
 * What git answered about a folder; the commits of the branch that is checked out, what those with one parent changed
 * there, references, the state of the working copy, and the files of the folder.
 * @typedef {object} Ahead
 * @property {string} folder
 * @property {readonly Commit[]} commits
 * @property {string} differences
 * @property {string} references
 * @property {string} status
 * @property {Buffer} contents
 */

/** @typedef {Pick<Settings, 'root' | 'notesPath' | 'branch'>} Asked */

/**
 * @param {string} folder
 * @param {number | null} status of the script
 * @param {readonly (Buffer | null)[]} output by stream
 * @param {readonly Commit[]} [commits] if they were read already
 * @returns {Ahead | undefined} what goes wrong here is asked for again, and told, where it is needed
 */
const answerOf = (folder, status, output, commits = commitsOf(output[OF_COMMITS] ?? NOTHING, true)) => {
  const [, failures, , , differences, references, state, contents] = output;
  if (status !== 0 || failures?.length !== 0) return undefined;
  return {
    folder,
    commits,
    differences: differences?.toString('utf8') ?? '',
    references: references?.toString('utf8') ?? '',
    status: state?.toString('utf8') ?? '',
    contents: contents ?? NOTHING,
  };
};

/**
 * Asks git, and goes on meanwhile.
 * @param {Asked} settings
 * @returns {Promise<Ahead | undefined>} undefined, too, for another branch than the one that is checked out
 */
export const readAhead = ({ root, notesPath, branch }) =>
  new Promise((resolve) => {
    if (branch !== undefined) {
      resolve(undefined);
      return;
    }
    const child = spawn('sh', ['-c', SCRIPT, 'sh', notesPath], { cwd: root, stdio: STREAMS });
    /** @type {Buffer[][]} */
    const received = STREAMS.map(() => []);
    for (const [index, stream] of child.stdio.entries()) {
      stream?.on('data', (/** @type {Buffer} */ chunk) => received[index]?.push(chunk));
    }
    // They are most of the answer, and the first that is there.
    /** @type {Commit[]} */
    let commits = [];
    child.stdio[OF_COMMITS]?.on('end', () => {
      commits = commitsOf(Buffer.concat(received[OF_COMMITS] ?? []), true);
    });
    child.on('error', () => {
      resolve(undefined);
    });
    child.on('close', (status) => {
      const output = received.map((chunks) => Buffer.concat(chunks));
      resolve(answerOf(notesPath, status, output, commits));
    });
  });

/**
 * Asks git, and waits.
 * @param {Asked} settings
 * @returns {Ahead | undefined} undefined, too, for another branch than the one that is checked out
 */
export const readAheadNow = ({ root, notesPath, branch }) => {
  if (branch !== undefined) return undefined;
  const options = { cwd: root, stdio: STREAMS, maxBuffer: LARGEST_ANSWER };
  const { status, output } = spawnSync('sh', ['-c', SCRIPT, 'sh', notesPath], options);
  return answerOf(notesPath, status, output ?? []);
};
