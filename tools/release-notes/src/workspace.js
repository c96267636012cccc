// The packages of a workspace, and where its changesets lie.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { workspaceAbove } from './workspace-above.js';

/**
 * @typedef {object} WorkspacePackage
 * @property {string} name
 * @property {string} short the name without its scope
 * @property {string} folder from the root
 * @property {string} version
 * @property {boolean} isPublished
 */

/** @param {string} path @returns {any} */
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** One workspace at one moment. */
export class Workspace {
  /** @type {readonly WorkspacePackage[]} by name */
  packages;

  /** @param {string} root */
  constructor(root) {
    this.root = root;
    /** @type {readonly string[]} */
    const patterns = readJson(join(root, 'package.json')).workspaces ?? [];
    const folders = patterns.flatMap((pattern) => {
      if (!pattern.endsWith('/*')) return [pattern];
      const parent = pattern.slice(0, -2);
      return existsSync(join(root, parent))
        ? readdirSync(join(root, parent)).map((folder) => `${parent}/${folder}`)
        : [];
    });
    this.packages = folders
      .filter((folder) => existsSync(join(root, folder, 'package.json')))
      .map((folder) => {
        const { name, version = '0.0.0', private: isPrivate } = readJson(join(root, folder, 'package.json'));
        return { name, short: basename(name), folder, version, isPublished: isPrivate !== true };
      })
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** The workspace that a folder belongs to. @param {string} cwd @throws {Error} where there is none */
  static around(cwd) {
    const root = workspaceAbove(cwd);
    if (root === undefined) {
      throw new Error(
        `there is no .changeset/config.json in ${cwd} or above; this command works in a workspace with changesets`,
      );
    }
    return new Workspace(root);
  }

  get published() {
    return this.packages.filter(({ isPublished }) => isPublished);
  }

  /** A published package by its name, with or without scope. @param {string} name */
  find(name) {
    return this.published.find((each) => each.name === name || each.short === name);
  }

  /** @param {string} name @throws {Error} naming those there are */
  get(name) {
    const found = this.find(name);
    if (found !== undefined) return found;
    const names = this.published.map(({ short }) => short).join(', ');
    throw new Error(`'${name}' is no published package of this workspace; there are ${names}`);
  }

  /** @returns {{ baseBranch?: string, changedFilePatterns?: readonly string[], ignore?: readonly string[] }} of changesets */
  get changesetOptions() {
    return readJson(join(this.root, '.changeset', 'config.json'));
  }

  /** The series that is being developed: the last that has a manifest. @returns {string | undefined} */
  get series() {
    const folder = join(this.root, 'releases');
    if (!existsSync(folder)) return undefined;
    const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    return names
      .sort()
      .at(-1)
      ?.replace(/\.yaml$/u, '');
  }
}
