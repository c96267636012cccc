// What a manifest must keep to, so that a release that it lists can be made and is what it says.
import semver from 'semver';
import { bySeries, PHASES, tagOf } from './manifest.js';
import { bumpBetween } from '../versions.js';
import { notCanonical, successors } from './successor.js';

/** @typedef {import('./manifest.js').Series} Series */
/** @typedef {import('./manifest.js').Deliverable} Deliverable */
/** @typedef {import('./manifest.js').Release} Release */
/** @typedef {import('../problems.js').Problem} Problem */
/** @typedef {import('./history.js').History} History */

/**
 * @typedef {object} Place what a rule looks at
 * @property {Series[]} all oldest first
 * @property {History} history
 * @property {Map<string, string>} tags
 * @property {string} mainBranch
 * @property {(path: string) => string | undefined} page text of a file as it stands
 * @property {Series[]} before the manifests as they were, or none
 */

/** @typedef {{ line: number, message: string, severity?: 'warning' }} Finding */

/** The folder of a package. @param {string} name */
export const folderOf = (name) => `packages/${name.slice(name.indexOf('/') + 1)}`;

/** @param {Deliverable} deliverable @param {Release} release */
const isOnStable = ({ stable, releases }, release) => {
  if (stable === undefined) return false;
  const start = releases.findIndex(({ version }) => version === stable.from);
  return start !== -1 && releases.indexOf(release) > start;
};

/** Whether a text names a version, and not only a longer one. @param {string} text @param {string} version */
const isNamed = (text, version) =>
  text.split(/[^\w.+-]+/u).some((word) => word === version || word.replace(/[.]+$/u, '') === version);

/** @param {History} history @param {string} name @param {string} commit @returns {Record<string, any> | undefined} */
const manifestAt = (history, name, commit) => {
  const text = history.fileAt(commit, `${folderOf(name)}/package.json`);
  return text === undefined ? undefined : JSON.parse(text);
};

/** @param {Record<string, any>} manifest @returns {Record<string, string>} */
const needs = ({ dependencies = {}, peerDependencies = {} }) => ({ ...dependencies, ...peerDependencies });

/** The release before one, in this series or the one before it. @param {Place} place @param {Series} series @param {Deliverable} deliverable @param {number} index */
const previousOf = ({ all }, series, { name, releases }, index) => {
  if (index > 0) return releases[index - 1];
  const earlier = all
    .filter((other) => bySeries(other, series) < 0)
    .flatMap((other) => other.packages.filter((item) => item.name === name))
    .at(-1);
  if (earlier === undefined) return undefined;
  return earlier.releases.find(({ version }) => version === earlier.stable?.from) ?? earlier.releases.at(-1);
};

/** @type {Record<string, (place: Place, series: Series) => Finding[]>} rules of a series */
const OF_SERIES = {
  'file-name': (_, { file, series }) =>
    file === `releases/${series}.yaml`
      ? []
      : [{ line: 1, message: `${file} holds series ${series}; rename it to releases/${series}.yaml` }],
  dates: (_, { dates, phase }) => {
    const given = PHASES.filter((name) => dates[name] !== undefined);
    const findings = given
      .filter((name, index) => index > 0 && (dates[given[index - 1] ?? ''] ?? '') > (dates[name] ?? ''))
      .map((name) => ({ line: 1, message: `${name} begins before the phase that it follows` }));
    if (dates[phase] === undefined)
      findings.push({ line: 1, message: `the series is in ${phase}, but dates do not say since when` });
    return findings;
  },
};

/** @type {Record<string, (place: Place, series: Series, deliverable: Deliverable) => Finding[]>} rules of a package in a series */
const OF_PACKAGE = {
  // One that has versions is looked at where they were made: it may have left since.
  package: ({ page }, _, { name, releases, line }) => {
    const file = `${folderOf(name)}/package.json`;
    const text = page(file);
    if (releases.length > 0 || (text !== undefined && JSON.parse(text).name === name)) return [];
    return [{ line, message: `there is no package ${name}: ${file} does not say this name` }];
  },
  stable: ({ history }, { series }, { name, stable, releases }) => {
    if (stable === undefined) return [];
    const findings = [];
    const { branch, from, line } = stable;
    if (branch !== `stable/${series}`)
      findings.push({
        line,
        message: `the stable branch of series ${series} is stable/${series}, not ${branch}`,
      });
    const start = releases.find(({ version }) => version === from);
    if (start === undefined)
      findings.push({
        line,
        message: `${name} ${from} is not listed, so no stable branch can start from it`,
      });
    const tip = history.tip(branch);
    if (tip === undefined) findings.push({ line, message: `there is no branch ${branch}` });
    else if (start !== undefined && !history.isAncestor(start.commit, tip))
      findings.push({ line, message: `${branch} does not hold the commit of ${name} ${from}` });
    return findings;
  },
  notes: ({ page }, _, { name, notes, releases, line }) => {
    if (releases.length === 0) return [];
    const text = page(notes);
    if (text === undefined)
      return [{ line, message: `the page of notes of ${name}, ${notes}, does not exist` }];
    return releases
      .filter(({ version }) => !isNamed(text, version))
      .map((release) => ({
        line: release.line,
        message: `${notes} says nothing of ${name} ${release.version}`,
      }));
  },
  appended: ({ before, tags }, { series }, { name, releases, line }) => {
    const old = before
      .find((other) => other.series === series)
      ?.packages.find((other) => other.name === name);
    // What was listed and never released may be taken back; what is out stays.
    const out = (old?.releases ?? []).filter(({ version }) => tags.has(tagOf(name, version)));
    return out.flatMap(({ version, commit }, index) => {
      const now = releases[index];
      if (now?.version === version && now.commit === commit) return [];
      return [
        {
          line: now?.line ?? line,
          message: `${name} ${version} was listed in place ${String(index + 1)} with commit ${commit}: what is listed stays as it is, new versions go to the end`,
        },
      ];
    });
  },
};

