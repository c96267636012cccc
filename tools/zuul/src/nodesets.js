// The machines that a job asks for: what is wrong with a set of them, and what sets may stand for each other.
import { ConfigError } from './errors.js';
import { patternOf } from './matchers.js';
import { asList } from './values.js';

/** @typedef {Readonly<Record<string, unknown>>} Nodeset as it is written */

/** @param {unknown} nodeset */
const isNodeset = (nodeset) => typeof nodeset === 'object' && nodeset !== null;

/** @param {string} label @param {Nodeset} tenant `allowed-labels`, `disallowed-labels`: patterns */
const isAllowed = (label, tenant) => {
  /** @param {unknown} patterns */
  const matchesAny = (patterns) =>
    asList(patterns).some((pattern) => patternOf(pattern, () => undefined).matches(label));
  const { 'allowed-labels': allowed, 'disallowed-labels': disallowed } = tenant;
  return (asList(allowed).length === 0 || matchesAny(allowed)) && !matchesAny(disallowed);
};

/**
 * @param {Nodeset} nodeset
 * @param {Nodeset} tenant `max-nodes-per-job`, which labels are allowed
 * @throws {ConfigError}
 */
export const checkNodeset = (nodeset, tenant) => {
  for (const each of asList(nodeset['alternatives']))
    if (isNodeset(each)) checkNodeset(/** @type {Nodeset} */ (each), tenant);
  const name = String(nodeset['name'] ?? '');
  /** @type {Set<string>} */
  const nodes = new Set();
  const groups = new Set();
  for (const node of asList(nodeset['nodes'])) {
    const { name: names, label } = /** @type {{ name: unknown, label: string }} */ (node);
    for (const each of asList(names)) {
      if (each === 'localhost') throw new ConfigError('Unknown', "Nodes named 'localhost' are not allowed.");
      if (nodes.has(String(each))) {
        throw new ConfigError(
          'Duplicate Node',
          `In nodeset "${name}" the node "${String(each)}" appears multiple times.`,
        );
      }
      nodes.add(String(each));
    }
    if (!isAllowed(label, tenant))
      throw new ConfigError('Label Forbidden', `The tenant does not allow the label "${label}".`);
  }
  const most = Number(tenant['max-nodes-per-job'] ?? 5);
  if (most !== -1 && asList(nodeset['nodes']).length > most) {
    throw new ConfigError(
      'Max Nodeset Nodes Exceeded',
      `The nodeset "${name}" has more than ${String(most)} nodes.`,
    );
  }
  for (const group of asList(nodeset['groups'])) {
    const { name: groupName, nodes: members } = /** @type {{ name: string, nodes: unknown }} */ (group);
    if (groupName === 'localhost')
      throw new ConfigError('Unknown', "Groups named 'localhost' are not allowed.");
    for (const member of asList(members)) {
      if (member === 'localhost' || nodes.has(String(member))) continue;
      throw new ConfigError(
        'Node From Group Not Found',
        `In the nodeset "${name}" the group "${groupName}" contains a node named "${String(member)}" which is not defined in the nodeset.`,
      );
    }
    if (groups.has(groupName)) {
      throw new ConfigError(
        'Duplicate Group',
        `In the nodeset "${name}" the group "${groupName}" appears multiple times.`,
      );
    }
    groups.add(groupName);
  }
};

/**
 * The sets that a job may run on, best first: its own, or its alternatives and theirs.
 * @param {unknown} written a set, or its name
 * @param {ReadonlyMap<string, { contents: Nodeset }>} known
 * @param {readonly string[]} [path] names on the way here
 * @returns {Nodeset[]}
 * @throws {ConfigError}
 */
export const alternativesOf = (written, known, path = []) => {
  const name = typeof written === 'string' ? written : undefined;
  const nodeset = name === undefined ? /** @type {Nodeset} */ (written) : known.get(name)?.contents;
  if (nodeset === undefined)
    throw new ConfigError('Nodeset Not Found', `The nodeset "${String(name)}" was not found.`);
  if (nodeset['alternatives'] === undefined) return [nodeset];
  const own = String(nodeset['name'] ?? '');
  if (own !== '' && path.includes(own))
    throw new ConfigError('Unknown', `The nodeset "${own}" is an alternative of itself.`);
  return asList(nodeset['alternatives']).flatMap((each) => alternativesOf(each, known, [...path, own]));
};
