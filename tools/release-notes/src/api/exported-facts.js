// What the exports of a built package say by themselves when they are loaded: the codes of errors, the names of channels,
// the defaults of options in files, and constants.
import { Channel } from 'node:diagnostics_channel';

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => typeof value === 'object' && value !== null;

/** @param {unknown} value @returns {boolean} whether JSON says all of it */
const isPlain = (value) =>
  ['string', 'number', 'boolean'].includes(typeof value) ||
  (Array.isArray(value) && value.every(isPlain)) ||
  (isObject(value) &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value).every(isPlain));

/** A group of options as `optionGroup` of @oslofjord/config makes it. @param {unknown} value */
const isGroup = (value) => isObject(value) && typeof value['name'] === 'string' && isObject(value['options']);

/**
 * What users of a file see of an option. Each choice and each old name is a fact by itself: more of them break nobody.
 * @param {string} path
 * @param {Record<string, unknown>} option
 * @returns {[string, unknown][]}
 */
const optionFacts = (
  path,
  { type, name, default: fallback = null, required = false, choices, deprecatedNames },
) => [
  [path, { type, default: fallback, required, ...(name === undefined ? {} : { name }) }],
  ...(Array.isArray(choices)
    ? choices.map(
        (choice) => /** @type {[string, unknown]} */ ([`${path} takes ${JSON.stringify(choice)}`, true]),
      )
    : []),
  ...(Array.isArray(deprecatedNames)
    ? deprecatedNames.map(
        (old) => /** @type {[string, unknown]} */ ([`${path} is also read as ${JSON.stringify(old)}`, true]),
      )
    : []),
];

/**
 * The facts of one export.
 * @param {string} name
 * @param {unknown} value
 * @returns {[string, string, unknown][]} kind, key, fact
 */
const factsOf = (name, value) => {
  if (value instanceof Channel) return [['channel', name, String(value.name)]];
  if (typeof value === 'function' && value.prototype instanceof Error) {
    const { code } = /** @type {{ code?: unknown }} */ (/** @type {unknown} */ (value));
    return typeof code === 'string' ? [['error code', name, code]] : [];
  }
  if (isGroup(value)) {
    const group = /** @type {{ name: string, options: Record<string, Record<string, unknown>> }} */ (value);
    return Object.entries(group.options)
      .flatMap(([key, option]) => optionFacts(`[${group.name}] ${key}`, option))
      .map(([key, fact]) => ['option in files', key, fact]);
  }
  if (Array.isArray(value) && value.length > 0 && value.every(isGroup))
    return value.flatMap((each) => factsOf(name, each));
  // A list of records is data, such as the sets that were tested together: it grows with every release.
  const isData = Array.isArray(value) && value.some((each) => typeof each === 'object');
  return isPlain(value) && !isData ? [['constant', name, value]] : [];
};

/**
 * @param {readonly string[]} subpaths
 * @param {(subpath: string) => Promise<unknown>} load
 * @returns {Promise<Record<string, Record<string, unknown>>>} facts by kind and name
 */
export const exportedFacts = async (subpaths, load) => {
  /** @type {Record<string, Record<string, unknown>>} */
  const facts = {};
  for (const subpath of subpaths) {
    const entry = /** @type {Record<string, unknown>} */ (await load(subpath));
    for (const [name, value] of Object.entries(entry)) {
      for (const [kind, key, fact] of factsOf(name, value)) (facts[kind] ??= {})[key] = fact;
    }
  }
  return facts;
};