/** @type {Record<string, (place: Place, series: Series, deliverable: Deliverable, release: Release, index: number) => Finding[]>} rules of a release */
const OF_RELEASE = {
  canonical: (_, __, ___, { version, line }) => {
    const message = notCanonical(version);
    return message === undefined ? [] : [{ line, message }];
  },
  tag: ({ tags }, _, { name }, { version, commit, line }) => {
    const tagged = tags.get(tagOf(name, version));
    return tagged === undefined || tagged === commit
      ? []
      : [{ line, message: `the tag ${tagOf(name, version)} stands at ${tagged}, not at ${commit}` }];
  },
  once: ({ all }, series, { name }, { version, commit, line }) =>
    all
      .filter((other) => other !== series)
      .flatMap((other) =>
        other.packages
          .filter((item) => item.name === name)
          .flatMap((item) => item.releases.map((release) => ({ ...release, series: other.series }))),
      )
      .filter((other) => other.version === version && other.commit !== commit)
      .map((other) => ({
        line,
        message: `${name} ${version} is listed in ${other.series} with another commit`,
      })),
  commit: ({ history, mainBranch }, { series }, deliverable, release) => {
    const { commit, line } = release;
    if (!history.isCommit(commit)) return [{ line, message: `${commit} is no commit of this repository` }];
    const branch = isOnStable(deliverable, release) ? `stable/${series}` : mainBranch;
    const tip = history.tip(branch);
    // A missing stable branch is told once, by the rule of its own.
    if (tip === undefined)
      return branch === mainBranch ? [{ line, message: `there is no branch ${branch}` }] : [];
    return history.isAncestor(commit, tip) ? [] : [{ line, message: `${commit} is not on ${branch}` }];
  },
  'package-version': ({ history }, _, { name }, { version, commit, line }) => {
    if (!history.isCommit(commit)) return [];
    const manifest = manifestAt(history, name, commit);
    if (manifest === undefined)
      return [{ line, message: `there is no ${folderOf(name)}/package.json at ${commit}` }];
    if (manifest['name'] !== name) {
      return [
        {
          line,
          message: `${folderOf(name)}/package.json at ${commit} is of ${manifest['name']}, not of ${name}`,
        },
      ];
    }
    return manifest['version'] === version
      ? []
      : [
          {
            line,
            message: `${folderOf(name)}/package.json at ${commit} says ${manifest['version']}, not ${version}`,
          },
        ];
  },
  succession: (place, series, deliverable, release, index) => {
    const previous = previousOf(place, series, deliverable, index);
    if (
      previous === undefined ||
      notCanonical(release.version) !== undefined ||
      notCanonical(previous.version) !== undefined
    )
      return [];
    const { version, line } = release;
    const { name } = deliverable;
    if (semver.lte(version, previous.version))
      return [{ line, message: `${name} ${version} does not grow: ${previous.version} came before it` }];
    const allowed = successors(previous.version);
    if (!allowed.includes(version))
      return [
        {
          line,
          message: `${name} ${version} skips versions after ${previous.version}; the next is ${allowed.filter((next) => !next.includes('-')).join(', ')}`,
        },
      ];
    return place.history.isCommit(release.commit) &&
      place.history.isCommit(previous.commit) &&
      !place.history.isAncestor(previous.commit, release.commit)
      ? [{ line, message: `the commit of ${name} ${version} does not follow that of ${previous.version}` }]
      : [];
  },
  'first-of-series': (place, series, deliverable, release, index) => {
    const previous = previousOf(place, series, deliverable, index);
    if (
      index > 0 ||
      previous === undefined ||
      notCanonical(release.version) !== undefined ||
      notCanonical(previous.version) !== undefined
    )
      return [];
    return bumpBetween(previous.version, release.version) === 'patch'
      ? [
          {
            line: release.line,
            message: `${deliverable.name} ${release.version} is the first of series ${series.series}: it needs at least a minor step from ${previous.version}, so that patches of the series before it have room`,
          },
        ]
      : [];
  },
  dependencies: (place, series, deliverable, release, index) => {
    const previous = previousOf(place, series, deliverable, index);
    if (
      previous === undefined ||
      notCanonical(release.version) !== undefined ||
      bumpBetween(previous.version, release.version) !== 'patch'
    )
      return [];
    const [old, now] = [previous, release].map(({ commit }) =>
      manifestAt(place.history, deliverable.name, commit),
    );
    if (old === undefined || now === undefined) return [];
    const had = needs(old);
    const severity = isOnStable(deliverable, release) ? /** @type {const} */ ({ severity: 'warning' }) : {};
    return Object.entries(needs(now)).flatMap(([dependency, range]) => {
      const before = had[dependency];
      const [lowest, lowestBefore] = [range, before ?? '*'].map(
        (each) => semver.minVersion(each)?.version ?? '0.0.0',
      );
      if (before === undefined)
        return [
          {
            line: release.line,
            message: `${deliverable.name} ${release.version} needs ${dependency}, which ${previous.version} did not: that is at least a minor step`,
            ...severity,
          },
        ];
      return semver.gt(lowest ?? '0.0.0', lowestBefore ?? '0.0.0')
        ? [
            {
              line: release.line,
              message: `${deliverable.name} ${release.version} needs ${dependency} ${range}, ${previous.version} took ${before}: a raised minimum is at least a minor step`,
              ...severity,
            },
          ]
        : [];
    });
  },
  siblings: ({ all, history }, series, { name }, { version, commit, line }) => {
    // A series begins with what the series before it has: a package that does not change is not released again.
    const listed = all.filter((other) => bySeries(other, series) <= 0).flatMap(({ packages }) => packages);
    const manifest = history.isCommit(commit) ? manifestAt(history, name, commit) : undefined;
    return Object.entries(manifest === undefined ? {} : needs(manifest))
      .filter(([dependency]) => dependency.startsWith('@oslofjord/'))
      .filter(
        ([dependency, range]) =>
          !listed.some(
            (other) =>
              other.name === dependency &&
              other.releases.some((release) =>
                semver.satisfies(release.version, range, { includePrerelease: true }),
              ),
          ),
      )
      .map(([dependency, range]) => ({
        line,
        message: `${name} ${version} needs ${dependency} ${range}, and no series up to ${series.series} lists such a version`,
      }));
  },
  phase: ({ tags }, { series, phase }, { name }, { version, line }) =>
    (phase === 'unmaintained' || phase === 'end-of-life') && !tags.has(tagOf(name, version))
      ? [{ line, message: `series ${series} is ${phase}: ${name} ${version} cannot be released from it` }]
      : [],
};

