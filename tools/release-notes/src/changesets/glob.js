/**
 * Whether a path matches a pattern in which `*` is any part of a name and `**` any folders.
 * @param {string} path
 * @param {string} pattern
 */
export const matchesGlob = (path, pattern) => {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\?]/gu, '\\$&')
    .replaceAll('**/', '\u0001')
    .replaceAll('**', '\u0002')
    .replaceAll('*', '[^/]*')
    .replaceAll('\u0001', '(?:.*/)?')
    .replaceAll('\u0002', '.*');
  return new RegExp(`^${expression}$`, 'u').test(path);
};
