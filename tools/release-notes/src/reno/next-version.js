import { WORKING_COPY } from './scan.js';
import { itemsOf } from './note.js';

/** @import { Notes } from './notes.js' */
/** @import { Settings } from './settings.js' */

// PEP 440, as far as a version's numbers and its being after a release go.
const VERSION =
  /^\s*v?(?:\d+!)?(?<release>\d+(?:\.\d+)*)(?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?\d*)?(?:-(?<after>\d+)|[-_.]?(?:post|rev|r)[-_.]?(?<post>\d*))?(?:[-_.]?dev[-_.]?\d*)?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?\s*$/iu;

/** @param {string} text @returns {{ numbers: number[], isAfterRelease: boolean }} */
const parsed = (text) => {
  const { release, after, post } = VERSION.exec(text)?.groups ?? {};
  if (release === undefined)
    throw new RangeError(`packaging.version.InvalidVersion: Invalid version: '${text}'`);
  const number = Number(after ?? (post === '' ? 0 : post) ?? 0);
  return { numbers: release.split('.').map(Number), isAfterRelease: number > 0 };
};

/**
 * The version that the notes since the last one ask for, by reno's rules.
 * @param {Notes} notes
 * @param {Settings} settings
 * @throws {RangeError} where reno fails, with its message
 */
export const nextVersion = (notes, { semver }) => {
  const { versions } = notes;
  const since = [];
  for (const version of versions) {
    if (version !== WORKING_COPY && !parsed(version).isAfterRelease) break;
    since.push(version);
  }
  const fail = () => new RangeError('IndexError: list index out of range');
  if (since.length === 0) {
    if (versions[0] === undefined) throw fail();
    return versions[0];
  }
  const base = since.find((version) => version !== WORKING_COPY) ?? versions[1];
  if (base === undefined) throw fail();
  const [major = 0, minor = 0, patch = 0] = parsed(base).numbers;
  let isMinor = false;
  let isPatch = false;
  for (const version of since) {
    for (const note of notes.of(version)) {
      const contents = notes.read(note);
      /** @param {readonly string[]} names */
      const says = (names) => names.some((name) => itemsOf(contents, name, note.path).length > 0);
      if (says(semver.major)) return `${String(major + 1)}.0.0`;
      isMinor ||= says(semver.minor);
      isPatch ||= says(semver.patch);
    }
  }
  if (isMinor) return `${String(major)}.${String(minor + 1)}.0`;
  return `${String(major)}.${String(minor)}.${String(isPatch ? patch + 1 : patch)}`;
};