/** The names of all rules, for the documentation and its test. */
export const RULES = [
  ...Object.keys(OF_SERIES),
  ...Object.keys(OF_PACKAGE),
  ...Object.keys(OF_RELEASE),
  'listed',
  'shape',
];

/**
 * Everything that is wrong with the manifests.
 * @param {Place} place
 * @returns {Problem[]} by file and line
 */
export const validate = (place) => {
  /** @type {Problem[]} */
  const problems = [];
  for (const series of place.all) {
    /** @param {string} rule @param {Finding[]} findings */
    const tell = (rule, findings) => {
      for (const { line, message, severity = 'error' } of findings)
        problems.push({ file: series.file, line, rule, message, severity });
    };
    for (const [rule, check] of Object.entries(OF_SERIES)) tell(rule, check(place, series));
    for (const deliverable of series.packages) {
      for (const [rule, check] of Object.entries(OF_PACKAGE)) tell(rule, check(place, series, deliverable));
      for (const [index, release] of deliverable.releases.entries()) {
        for (const [rule, check] of Object.entries(OF_RELEASE))
          tell(rule, check(place, series, deliverable, release, index));
      }
    }
  }
  const listed = new Set(
    place.all.flatMap(({ packages }) =>
      packages.flatMap(({ name, releases }) => releases.map(({ version }) => tagOf(name, version))),
    ),
  );
  for (const tag of place.tags.keys()) {
    if (tag.startsWith('@oslofjord/') && !listed.has(tag))
      problems.push({
        file: 'releases',
        line: 1,
        rule: 'listed',
        message: `the tag ${tag} is listed in no manifest`,
        severity: 'error',
      });
  }
  return problems.sort((a, b) => a.file.localeCompare(b.file) || (a.line ?? 0) - (b.line ?? 0));
};
