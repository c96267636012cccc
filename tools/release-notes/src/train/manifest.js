// A series: `releases/<series>.yaml` says which versions of which packages belong together, each with its commit.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** What becomes of a series, in this order. */
export const PHASES = /** @type {const} */ (['development', 'maintained', 'unmaintained', 'end-of-life']);

/**
 * @typedef {object} Release one version of a package
 * @property {string} version
 * @property {string} commit 40 hexadecimal digits
 * @property {number} line of the manifest
 */

/**
 * @typedef {object} Deliverable a package in a series
 * @property {string} name with its scope
 * @property {string} notes path of the page of its notes
 * @property {Release[]} releases oldest first
 * @property {{ branch: string, from: string, line: number } | undefined} stable
 * @property {number} line
 */

/**
 * @typedef {object} Series
 * @property {string} file path below the workspace
 * @property {string} series
 * @property {typeof PHASES[number]} phase
 * @property {Record<string, string>} dates phase → the day it began
 * @property {Deliverable[]} packages
 */

/** @typedef {import('../problems.js').Problem} Problem */

const KEYS = {
  series: ['series', 'phase', 'dates', 'packages'],
  package: ['notes', 'releases', 'stable'],
  release: ['version', 'commit'],
  stable: ['branch', 'from'],
};

/** @param {string} text */
const isDay = (text) => {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

/**
 * Reads a manifest; what has the wrong shape is told and left out.
 * @param {string} file path below the workspace
 * @param {string} text
 * @returns {{ series: Series | undefined, problems: Problem[] }}
 */
export const parseManifest = (file, text) => {
  /** @type {Problem[]} */
  const problems = [];
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  /** @param {import('yaml').Node | null | undefined} node */
  const lineOf = (node) => (node?.range ? lines.linePos(node.range[0]).line : 1);
  /** @param {number} line @param {string} message */
  const wrong = (line, message) => {
    problems.push({ file, line, rule: 'shape', message, severity: 'error' });
  };
  for (const error of document.errors)
    wrong(error.linePos?.[0].line ?? 1, error.message.split('\n')[0] ?? '');
  if (problems.length > 0) return { series: undefined, problems };

  /** @param {unknown} node @param {string} what @param {readonly string[]} keys @returns {Map<string, import('yaml').Node>} */
  const members = (node, what, keys) => {
    /** @type {Map<string, import('yaml').Node>} */
    const found = new Map();
    if (!isMap(node)) {
      wrong(lineOf(/** @type {import('yaml').Node} */ (node)), `${what} is not a mapping`);
      return found;
    }
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (keys.length > 0 && !keys.includes(name)) {
        wrong(
          lineOf(/** @type {import('yaml').Node} */ (key)),
          `${what} has no '${name}'; it has ${keys.join(', ')}`,
        );
      } else if (value !== null) found.set(name, /** @type {import('yaml').Node} */ (value));
    }
    return found;
  };
  /** @param {import('yaml').Node | undefined} node @param {string} what @param {RegExp} form @param {string} like @param {number} line */
  const text_ = (node, what, form, like, line) => {
    if (isScalar(node) && typeof node.value === 'string' && form.test(node.value)) return node.value;
    const given = isScalar(node) ? `, not ${JSON.stringify(node.value)}` : '';
    wrong(node === undefined ? line : lineOf(node), `${what} is ${like}${given}`);
    return undefined;
  };
  /** @param {import('yaml').Node | undefined} node @param {string} what */
  const items = (node, what) => {
    if (node === undefined) return [];
    if (isSeq(node)) return /** @type {import('yaml').Node[]} */ (node.items);
    if (!isScalar(node) || node.value !== null) wrong(lineOf(node), `${what} is not a list`);
    return [];
  };

  const top = members(document.contents, 'a manifest', KEYS.series);
  const series = text_(
    top.get('series'),
    'series',
    /^\d{4}\.\d+$/,
    `a year and a number in quotes, like '2026.2'`,
    1,
  );
  const phase = text_(
    top.get('phase'),
    'phase',
    new RegExp(`^(${PHASES.join('|')})$`),
    `one of ${PHASES.join(', ')}`,
    1,
  );
  /** @type {Record<string, string>} */
  const dates = {};
  const datesNode = top.get('dates');
  if (datesNode !== undefined) {
    for (const [name, node] of members(datesNode, 'dates', PHASES)) {
      const day = text_(
        node,
        `the date of ${name}`,
        /^\d{4}-\d{2}-\d{2}$/,
        'a day like 2026-11-24',
        lineOf(node),
      );
      if (day === undefined) continue;
      if (isDay(day)) dates[name] = day;
      else wrong(lineOf(node), `the date of ${name} is no day of the calendar: ${day}`);
    }
  }
  /** @type {Deliverable[]} */
  const packages = [];
  const packagesNode = top.get('packages');
  for (const [name, node] of packagesNode === undefined ? [] : members(packagesNode, 'packages', [])) {
    const line = lineOf(node);
    const parts = members(node, name, KEYS.package);
    const notes = text_(
      parts.get('notes'),
      `notes of ${name}`,
      /^[^/].*\.md$/,
      'the path of a page, like docs/release-notes/cache.md',
      line,
    );
    /** @type {Release[]} */
    const releases = [];
    for (const item of items(parts.get('releases'), `releases of ${name}`)) {
      const entry = members(item, `a release of ${name}`, KEYS.release);
      const at = lineOf(item);
      const version = text_(entry.get('version'), `a version of ${name}`, /^\S+$/, 'text like 1.2.3', at);
      const commit = text_(
        entry.get('commit'),
        `the commit of ${name} ${version ?? ''}`.trimEnd(),
        /^[0-9a-f]{40}$/,
        '40 hexadecimal digits',
        at,
      );
      if (version !== undefined && commit !== undefined) releases.push({ version, commit, line: at });
    }
    let stable;
    const stableNode = parts.get('stable');
    if (stableNode !== undefined) {
      const entry = members(stableNode, `stable of ${name}`, KEYS.stable);
      const at = lineOf(stableNode);
      const branch = text_(
        entry.get('branch'),
        `the stable branch of ${name}`,
        /^\S+$/,
        `text like stable/${series ?? '2026.2'}`,
        at,
      );
      const from = text_(
        entry.get('from'),
        `where the stable branch of ${name} starts`,
        /^\S+$/,
        'a version',
        at,
      );
      if (branch !== undefined && from !== undefined) stable = { branch, from, line: at };
    }
    packages.push({ name, notes: notes ?? '', releases, stable, line });
  }
  if (series === undefined || phase === undefined) return { series: undefined, problems };
  return {
    series: { file, series, phase: /** @type {Series['phase']} */ (phase), dates, packages },
    problems,
  };
};

/**
 * All series of the workspace, oldest first.
 * @param {string} root
 * @returns {{ all: Series[], problems: Problem[] }}
 */
export const readSeries = (root) => {
  const directory = join(root, 'releases');
  const files = existsSync(directory) ? readdirSync(directory).filter((name) => /\.ya?ml$/.test(name)) : [];
  const all = [];
  const problems = [];
  for (const name of files) {
    const file = `releases/${name}`;
    const read = parseManifest(file, readFileSync(join(root, file), 'utf8'));
    problems.push(...read.problems);
    if (read.series !== undefined) all.push(read.series);
  }
  return { all: all.sort(bySeries), problems };
};

/** @param {{ series: string }} a @param {{ series: string }} b */
export const bySeries = (a, b) => {
  const [year = 0, number = 0] = a.series.split('.').map(Number);
  const [otherYear = 0, otherNumber = 0] = b.series.split('.').map(Number);
  return year - otherYear || number - otherNumber;
};

/** The tag of a version, as changesets names it. @param {string} name @param {string} version */
export const tagOf = (name, version) => `${name}@${version}`;
