// A set of files as few patterns that RE2 can hold, which has no way to say "but not".

/** @typedef {{ folders: Map<string, Folder>, files: { name: string, isIn: boolean }[] }} Folder */

/** @param {readonly string[]} all @param {ReadonlySet<string>} wanted @returns {Folder} */
const treeOf = (all, wanted) => {
  /** @type {Folder} */
  const root = { folders: new Map(), files: [] };
  for (const path of all) {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    let folder = root;
    for (const part of parts) {
      const known = folder.folders.get(part) ?? { folders: new Map(), files: [] };
      folder.folders.set(part, known);
      folder = known;
    }
    folder.files.push({ name, isIn: wanted.has(path) });
  }
  return root;
};

/** @param {Folder} folder @returns {{ name: string, isIn: boolean }[]} */
const filesBelow = ({ folders, files }) => [...files, ...[...folders.values()].flatMap(filesBelow)];

/** @param {string} text */
export const escaped = (text) => text.replace(/[.+*?^${}()|[\]\\]/gu, '\\$&');

/** @param {readonly string[]} texts */
const oneOf = (texts) => (texts.length === 1 ? (texts[0] ?? '') : `(?:${texts.join('|')})`);

/** What follows the first point of a name, undefined for a name that starts with one or has none. @param {string} name */
const endingOf = (name) => /^[^.]+\.(.+)$/u.exec(name)?.[1];

/**
 * The endings that tell the wanted files of a folder from the others, undefined where endings do not.
 * @param {readonly { name: string, isIn: boolean }[]} files
 */
const tellingEndings = (files) => {
  const wanted = new Set(files.filter(({ isIn }) => isIn).map(({ name }) => endingOf(name)));
  const others = new Set(files.filter(({ isIn }) => !isIn).map(({ name }) => endingOf(name)));
  const endings = [...wanted].filter((ending) => ending !== undefined);
  return endings.length === wanted.size && endings.every((ending) => !others.has(ending))
    ? endings.sort()
    : undefined;
};

/** How deep a folder lies whose files may be told by their endings: in a project's `src`, not across projects. */
const TELLING_DEPTH = 3;

/**
 * @param {Folder} folder
 * @param {string} prefix its path, with a stroke at the end
 * @param {number} depth
 * @returns {string[]}
 */
const patternsIn = (folder, prefix, depth) => {
  const below = filesBelow(folder);
  if (!below.some(({ isIn }) => isIn)) return [];
  if (below.every(({ isIn }) => isIn)) return [`^${escaped(prefix)}`];
  if (depth >= TELLING_DEPTH && folder.folders.size > 0) {
    const endings = tellingEndings(below);
    if (endings !== undefined) {
      return [`^${escaped(prefix)}(?:[^/]+/)*[^/.]+\\.${oneOf(endings.map(escaped))}$`];
    }
  }
  const own = folder.files.filter(({ isIn }) => isIn).map(({ name }) => escaped(name));
  return [
    ...(own.length === 0 ? [] : [`^${escaped(prefix)}${oneOf(own.sort())}$`]),
    ...[...folder.folders]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([name, each]) => patternsIn(each, `${prefix}${name}/`, depth + 1)),
  ];
};

/**
 * Patterns that match the wanted files and no others of those that there are. A folder that is wanted as a whole is one
 * pattern, so that files which come later are matched, too.
 * @param {readonly string[]} all
 * @param {ReadonlySet<string>} wanted
 * @returns {string[]} in order; `^` alone for everything
 */
export const patternsFor = (all, wanted) => patternsIn(treeOf(all, wanted), '', 0);
