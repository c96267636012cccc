// What configuration is made of once it is read: plain values, the few marks that they carry, and where each stood.

/** A list, text or mapping that says how it combines with what is inherited. */
export class Control {
  /** @param {'override' | 'inherit'} mode @param {unknown} value */
  constructor(mode, value) {
    this.mode = mode;
    this.value = value;
  }
}

/** A number that was written with a point. A whole one is none all the same where a number of something is asked for. */
export class Float {
  /** @param {number} value */
  constructor(value) {
    this.value = value;
  }
}

/** An encrypted value. */
export class Encrypted {
  /** @param {unknown} value */
  constructor(value) {
    this.value = value;
  }
}

/** What may be one thing, several or nothing. @param {unknown} value @returns {unknown[]} */
export const asList = (value) =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

/** Values without the marks of their writing, for output. @param {unknown} value @returns {unknown} */
export const plainValue = (value) => {
  if (value instanceof Float || value instanceof Control || value instanceof Encrypted)
    return plainValue(value.value);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainValue(each)]));
};

/**
 * Where an entry of a mapping or list stands in its file.
 * @typedef {object} Place
 * @property {number} line counted from 1
 * @property {number} start offset of its first character
 * @property {number} end offset behind its last
 */

/** @type {WeakMap<object, Map<string, Place>>} */
const places = new WeakMap();

/** @param {object} container a mapping or list @param {Map<string, Place>} entries by key or index */
export const setPlaces = (container, entries) => {
  places.set(container, entries);
};

/**
 * Where an entry stands, undefined for what was not read from a file.
 * @param {unknown} container a mapping or list, with or without `!override` before it
 * @param {string | number} key
 * @returns {Place | undefined}
 */
export const placeOf = (container, key) => {
  const inner = container instanceof Control ? container.value : container;
  return typeof inner === 'object' && inner !== null ? places.get(inner)?.get(String(key)) : undefined;
};

/** All places of a mapping's or list's entries. @param {object} container */
export const placesOf = (container) => places.get(container);
