// Hides the values of secrets in whatever is written.

/** @param {unknown} value @returns {string[]} */
const textsIn = (value) => {
  if (typeof value === 'string') return value.split(/\r?\n/u).map((line) => line.trim());
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
};

/** Stands where a secret was. */
const HIDDEN = '***';

/** @typedef {<T>(value: T) => T} Mask for texts, and for all texts in lists and mappings */

/**
 * @param {unknown} secrets
 * @returns {Mask}
 */
export const maskOf = (secrets) => {
  const hidden = [
    ...new Set(
      textsIn(secrets).flatMap((text) => [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)]),
    ),
  ]
    .filter((text) => text !== '')
    // The longer one first, where one secret is part of another.
    .sort((one, other) => other.length - one.length);
  /** @param {unknown} value @returns {unknown} */
  const mask = (value) => {
    if (typeof value === 'string')
      return hidden.reduce((text, secret) => text.replaceAll(secret, HIDDEN), value);
    if (typeof value === 'number' && hidden.includes(String(value))) return HIDDEN;
    if (Array.isArray(value)) return value.map(mask);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [mask(name), mask(each)]));
  };
  return hidden.length === 0 ? (value) => value : /** @type {Mask} */ (mask);
};
