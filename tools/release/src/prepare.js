// Before a release: versions, notes, pages and constraints in one commit, and the manifest that lists them in the next.
import { spawnSync } from 'node:child_process';
import { readPending } from '../../release-notes/src/changesets/pending.js';
import { readSeries } from '../../release-notes/src/train/manifest.js';
import { publishedPackages } from '../../release-notes/src/train/workspace.js';
import { build } from './artifacts.js';
import { git, withCheckout } from './checkout.js';

const CONSTRAINTS = '@oslofjord/constraints';

/** @typedef {(line: string) => void} Tell */

/** Runs release-notes of the checkout. @param {string} directory @param {string[]} words @throws {Error} that says what it said */
export const releaseNotes = (directory, ...words) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['tools/release-notes/src/cli.js', ...words],
    { cwd: directory, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error(`release-notes ${words.join(' ')} says no:\n${stdout}${stderr}`);
  return stdout;
};

/** The package of tested sets changes with every release; its note says no more than that. @param {string} directory */
const noteTheSet = (directory) => {
  const isNoted = readPending(directory).some(({ bumps }) => bumps.has(CONSTRAINTS));
  const isHere = publishedPackages(directory).some(({ name }) => name === CONSTRAINTS);
  if (isNoted || !isHere) return;
  releaseNotes(
    directory,
    'new',
    'another-set',
    '--package',
    'constraints',
    '--bump',
    'patch',
    '--summary',
    'Knows the versions of this release.',
    '--note',
    'other: Knows the versions that were released together with it.',
  );
};

/** @param {string} directory @param {string} message */
const commit = (directory, message) => {
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '--no-verify', `--message=${message}`);
};

/**
 * Makes the two commits in a checkout.
 * @param {string} directory
 * @param {string | undefined} wanted series; the newest unless given
 * @param {{ tell: Tell, against: string | undefined }} options `against`: a folder of tarballs that versions are compared with
 * @returns {{ series: string, versions: { name: string, from: string, to: string }[] }} no versions when nothing is pending
 * @throws {Error} when notes or versions do not tell the truth
 */
const prepareIn = (directory, wanted, { tell, against }) => {
  const series = wanted ?? readSeries(directory).all.at(-1)?.series;
  if (series === undefined)
    throw new Error(`there is no series yet: 'release-notes train init 2026.2' begins one`);
  if (readPending(directory).length === 0) return { series, versions: [] };
  noteTheSet(directory);
  const before = publishedPackages(directory);
  for (const { name, folder } of before) {
    tell(`building ${name}`);
    build(directory, folder);
  }
  tell('versions, notes and pages');
  releaseNotes(directory, 'version', ...(against === undefined ? [] : ['--against', against]));
  releaseNotes(directory, 'constraints', 'update');
  releaseNotes(directory, 'constraints', 'record', '--series', series);
  const after = publishedPackages(directory);
  for (const { name, folder } of after) {
    // Its sources hold the set that was just recorded.
    if (name === CONSTRAINTS) build(directory, folder);
  }
  releaseNotes(directory, 'check', '--record');
  releaseNotes(directory, 'pages');
  releaseNotes(directory, 'train', 'render');
  const versions = after
    .map(({ name, version }) => ({
      name,
      from: before.find((each) => each.name === name)?.version ?? '',
      to: version,
    }))
    .filter(({ from, to }) => from !== to);
  const words = versions.map(({ name, to }) => `${name.slice(name.indexOf('/') + 1)} ${to}`).join(', ');
  commit(directory, `Versions for ${series}: ${words}`);
  releaseNotes(directory, 'train', 'add', '--series', series);
  releaseNotes(directory, 'train', 'render');
  commit(directory, `Series ${series} lists ${words}`);
  return { series, versions };
};

/**
 * Prepares in a checkout of HEAD, and hands it to `use` before it is removed.
 * @template T
 * @param {string} root
 * @param {string | undefined} series
 * @param {{ tell: Tell, against: string | undefined }} options
 * @param {(directory: string, prepared: ReturnType<typeof prepareIn>) => Promise<T>} use
 */
export const withPrepared = (root, series, options, use) =>
  withCheckout(root, 'HEAD', (directory) => use(directory, prepareIn(directory, series, options)));

/**
 * Makes the two commits on the branch that is checked out: both or none.
 * @param {string} root
 * @param {string | undefined} series
 * @param {{ tell: Tell, against: string | undefined }} options
 * @throws {Error} when the work tree has changes, or the branch moved meanwhile
 */
export const prepare = async (root, series, options) => {
  if (git(root, 'status', '--porcelain', '--untracked-files=no') !== '') {
    throw new Error('the work tree has changes that are not committed: commit them, or put them aside');
  }
  return withPrepared(root, series, options, async (directory, prepared) => {
    if (prepared.versions.length > 0)
      git(root, 'merge', '--quiet', '--ff-only', git(directory, 'rev-parse', 'HEAD'));
    return prepared;
  });
};
