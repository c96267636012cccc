// Which files of a branch hold configuration: the first of four roots that has any, and what the tenant adds.
import { ConfigError } from './errors.js';

const ROOTS = ['zuul.yaml', 'zuul.d', '.zuul.yaml', '.zuul.d'];

/** @param {readonly string[]} paths @param {string} folder */
const below = (paths, folder) => {
  const inside = paths.filter((path) => path.startsWith(`${folder}/`));
  const ignored = inside
    .filter((path) => path.endsWith('/.zuul.ignore'))
    .map((path) => path.slice(0, -'.zuul.ignore'.length));
  return inside
    .filter((path) => path.endsWith('.yaml') && !ignored.some((prefix) => path.startsWith(prefix)))
    .sort();
};

/** @param {readonly string[]} paths @param {string} root */
const under = (paths, root) =>
  root.endsWith('.yaml') ? paths.filter((path) => path === root) : below(paths, root);

/**
 * The files of a branch that are read, in order.
 * @param {Readonly<Record<string, string>>} contents by path
 * @param {readonly string[]} extraPaths files, or folders with a stroke at the end
 * @param {(warning: ConfigError) => void} warn
 * @returns {readonly string[]}
 */
export const configurationFiles = (contents, extraPaths, warn) => {
  const paths = Object.keys(contents);
  /** @type {readonly string[]} */
  let chosen = [];
  for (const root of ROOTS) {
    const found = under(paths, root).filter((path) => (contents[path] ?? '').trim() !== '');
    if (found.length === 0) continue;
    if (chosen.length === 0) chosen = found;
    else {
      warn(
        new ConfigError(
          'Multiple Project Configurations',
          `Configuration in ${found.join(', ')} ignored because project-branch is already configured.`,
          { severity: 'warning', line: 1, file: found[0] ?? root },
        ),
      );
    }
  }
  const extra = extraPaths.flatMap((path) =>
    path.endsWith('/') ? below(paths, path.slice(0, -1)) : paths.filter((each) => each === path),
  );
  return [...chosen, ...extra.filter((path) => (contents[path] ?? '').trim() !== '')];
};
