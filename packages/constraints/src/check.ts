// Whether what is installed was tested together, and what to change where it was not.
import { installedPackages } from './installed.ts';
import type { InstalledPackage } from './installed.ts';
import type { TestedSet } from './tested-set.ts';
import { testedSets } from './tested-sets.ts';
import { compareVersions } from './version.ts';

/** What the check found. */
export interface ConstraintsReport {
  /**
   * - `tested`: all installed packages stand in one set
   * - `mixed`: each version stands in some set, but no set has them all
   * - `unknown`: a version stands in no set
   * - `twice`: a package is installed in two versions, so that its classes and state exist twice
   * - `none`: no package of the family is installed
   */
  readonly verdict: 'tested' | 'mixed' | 'unknown' | 'twice' | 'none';
  /** Package → version; with several versions, the first found. */
  readonly installed: Readonly<Record<string, string>>;
  /** The set that fits, or the one that is nearest. */
  readonly set: TestedSet | undefined;
  /** Packages that have another version than `set`. */
  readonly changes: readonly { readonly name: string; readonly installed: string; readonly tested: string }[];
  /** What else an operator should know: duplicates, unknown versions, dependencies beyond what was tested. */
  readonly notes: readonly string[];
}

const FAMILY = '@oslofjord/';
const OWN = '@oslofjord/constraints';

const nearest = (
  installed: Readonly<Record<string, string>>,
  sets: readonly TestedSet[],
): TestedSet | undefined => {
  const matching = (set: TestedSet): number =>
    Object.entries(installed).filter(([name, version]) => set.versions[name] === version).length;
  let best: TestedSet | undefined;
  for (const set of sets) {
    if (best === undefined || matching(set) > matching(best)) best = set;
  }
  return best;
};

const dependencyNotes = (
  set: TestedSet,
  all: readonly InstalledPackage[],
  installed: Readonly<Record<string, string>>,
): string[] =>
  Object.keys(installed).flatMap((name) =>
    Object.entries(set.dependencies[name] ?? {}).flatMap(([needed, [lowest, highest]]) =>
      all
        .filter((other) => other.name === needed)
        .filter(
          ({ version }) => compareVersions(version, lowest) < 0 || compareVersions(version, highest) > 0,
        )
        .map(({ version }) => `${needed} ${version}: ${name} was tested with ${lowest} to ${highest}`),
    ),
  );

/**
 * Says whether the packages of the family that a project has installed were tested together.
 *
 * @param directory - of the project
 * @param sets - what to compare with; the sets that this version of the package knows unless given
 */
export const checkInstalled = (
  directory: string,
  sets: readonly TestedSet[] = testedSets,
): ConstraintsReport => {
  const all = installedPackages(directory);
  const family = all.filter(({ name }) => name.startsWith(FAMILY) && name !== OWN);
  const installed: Record<string, string> = {};
  const twice = new Set<string>();
  for (const { name, version } of family) {
    if (installed[name] !== undefined && installed[name] !== version) twice.add(name);
    installed[name] ??= version;
  }
  if (family.length === 0) return { verdict: 'none', installed, set: undefined, changes: [], notes: [] };

  const set = nearest(installed, sets);
  const changes = Object.entries(installed).flatMap(([name, version]) => {
    const tested = set?.versions[name];
    return tested === undefined || tested === version ? [] : [{ name, installed: version, tested }];
  });
  const unknown = family.filter(
    ({ name, version }) => !sets.some((other) => other.versions[name] === version),
  );
  const notes = [
    ...[...twice].map((name) => {
      const versions = family.filter((other) => other.name === name).map(({ version }) => version);
      return `${name} is installed as ${versions.join(' and ')}: its classes and state exist twice`;
    }),
    ...unknown.map(
      ({ name, version }) => `${name} ${version} is in no set that this version of ${OWN} knows`,
    ),
    ...(set === undefined ? [] : dependencyNotes(set, all, installed)),
  ];
  const isComplete =
    set !== undefined && Object.entries(installed).every(([name, version]) => set.versions[name] === version);
  const verdict = twice.size > 0 ? 'twice' : isComplete ? 'tested' : unknown.length > 0 ? 'unknown' : 'mixed';
  return { verdict, installed, set, changes, notes };
};

/**
 * What a `package.json` says to hold npm to a set: its `overrides`.
 *
 * @param set - one of {@link testedSets}
 * @returns package → version, only for the packages of the family
 */
export const overridesFor = (set: TestedSet): Readonly<Record<string, string>> => ({ ...set.versions });
