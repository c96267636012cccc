import { fileURLToPath } from 'node:url';
import devkit from '@nx/devkit';

/**
 * Adds `packages/NAME` from the templates beside this file. The result passes every target at once.
 * @param {import('@nx/devkit').Tree} tree
 * @param {{ name: string, description?: string }} options
 * @returns {Promise<() => void>} links the new package and updates the lock
 */
export async function library(tree, { name, description = `The ${name} library of Oslofjord` }) {
  const root = `packages/${name}`;
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new Error(`'${name}' cannot name a package: use lower-case letters, digits and hyphens`);
  }
  if (tree.exists(`${root}/package.json`)) {
    throw new Error(`${root} exists already: choose another name, or remove the folder first`);
  }
  devkit.generateFiles(tree, fileURLToPath(new URL('./files', import.meta.url)), root, {
    tmpl: '',
    name,
    description,
  });
  await devkit.formatFiles(tree);
  return () => {
    devkit.installPackagesTask(tree, true);
  };
}
