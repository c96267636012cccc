// Which versions of what a package needs are tested: the highest are those that the lock holds, the lowest those that
// the package's ranges begin with.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { publishedPackages } from '../train/workspace.js';

/** @typedef {Record<string, Record<string, string>>} Versions package → what it needs → version */

/** @typedef {{ versions: Record<string, string>, dependencies: Versions }} Bound `versions`: of our own packages */

/**
 * The version of a package that the lock gives to a folder of the workspace.
 * @param {Record<string, { version?: string, link?: boolean, resolved?: string }>} locked
 * @param {string} folder
 * @param {string} name
 */
const lockedVersion = (locked, folder, name) =>
  (locked[`${folder}/node_modules/${name}`] ?? locked[`node_modules/${name}`])?.version;

/**
 * @param {string} root
 * @returns {{ upper: Bound, lower: Bound }}
 * @throws {Error} when the lock lacks something that a package needs, or holds what its range refuses
 */
export const computeConstraints = (root) => {
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  /** @type {Bound} */
  const upper = { versions: {}, dependencies: {} };
  /** @type {Bound} */
  const lower = { versions: {}, dependencies: {} };
  const packages = publishedPackages(root).sort((a, b) => a.name.localeCompare(b.name));
  for (const { name, folder, version, dependencies, peerDependencies } of packages) {
    upper.versions[name] = version;
    const needs = Object.entries({ ...dependencies, ...peerDependencies }).sort();
    for (const [needed, range] of needs) {
      const lowest = semver.minVersion(range)?.version;
      if (lowest === undefined)
        throw new Error(`${folder}/package.json: '${range}' of ${needed} is no range`);
      if (packages.some((other) => other.name === needed)) {
        const now = lower.versions[needed];
        if (now === undefined || semver.lt(lowest, now)) lower.versions[needed] = lowest;
        continue;
      }
      const highest = lockedVersion(locked, folder, needed);
      if (highest === undefined) {
        throw new Error(
          `the lock has no ${needed}, which ${name} needs: add it to devDependencies, so that it is tested`,
        );
      }
      if (!semver.satisfies(highest, range)) {
        throw new Error(`the lock has ${needed} ${highest}, which ${name} does not take: ${range}`);
      }
      (upper.dependencies[name] ??= {})[needed] = highest;
      (lower.dependencies[name] ??= {})[needed] = lowest;
    }
  }
  return { upper, lower };
};

/**
 * The text of constraints/upper.json or constraints/lower.json.
 * @param {Bound} bound
 */
export const constraintsText = (bound) => `${JSON.stringify(bound, undefined, 2)}\n`;

/** Paths below the workspace. */
export const FILES = { upper: 'constraints/upper.json', lower: 'constraints/lower.json' };

/**
 * Files of constraints that are not what manifests and lock say.
 * @param {string} root
 * @returns {string[]}
 */
export const staleConstraints = (root) => {
  const computed = computeConstraints(root);
  return /** @type {const} */ (['upper', 'lower'])
    .filter((which) => {
      const file = join(root, FILES[which]);
      return !existsSync(file) || readFileSync(file, 'utf8') !== constraintsText(computed[which]);
    })
    .map((which) => FILES[which]);
};

/** @typedef {{ series: string, versions: Record<string, string>, dependencies: Record<string, Record<string, [string, string]>> }} RecordedSet */

const SETS = 'constraints/sets.json';
const EMBEDDED = 'packages/constraints/src/tested-sets.ts';

/** @param {RecordedSet[]} sets */
const embeddedText = (sets) => `// Written by \`release-notes constraints record\`; do not edit.
import type { TestedSet } from './tested-set.ts';

/** The sets of versions that were tested together, the newest first. */
export const testedSets: readonly TestedSet[] = ${JSON.stringify(sets, undefined, 2)};
`;

/** The sets that were recorded, the newest first. @param {string} root @returns {RecordedSet[]} */
export const recordedSets = (root) => {
  const file = join(root, SETS);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
};

/**
 * Records the versions of the workspace as a set, also in the package that tells consumers. The commit that holds them
 * is released only after all of its checks, so that a set that anybody can install has been tested.
 * @param {string} root
 * @param {string} series
 * @returns {string[]} the files that were written; none when the newest set is the same
 */
export const recordSet = (root, series) => {
  const { upper, lower } = computeConstraints(root);
  const versions = Object.fromEntries(
    Object.entries(upper.versions).filter(([name]) => name !== '@oslofjord/constraints'),
  );
  /** @type {RecordedSet['dependencies']} */
  const dependencies = {};
  for (const [name, needed] of Object.entries(upper.dependencies)) {
    for (const [other, highest] of Object.entries(needed)) {
      (dependencies[name] ??= {})[other] = [lower.dependencies[name]?.[other] ?? highest, highest];
    }
  }
  const sets = recordedSets(root);
  const set = { series, versions, dependencies };
  if (JSON.stringify(sets[0]) === JSON.stringify(set)) return [];
  return writeSets(root, [set, ...sets]);
};

/**
 * Takes over the sets of a stable branch, so that the newest package knows them too.
 * @param {string} root
 * @param {RecordedSet[]} others
 * @returns {string[]} the files that were written; none when all are known
 */
export const takeSets = (root, others) => {
  const sets = recordedSets(root);
  const known = new Set(sets.map((set) => JSON.stringify(set)));
  const missing = others.filter((set) => !known.has(JSON.stringify(set)));
  if (missing.length === 0) return [];
  const place = sets.findIndex(({ series }) => series === missing[0]?.series);
  sets.splice(place === -1 ? sets.length : place, 0, ...missing);
  return writeSets(root, sets);
};

/** @param {string} root @param {RecordedSet[]} sets */
const writeSets = (root, sets) => {
  writeFileSync(join(root, SETS), `${JSON.stringify(sets, undefined, 2)}\n`);
  writeFileSync(join(root, EMBEDDED), embeddedText(sets));
  const prettier = join(root, 'node_modules/prettier/bin/prettier.cjs');
  execFileSync(process.execPath, [prettier, '--log-level', 'error', '--write', SETS, EMBEDDED], {
    cwd: root,
  });
  return [SETS, EMBEDDED];
};
