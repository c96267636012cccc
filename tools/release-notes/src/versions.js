// Versions by https://semver.org, as far as releases of the family need them.

/** @typedef {'none' | 'patch' | 'minor' | 'major'} Bump */

/** From the least to the greatest. @type {readonly Bump[]} */
export const BUMPS = ['none', 'patch', 'minor', 'major'];

/** @param {Bump} one @param {Bump} other */
export const isAtLeast = (one, other) => BUMPS.indexOf(one) >= BUMPS.indexOf(other);

/** @param {readonly Bump[]} bumps @returns {Bump} */
export const greatest = (bumps) =>
  bumps.reduce((one, other) => (isAtLeast(one, other) ? one : other), /** @type {Bump} */ ('none'));

const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/u;

/** @param {string} version @throws {RangeError} for what is no version */
export const parseVersion = (version) => {
  const match = VERSION.exec(version);
  if (match === null) throw new RangeError(`'${version}' is no version; write it as 1.2.3`);
  const [, major = '0', minor = '0', patch = '0', preRelease] = match;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), preRelease };
};

/** @param {string} one @param {string} other @returns {number} */
export const compareVersions = (one, other) => {
  const [a, b] = [parseVersion(one), parseVersion(other)];
  for (const part of /** @type {const} */ (['major', 'minor', 'patch'])) {
    if (a[part] !== b[part]) return a[part] - b[part];
  }
  if (a.preRelease === b.preRelease) return 0;
  if (a.preRelease === undefined) return 1;
  if (b.preRelease === undefined) return -1;
  return a.preRelease.localeCompare(b.preRelease, 'en', { numeric: true });
};

/** The version after a bump, as changesets makes it. @param {string} version @param {Bump} bump */
export const bumped = (version, bump) => {
  const { major, minor, patch, preRelease } = parseVersion(version);
  const isDone =
    preRelease !== undefined &&
    (bump === 'patch' ||
      (bump === 'minor' && patch === 0) ||
      (bump === 'major' && minor === 0 && patch === 0));
  if (isDone) return [major, minor, patch].join('.');
  if (bump === 'major') return `${String(major + 1)}.0.0`;
  if (bump === 'minor') return `${String(major)}.${String(minor + 1)}.0`;
  return bump === 'patch' ? `${String(major)}.${String(minor)}.${String(patch + 1)}` : version;
};

/** What a break needs: below 1.0 a minor is enough. @param {string} version @returns {Bump} */
export const bumpForBreak = (version) => (parseVersion(version).major === 0 ? 'minor' : 'major');

/** The kind of step from one version to a later one. @param {string} from @param {string} to @returns {Bump} */
export const bumpBetween = (from, to) => {
  const [a, b] = [parseVersion(from), parseVersion(to)];
  if (a.major !== b.major) return 'major';
  if (a.minor !== b.minor) return 'minor';
  return compareVersions(from, to) === 0 ? 'none' : 'patch';
};
