// What a build hands over with zuul_return: mappings merge, and a few lists grow.

/** @typedef {Record<string, unknown>} Mapping */

/** Lists of the key `zuul` that grow with every call. */
const GROWING = new Set(['artifacts', 'warnings']);

/** @param {unknown} value @returns {value is Mapping} */
const isMapping = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param {Mapping} below @param {Mapping} above @param {readonly string[]} [path] @returns {Mapping} */
export const mergeReturned = (below, above, path = []) => {
  /** @type {Mapping} */
  const merged = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const known = merged[name];
    const isGrowing =
      (path.length === 1 && path[0] === 'zuul' && GROWING.has(name)) ||
      (path.length === 2 && path[0] === 'zuul' && path[1] === 'file_comments');
    if (isGrowing && Array.isArray(known) && Array.isArray(value)) merged[name] = [...known, ...value];
    else if (isMapping(known) && isMapping(value))
      merged[name] = mergeReturned(known, value, [...path, name]);
    else merged[name] = value;
  }
  return merged;
};
