// What there is to do: versions that manifests list and that are not out yet, and where tags of the registry belong.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { formatProblems, hasErrors } from '../../release-notes/src/problems.js';
import { readHistory } from '../../release-notes/src/train/history.js';
import { readSeries, tagOf } from '../../release-notes/src/train/manifest.js';
import { folderOf, validate } from '../../release-notes/src/train/rules.js';
import { inOrder } from '../../release-notes/src/train/workspace.js';

/** @typedef {import('../../release-notes/src/train/manifest.js').Series} Series */

/**
 * @typedef {object} Due a version that is listed and not tagged
 * @property {string} name
 * @property {string} version
 * @property {string} commit
 * @property {string} folder
 * @property {string} series
 * @property {string | undefined} previous the version before it, in this series or the one before
 */

/**
 * The manifests, once nothing is wrong with them.
 * @param {string} root
 * @param {string} mainBranch or commit that stands for it
 * @returns {Series[]}
 * @throws {Error} that lists what is wrong
 */
export const validSeries = (root, mainBranch) => {
  const { all, problems } = readSeries(root);
  const history = readHistory(root);
  const tip = history.tip(mainBranch) ?? mainBranch;
  problems.push(
    ...validate({
      all,
      history: { ...history, tip: (name) => (name === mainBranch ? tip : history.tip(name)) },
      tags: history.tags(),
      mainBranch,
      page: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined),
      before: [],
    }),
  );
  if (hasErrors(problems))
    throw new Error(`the manifests cannot be released:\n${formatProblems(problems, 'text')}`);
  return all;
};

/**
 * What is due, grouped by the commit that it is made from.
 * @param {string} root
 * @param {readonly Series[]} all
 * @returns {Due[][]} each group in the order in which its packages can be published
 */
export const dueReleases = (root, all) => {
  const history = readHistory(root);
  const tags = history.tags();
  /** @type {Map<string, Due[]>} */
  const groups = new Map();
  for (const [index, { series, packages }] of all.entries()) {
    for (const { name, releases } of packages) {
      const earlier = all
        .slice(0, index)
        .flatMap((other) =>
          other.packages.filter((each) => each.name === name).flatMap((each) => each.releases),
        );
      for (const [place, { version, commit }] of releases.entries()) {
        if (tags.has(tagOf(name, version))) continue;
        const previous = (releases[place - 1] ?? earlier.at(-1))?.version;
        groups.set(commit, [
          ...(groups.get(commit) ?? []),
          { name, version, commit, folder: folderOf(name), series, previous },
        ]);
      }
    }
  }
  return [...groups.values()].map((group) =>
    inOrder(
      group.map((due) => {
        const text = history.fileAt(due.commit, `${due.folder}/package.json`) ?? '{}';
        const { dependencies = {}, peerDependencies = {} } = JSON.parse(text);
        return { ...due, dependencies, peerDependencies };
      }),
    ),
  );
};

/**
 * Where the tags of the registry belong: `latest` at the highest version that is final, `next` at a pre-release beyond
 * it, `stable-<series>` at the highest of a series that has a stable branch.
 * @param {readonly Series[]} all
 * @param {string} name of a package
 * @param {readonly string[]} out its versions that are out
 * @returns {Record<string, string>} tag → version
 */
export const distTags = (all, name, out) => {
  /** @type {Record<string, string>} */
  const tags = {};
  /** @param {readonly string[]} versions */
  const highest = (versions) => [...versions].sort(semver.compare).at(-1);
  const listed = all
    .flatMap(({ series, packages }) =>
      packages
        .filter((each) => each.name === name)
        .flatMap(({ releases, stable }) =>
          releases.map(({ version }) => ({ version, series, isStable: stable !== undefined })),
        ),
    )
    .filter(({ version }) => out.includes(version));
  const latest = highest(
    listed.map(({ version }) => version).filter((version) => semver.prerelease(version) === null),
  );
  const next = highest(listed.map(({ version }) => version));
  if (latest !== undefined) tags['latest'] = latest;
  if (next !== undefined && (latest === undefined || semver.gt(next, latest))) tags['next'] = next;
  for (const series of new Set(listed.filter(({ isStable }) => isStable).map((each) => each.series))) {
    const version = highest(listed.filter((each) => each.series === series).map((each) => each.version));
    if (version !== undefined) tags[`stable-${series}`] = version;
  }
  return tags;
};
