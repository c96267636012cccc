import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian keeps servers, which an ordinary user's PATH leaves out. */
const ALWAYS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin'];

/** @param {string} path @returns {boolean} */
const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** @param {string} path @returns {string[]} */
const entries = (path) => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};

/**
 * `/usr/lib/postgresql/VERSION/bin` → every such folder, the highest version first.
 * @param {string} pattern with at most one `*`, a whole part of the path
 * @returns {string[]}
 */
const expand = (pattern) => {
  const [before, after] = pattern.split('*');
  if (before === undefined || after === undefined) return [pattern];
  return entries(before)
    .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))
    .map((entry) => join(before, entry, after));
};

/**
 * The paths of the named programs. They are looked for in `directories` first, then in PATH and Debian's folders.
 * @param {readonly string[]} names
 * @param {readonly string[]} [directories] may hold one `*` each
 * @returns {{ found: Record<string, string>, missing: string[] }}
 */
export const findBinaries = (names, directories = []) => {
  const places = [
    ...directories.flatMap(expand),
    ...(process.env['PATH'] ?? '').split(delimiter).filter((place) => place !== ''),
    ...ALWAYS,
  ];
  /** @type {Record<string, string>} */
  const found = {};
  for (const name of names) {
    const path = places.map((place) => join(place, name)).find(isExecutable);
    if (path !== undefined) found[name] = path;
  }
  return { found, missing: names.filter((name) => found[name] === undefined) };
};
