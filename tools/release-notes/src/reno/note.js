import { readYaml } from './yaml.js';

/** @import { Settings } from './settings.js' */

/** A text as Python names the kind of a value. @param {unknown} value */
const kindOf = (value) =>
  value === null || value === undefined
    ? 'NoneType'
    : Array.isArray(value)
      ? 'list'
      : typeof value === 'string'
        ? 'str'
        : typeof value === 'boolean'
          ? 'bool'
          : typeof value === 'number'
            ? Number.isInteger(value)
              ? 'int'
              : 'float'
            : 'dict';

/**
 * Reads a note: its sections by name, a single text as a list of one, but for the prelude.
 * @param {string} text
 * @param {string} path for messages
 * @param {Settings} settings
 * @param {(text: string) => void} [warn] of what is read all the same
 * @returns {Map<string, unknown>}
 * @throws {Error} for what is no mapping
 */
export const readNote = (text, path, { preludeName, sections }, warn = () => undefined) => {
  const contents = readYaml(text, path);
  if (typeof contents !== 'object' || contents === null || Array.isArray(contents)) {
    const message = `${path} does not appear to be structured as a YAML mapping. Did you forget a top-level key?`;
    warn(message);
    throw new Error(message);
  }
  const known = new Set(sections.map(({ name }) => name));
  /** @type {Map<string, unknown>} */
  const note = new Map();
  for (const [name, written] of Object.entries(contents)) {
    if (name === preludeName) {
      if (typeof written !== 'string') {
        warn(
          `The ${name} section of ${path} does not parse as a single string. Is the YAML input escaped properly?`,
        );
      }
      note.set(name, written);
      continue;
    }
    if (!known.has(name)) warn(`The ${name} section of ${path} is not a recognized section.`);
    const items = typeof written === 'string' ? [written] : written;
    if (!Array.isArray(items)) {
      warn(
        `The ${name} section of ${path} does not parse as a string or list of strings. Is the YAML input escaped properly?`,
      );
    } else {
      for (const item of items.filter((each) => typeof each !== 'string')) {
        warn(
          `An item in the ${name} section of ${path} parses as a ${kindOf(item)} instead of a string. Is the YAML input escaped properly?`,
        );
      }
    }
    note.set(name, items);
  }
  return note;
};

/**
 * The items of a section, in a report's order.
 * @param {ReadonlyMap<string, unknown>} note
 * @param {string} section
 * @param {string} path for messages
 * @returns {readonly unknown[]}
 * @throws {TypeError} for a value that has no items
 */
export const itemsOf = (note, section, path) => {
  const items = note.get(section);
  if (Array.isArray(items)) return items;
  if (items instanceof Set) return [...items];
  if (items === undefined || items === null || items === false || items === 0) return [];
  const isMapping = Object.getPrototypeOf(items) === Object.prototype;
  if (!isMapping) {
    throw new TypeError(
      `the ${section} section of ${path} is neither a text nor a list of texts: ${String(items)}; quote it, or write it as a list`,
    );
  }
  return Object.keys(items);
};
