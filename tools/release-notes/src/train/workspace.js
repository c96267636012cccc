// The packages of the workspace that are published, with what they need, in the order in which they can be published.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workspace } from '../workspace.js';

/**
 * @typedef {object} Published
 * @property {string} name with its scope
 * @property {string} folder below the workspace
 * @property {string} version
 * @property {Record<string, string>} dependencies
 * @property {Record<string, string>} peerDependencies
 */

/**
 * @param {string} root
 * @returns {Published[]} a package after those that it depends on
 */
export const publishedPackages = (root) =>
  inOrder(
    new Workspace(root).published.map(({ name, folder, version }) => {
      const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      const { dependencies = {}, peerDependencies = {} } = manifest;
      return { name, folder, version, dependencies, peerDependencies };
    }),
  );

/**
 * Sorts so that a package comes after those that it depends on, and by name otherwise.
 * @template {{ name: string, dependencies: Record<string, string>, peerDependencies?: Record<string, string> }} T
 * @param {T[]} packages
 * @returns {T[]}
 */
export const inOrder = (packages) => {
  const left = [...packages].sort((a, b) => a.name.localeCompare(b.name));
  /** @type {T[]} */
  const sorted = [];
  while (left.length > 0) {
    const waiting = new Set(left.map(({ name }) => name));
    const index = left.findIndex(
      ({ name, dependencies, peerDependencies = {} }) =>
        ![...Object.keys(dependencies), ...Object.keys(peerDependencies)].some(
          (needed) => needed !== name && waiting.has(needed),
        ),
    );
    if (index === -1) throw new Error(`${[...waiting].join(', ')} depend on each other in a circle`);
    sorted.push(...left.splice(index, 1));
  }
  return sorted;
};
