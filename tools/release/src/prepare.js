// Before a release: versions, notes, pages and constraints in one commit, and the manifest that lists them in the next.
import { readPending } from '../../release-notes/src/changesets/pending.js';
import { readHistory } from '../../release-notes/src/train/history.js';
import { readSeries } from '../../release-notes/src/train/manifest.js';
import { publishedPackages } from '../../release-notes/src/train/workspace.js';
import { takeSets } from '../../release-notes/src/constraints/compute.js';
import { build, withEach } from './artifacts.js';
import { CONSTRAINTS, noteDependents, noteTheSet, releaseNotes } from './own-notes.js';
import { validSeries } from './plan.js';
import { git, withCheckout } from './checkout.js';

/** @typedef {(line: string) => void} Tell */

/** @param {string} directory @param {string} message */
const commit = (directory, message) => {
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '--no-verify', `--message=${message}`);
};

/** @typedef {{ tell: Tell, against: string | undefined }} Options `against`: a folder of tarballs that versions are compared with */
/** @typedef {{ series: string, versions: { name: string, from: string, to: string }[], words: string }} Prepared no versions when nothing is pending */

/**
 * Makes the commit that holds the versions, in a checkout.
 * @param {string} directory
 * @param {string | undefined} wanted series; the newest unless given
 * @param {Options} options
 * @returns {Promise<Prepared>}
 * @throws {Error} when notes or versions do not tell the truth
 */
const commitVersions = async (directory, wanted, { tell, against }) => {
  const series = wanted ?? readSeries(directory).all.at(-1)?.series;
  if (series === undefined)
    throw new Error(`there is no series yet: 'release-notes train init 2026.2' begins one`);
  if (readPending(directory).length === 0) return { series, versions: [], words: '' };
  for (const name of noteDependents(directory))
    tell(`${name} needs what it depends on anew: a note is written`);
  noteTheSet(directory, series);
  const before = publishedPackages(directory);
  await withEach(before, async ({ name, folder }) => {
    tell(`build ${name}`);
    await build(directory, folder);
  });
  tell('versions, notes and pages');
  releaseNotes(directory, 'version', ...(against === undefined ? [] : ['--against', against]));
  releaseNotes(directory, 'constraints', 'update');
  releaseNotes(directory, 'constraints', 'record', '--series', series);
  const after = publishedPackages(directory);
  // The sources of the package of sets hold the one that was just recorded.
  for (const { name, folder } of after) if (name === CONSTRAINTS) await build(directory, folder);
  releaseNotes(directory, 'check', '--record');
  releaseNotes(directory, 'pages');
  const versions = after
    .map(({ name, version }) => ({
      name,
      from: before.find((each) => each.name === name)?.version ?? '',
      to: version,
    }))
    .filter(({ from, to }) => from !== to);
  const words = versions.map(({ name, to }) => `${name.slice(name.indexOf('/') + 1)} ${to}`).join(', ');
  commit(directory, `Versions for ${series}: ${words}`);
  return { series, versions, words };
};

/**
 * Makes the commit that lists versions, in a checkout of the branch that holds the manifests.
 * @param {string} directory
 * @param {Prepared} prepared
 * @param {string} made commit that holds the versions
 */
const commitListing = (directory, { series, words }, made) => {
  const sets = readHistory(directory).fileAt(made, 'constraints/sets.json');
  if (sets !== undefined && takeSets(directory, JSON.parse(sets)).length > 0) noteTheSet(directory, series);
  releaseNotes(directory, 'train', 'add', '--series', series, '--from', made);
  releaseNotes(directory, 'pages');
  releaseNotes(directory, 'train', 'render');
  commit(directory, `Series ${series} lists ${words}`);
};

/**
 * Makes both commits in a checkout of HEAD, and hands it to `use` before it is removed.
 * @template T
 * @param {string} root
 * @param {string | undefined} series
 * @param {Options} options
 * @param {(directory: string, prepared: Prepared) => Promise<T>} use
 */
export const withPrepared = (root, series, options, use) =>
  withCheckout(root, 'HEAD', async (directory) => {
    const prepared = await commitVersions(directory, series, options);
    if (prepared.versions.length > 0) {
      commitListing(directory, prepared, git(directory, 'rev-parse', 'HEAD'));
      // Not HEAD by its name: every clone has a branch origin/HEAD, which stands elsewhere.
      validSeries(directory, git(directory, 'rev-parse', 'HEAD'));
    }
    return use(directory, prepared);
  });

/**
 * Makes both commits on the branch that is checked out; on `stable/<series>` the one that lists goes to the main branch,
 * which holds the manifests. Branches move at the end: both or none.
 * @param {string} root
 * @param {string | undefined} series
 * @param {Options & { mainBranch: string }} options
 * @throws {Error} when the work tree has changes, or a branch moved meanwhile
 */
export const prepare = async (root, series, options) => {
  if (git(root, 'status', '--porcelain', '--untracked-files=no') !== '') {
    throw new Error('the work tree has changes that are not committed: commit them, or put them aside');
  }
  const branch = git(root, 'rev-parse', '--abbrev-ref', 'HEAD');
  const { mainBranch } = options;
  if (branch === mainBranch) {
    return withPrepared(root, series, options, async (directory, prepared) => {
      if (prepared.versions.length > 0)
        git(root, 'merge', '--quiet', '--ff-only', git(directory, 'rev-parse', 'HEAD'));
      return prepared;
    });
  }
  if (!branch.startsWith('stable/'))
    throw new Error(`releases are prepared on ${mainBranch} or on stable/<series>, not on ${branch}`);
  const main = git(root, 'rev-parse', mainBranch);
  return withCheckout(root, 'HEAD', async (directory) => {
    const prepared = await commitVersions(directory, branch.slice('stable/'.length), options);
    if (prepared.versions.length === 0) return prepared;
    const made = git(directory, 'rev-parse', 'HEAD');
    await withCheckout(root, main, async (other) => {
      // Pages of the stable series say what the stable branch holds.
      git(
        other,
        'checkout',
        '--quiet',
        made,
        '--',
        ...prepared.versions.map(({ name }) => `packages/${name.slice(name.indexOf('/') + 1)}/releasenotes`),
      );
      commitListing(other, prepared, made);
      git(root, 'update-ref', `refs/heads/${mainBranch}`, git(other, 'rev-parse', 'HEAD'), main);
    });
    git(root, 'merge', '--quiet', '--ff-only', made);
    return prepared;
  });
};
