import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** @param {string} pattern of one part of a path */
const partPattern = (pattern) =>
  new RegExp(
    `^${pattern.replaceAll(/\[[^\]]*\]|[*?]|[.+^${'$'}{}()|\\]/gu, (part) => {
      if (part === '*') return '.*';
      if (part === '?') return '.';
      return part.startsWith('[') ? part.replace(/^\[!/u, '[^') : `\\${part}`;
    })}$`,
    'u',
  );

/**
 * Whether any path matches a pattern with `*`, `?` and `[…]`.
 * @param {string} pattern
 * @param {string} cwd
 * @returns {boolean}
 */
export const globSync = (pattern, cwd) => {
  if (!/[*?[]/u.test(pattern)) return existsSync(isAbsolute(pattern) ? pattern : join(cwd, pattern));
  const parts = pattern.split('/').filter((part) => part !== '');
  let places = [isAbsolute(pattern) ? '/' : cwd];
  for (const part of parts) {
    places = places.flatMap((place) => {
      if (!/[*?[]/u.test(part)) return existsSync(join(place, part)) ? [join(place, part)] : [];
      const expected = partPattern(part);
      try {
        return readdirSync(place)
          .filter((name) => expected.test(name) && (part.startsWith('.') || !name.startsWith('.')))
          .map((name) => join(place, name));
      } catch {
        return [];
      }
    });
  }
  return places.length > 0;
};
