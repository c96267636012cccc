// Notes that nobody has to write, because a release makes them true.
import { spawnSync } from 'node:child_process';
import semver from 'semver';
import { readPending } from '../../release-notes/src/changesets/pending.js';
import { pendingBump } from '../../release-notes/src/releases/release.js';
import { readSeries } from '../../release-notes/src/train/manifest.js';
import { publishedPackages } from '../../release-notes/src/train/workspace.js';
import { bumped } from '../../release-notes/src/versions.js';
import { Workspace } from '../../release-notes/src/workspace.js';

export const CONSTRAINTS = '@oslofjord/constraints';

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

/**
 * The package of tested sets changes with every release; its note says no more than that. The first version of a series
 * leaves room for patches of the series before.
 * @param {string} directory
 * @param {string} series
 */
export const noteTheSet = (directory, series) => {
  const isNoted = readPending(directory).some(({ bumps }) => bumps.has(CONSTRAINTS));
  const isHere = publishedPackages(directory).some(({ name }) => name === CONSTRAINTS);
  if (isNoted || !isHere) return;
  const isFirst = readSeries(directory).all.some(
    (each) =>
      each.series === series &&
      each.packages.some(({ name, releases }) => name === CONSTRAINTS && releases.length === 0),
  );
  const words = ['--package', 'constraints', '--bump', isFirst ? 'minor' : 'patch'];
  const note = `${isFirst ? 'features' : 'other'}: Knows the versions that were released together with it.`;
  releaseNotes(
    directory,
    'new',
    'another-set',
    ...words,
    '--summary',
    'Knows the versions of this release.',
    '--note',
    note,
  );
};

/**
 * A package whose dependency leaves the range that it names needs the new version, which is a minor step of its own; so
 * may be those that depend on it.
 * @param {string} directory
 * @returns {string[]} the packages that got a note
 */
export const noteDependents = (directory) => {
  /** @type {Map<string, string>} */
  const next = new Map();
  const noted = [];
  const workspace = new Workspace(directory);
  const pending = readPending(directory);
  for (const { name, version, dependencies, peerDependencies } of publishedPackages(directory)) {
    const left = Object.entries({ ...peerDependencies, ...dependencies }).filter(
      ([needed, range]) => next.has(needed) && !semver.satisfies(next.get(needed) ?? '', range),
    );
    let bump = pendingBump(workspace.get(name), pending);
    if (left.length > 0 && ['none', 'patch'].includes(bump)) {
      bump = 'minor';
      const needs = left.map(([needed]) => `\`${needed}\` ${next.get(needed) ?? ''}`).join(' and ');
      releaseNotes(
        directory,
        ...['new', 'needs-anew', '--package', name.slice(name.indexOf('/') + 1), '--bump', bump],
        ...['--summary', `Needs ${needs}.`],
        ...[
          '--note',
          `upgrade: Needs ${needs} or later, which npm installs unless another version is pinned.`,
        ],
      );
      noted.push(name);
    }
    next.set(name, bumped(version, bump));
  }
  return noted;
};
