// Changes to a manifest, made in its text so that comments and order stay.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Document, isSeq, parseDocument } from 'yaml';
import { git, mustGit } from '../git.js';
import { readSeries } from './manifest.js';
import { publishedPackages } from './workspace.js';

/** @param {Document} document */
const write = (document) => document.toString({ lineWidth: 110, singleQuote: true });

/**
 * Begins a series.
 * @param {string} root
 * @param {string} series like 2026.2
 * @param {string} day on which it begins, like 2026-11-24
 * @returns {string} path of the manifest
 * @throws {Error} when there is such a series, or the name is none
 */
export const initSeries = (root, series, day) => {
  const file = `releases/${series}.yaml`;
  if (!/^\d{4}\.\d+$/.test(series))
    throw new Error(`'${series}' names no series: give a year and a number, like 2026.2`);
  if (existsSync(join(root, file)))
    throw new Error(`${file} exists already: 'train add' lists versions in it`);
  const packages = Object.fromEntries(
    publishedPackages(root)
      .map(({ name, folder }) => ({
        name,
        notes: `docs/release-notes/${folder.slice('packages/'.length)}.md`,
      }))
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(({ name, notes }) => [name, { notes, releases: [] }]),
  );
  const document = new Document({ series, phase: 'development', dates: { development: day }, packages });
  document.commentBefore = ` Series ${series}: which versions belong together, each with the commit that it is made from.`;
  mkdirSync(join(root, 'releases'), { recursive: true });
  writeFileSync(join(root, file), write(document));
  return file;
};

/** @param {string} root @param {string} series */
const open = (root, series) => {
  const file = `releases/${series}.yaml`;
  if (!existsSync(join(root, file)))
    throw new Error(`${file} does not exist: 'train init ${series}' begins the series`);
  return { file, document: parseDocument(readFileSync(join(root, file), 'utf8')) };
};

/**
 * Lists each version of a commit that no manifest lists yet.
 * @param {string} root
 * @param {string} series
 * @param {string} [reference] HEAD, or the branch of a stable series
 * @returns {{ file: string, added: { name: string, version: string, commit: string }[] }}
 */
export const addVersions = (root, series, reference = 'HEAD') => {
  const { file, document } = open(root, series);
  const listed = new Set(
    readSeries(root).all.flatMap(({ packages }) =>
      packages.flatMap(({ name, releases }) => releases.map(({ version }) => `${name}@${version}`)),
    ),
  );
  const added = [];
  const commit = git(root, ['rev-parse', '--verify', '--quiet', `${reference}^{commit}`]);
  if (commit === undefined) throw new Error(`'${reference}' is no branch, tag or commit of this repository`);
  for (const { name, folder } of publishedPackages(root)) {
    const manifest = git(root, ['show', `${commit}:${folder}/package.json`]);
    // A package that came later.
    if (manifest === undefined) continue;
    /** @type {{ version: string }} */
    const { version } = JSON.parse(manifest);
    if (listed.has(`${name}@${version}`)) continue;
    const path = ['packages', name];
    if (!document.hasIn(path)) {
      const notes = `docs/release-notes/${folder.slice('packages/'.length)}.md`;
      document.setIn(path, document.createNode({ notes, releases: [] }));
    }
    const entry = document.createNode({ version, commit });
    const releases = document.getIn([...path, 'releases']);
    if (isSeq(releases)) {
      releases.flow = false;
      releases.add(entry);
    } else document.setIn([...path, 'releases'], document.createNode([entry]));
    added.push({ name, version, commit });
  }
  if (added.length > 0) writeFileSync(join(root, file), write(document));
  return { file, added };
};

/**
 * Makes a series maintained: each of its packages goes on from its last version on `stable/<series>`.
 * @param {string} root
 * @param {string} series
 * @param {string} day
 * @returns {{ file: string, branch: string, commit: string }} the branch to create, and where
 * @throws {Error} when a package has no version yet
 */
export const beginStable = (root, series, day) => {
  const { file, document } = open(root, series);
  const found = readSeries(root).all.find((other) => other.series === series);
  if (found === undefined) throw new Error(`${file} cannot be read: 'train validate' says why`);
  const branch = `stable/${series}`;
  const released = found.packages.filter(({ releases }) => releases.length > 0);
  if (released.length === 0)
    throw new Error(`series ${series} lists no version that a stable branch could start from`);
  for (const { name, releases } of released) {
    document.setIn(
      ['packages', name, 'stable'],
      document.createNode({ branch, from: releases.at(-1)?.version }),
    );
  }
  document.set('phase', 'maintained');
  document.setIn(['dates', 'maintained'], day);
  writeFileSync(join(root, file), write(document));
  // The youngest of the listed commits holds the others: versions of one series are made one after the other.
  const commits = released.map(({ releases }) => releases.at(-1)?.commit ?? '');
  const commit = mustGit(root, ['rev-list', '--topo-order', '--max-count=1', ...commits]);
  return { file, branch, commit };
};
