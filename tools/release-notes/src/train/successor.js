// Which version may follow which: versions grow, and none is skipped.
import semver from 'semver';

/** Kinds of pre-release, earliest first. */
const STAGES = ['alpha', 'beta', 'rc'];

/**
 * Why `version` is not written as a version is written; undefined where it is.
 * @param {string} version
 * @returns {string | undefined}
 */
export const notCanonical = (version) => {
  const parsed = semver.parse(version);
  if (parsed === null || parsed.version !== version)
    return `'${version}' is not a version like 1.2.3 or 1.2.3-rc.0`;
  const [stage, number, ...more] = parsed.prerelease;
  if (stage === undefined) return undefined;
  if (typeof stage !== 'string' || !STAGES.includes(stage) || typeof number !== 'number' || more.length > 0) {
    return `'${version}' has a pre-release that is not ${STAGES.join('.N, ')}.N`;
  }
  return undefined;
};

/**
 * The versions that may follow: each of the three bumps, or the next step towards the final version.
 * @param {string} previous
 * @returns {string[]}
 */
export const successors = (previous) => {
  const parsed = semver.parse(previous);
  if (parsed === null) throw new TypeError(`${previous} is not a version`);
  const { major, minor, patch, prerelease } = parsed;
  const final = `${String(major)}.${String(minor)}.${String(patch)}`;
  if (prerelease.length > 0) {
    const [stage, number] = prerelease;
    const later = STAGES.slice(STAGES.indexOf(String(stage)) + 1).map((name) => `${final}-${name}.0`);
    return [`${final}-${String(stage)}.${String(Number(number) + 1)}`, ...later, final];
  }
  const next = /** @type {const} */ (['patch', 'minor', 'major']).map(
    (bump) => semver.inc(previous, bump) ?? '',
  );
  return [...next, ...next.flatMap((version) => STAGES.map((stage) => `${version}-${stage}.0`))];
};
