// What the difference between two surfaces of a package means to its users.
import { isDeepStrictEqual } from 'node:util';
import { isWithin } from './ranges.js';
import { Relation } from './relate.js';

/** @import { Difference } from './relate.js' */
/** @import { Surface } from './surface.js' */

/** @param {Difference['level']} level @param {string} where @param {string} message @returns {Difference} */
const difference = (level, where, message) => ({ level, where, message });

/** @param {readonly string[]} before @param {readonly string[]} after @param {string} kind @returns {Difference[]} */
const names = (before, after, kind) => [
  ...before
    .filter((name) => !after.includes(name))
    .map((name) => difference('break', `${kind} ${name}`, 'is gone')),
  ...after
    .filter((name) => !before.includes(name))
    .map((name) => difference('addition', `${kind} ${name}`, 'is new')),
];

/** @param {Surface} before @param {Surface} after @returns {Difference[]} */
const requirements = (before, after) => {
  const found = [];
  if (!isWithin(before.node, after.node)) {
    found.push(difference('break', 'Node.js', `had to be ${before.node} and has to be ${after.node}`));
  }
  for (const [name, { range, isOptional }] of Object.entries(after.peers)) {
    const old = before.peers[name];
    if (old === undefined)
      found.push(
        difference(
          isOptional ? 'addition' : 'break',
          `peer ${name}`,
          isOptional ? 'can be given now' : 'has to be installed now',
        ),
      );
    else if (!isWithin(old.range, range))
      found.push(difference('break', `peer ${name}`, `could be ${old.range} and has to be ${range}`));
    else if (old.isOptional && !isOptional)
      found.push(difference('break', `peer ${name}`, 'was optional and has to be installed now'));
    else if (old.range !== range) found.push(difference('addition', `peer ${name}`, `may be ${range}`));
  }
  return found;
};

/** @param {Surface} before @param {Surface} after @returns {Difference[]} */
const exported = (before, after) => {
  const relation = new Relation(before.shapes, after.shapes);
  const found = [];
  for (const [subpath, old] of Object.entries(before.entries)) {
    const now = after.entries[subpath];
    const entry = subpath === '.' ? before.name : `${before.name}/${subpath.slice(2)}`;
    if (now === undefined) {
      found.push(difference('break', `entry ${entry}`, 'is gone'));
      continue;
    }
    for (const name of Object.keys(old)) {
      const shape = now[name];
      if (shape === undefined) found.push(difference('break', name, `is no longer exported from ${entry}`));
    }
    for (const name of Object.keys(now)) {
      if (!(name in old)) found.push(difference('addition', name, `is exported from ${entry} now`));
    }
  }
  for (const subpath of Object.keys(after.entries)) {
    if (!(subpath in before.entries)) found.push(difference('addition', `entry ${subpath}`, 'is new'));
  }
  compareExports(before, after, relation);
  return [...found, ...relation.differences];
};

/** @param {Surface} before @param {Surface} after @param {Relation} relation */
const compareExports = (before, after, relation) => {
  /** @type {[string, string, string][]} */
  const types = [];
  for (const [subpath, old] of Object.entries(before.entries)) {
    for (const [name, one] of Object.entries(old)) {
      const other = after.entries[subpath]?.[name];
      if (other === undefined) continue;
      const kind = before.shapes[one]?.kind;
      // Values first: they tell in which directions the types go.
      if (kind === 'interface' || kind === 'alias') types.push([one, other, name]);
      else relation.named(one, other, 'out', name);
    }
  }
  for (const [one, other, name] of types) relation.unused(one, other, name);
};

/** @param {unknown} value */
const shown = (value) => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};

/** @param {Surface} before @param {Surface} after @returns {Difference[]} */
const behaviours = (before, after) =>
  Object.entries(before.behaviours).flatMap(([behaviour, old]) => {
    const now = after.behaviours[behaviour];
    if (now === undefined)
      return [
        difference(
          'break',
          behaviour,
          'is not recorded any more; a behaviour that was promised stays in behaviours.js',
        ),
      ];
    return Object.entries(old).flatMap(([key, value]) =>
      isDeepStrictEqual(now[key], value)
        ? []
        : [difference('break', `${behaviour}: ${key}`, `was ${shown(value)} and is ${shown(now[key])}`)],
    );
  });

/**
 * @param {Surface} before
 * @param {Surface} after
 * @returns {Difference[]} breaks first
 */
export const compareSurfaces = (before, after) =>
  [
    ...requirements(before, after),
    ...names(before.commands, after.commands, 'command'),
    ...names(before.codes, after.codes, 'error code'),
    ...exported(before, after),
    ...behaviours(before, after),
  ].sort((one, other) => (one.level === other.level ? 0 : one.level === 'break' ? -1 : 1));
