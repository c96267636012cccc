// Which variables the templates and conditions of a playbook read without saying what holds where they are missing.
import { JinjaSyntaxError, parseExpression, partsOf } from '../run/jinja/parse.js';
import { placeOf } from '../values.js';

/** @import { Expression } from '../run/jinja/parse.js' */

/** @typedef {{ name: string, line: number }} Named */

const CONDITIONS = new Set(['when', 'failed_when', 'changed_when', 'until', 'that']);

/** @param {unknown} value @returns {value is Expression} */
const isExpression = (value) => typeof value === 'object' && value !== null && 'kind' in value;

/** @param {unknown} value @returns {Expression[]} the expressions right below one */
const partsBelow = (value) =>
  Object.values(/** @type {object} */ (value)).flatMap((each) => {
    if (isExpression(each)) return [each];
    if (Array.isArray(each))
      return each.flatMap((inner) => (isExpression(inner) ? [inner] : partsBelow(inner)));
    return typeof each === 'object' && each !== null ? partsBelow(each) : [];
  });

/**
 * @param {Expression} expression
 * @returns {{ read: string[], guarded: string[] }} `guarded`: what it asks whether it is defined
 */
const namesOf = (expression) => {
  if (expression.kind === 'name') return { read: [expression.name], guarded: [] };
  const isGuard =
    (expression.kind === 'filter' && ['default', 'd'].includes(expression.name)) ||
    (expression.kind === 'test' && ['defined', 'undefined'].includes(expression.name));
  if (isGuard) {
    const inner = namesOf(expression.of);
    const others = expression.args.map(namesOf);
    return {
      read: others.flatMap(({ read }) => read),
      guarded: [...inner.read, ...inner.guarded, ...others.flatMap(({ guarded }) => guarded)],
    };
  }
  const below = partsBelow(expression).map(namesOf);
  return { read: below.flatMap(({ read }) => read), guarded: below.flatMap(({ guarded }) => guarded) };
};

/** @param {() => Expression[]} parse @returns {{ read: string[], guarded: string[] }} */
const namesWhere = (parse) => {
  try {
    const all = parse().map(namesOf);
    return { read: all.flatMap(({ read }) => read), guarded: all.flatMap(({ guarded }) => guarded) };
  } catch (error) {
    // What cannot be read is outside the subset, which another rule tells.
    if (error instanceof JinjaSyntaxError) return { read: [], guarded: [] };
    throw error;
  }
};

/** @param {string} text */
const inTemplate = (text) =>
  namesWhere(() =>
    partsOf(text).flatMap((part) => (part.kind === 'expression' ? [parseExpression(part.source)] : [])),
  );

/**
 * @param {unknown} value a playbook, or a part of one
 * @param {ReadonlySet<string>} [guarded] what is known to be defined there
 * @param {boolean} [isCondition]
 * @param {number} [line]
 * @returns {Named[]}
 */
export const namesIn = (value, guarded = new Set(), isCondition = false, line = 1) => {
  if (typeof value === 'string') {
    const found = isCondition
      ? namesWhere(() => [parseExpression(value, { isCondition: true })])
      : inTemplate(value);
    return found.read
      .filter((name) => !guarded.has(name) && !found.guarded.includes(name))
      .map((name) => ({ name, line }));
  }
  if (typeof value !== 'object' || value === null) return [];
  const { when } = /** @type {{ when?: unknown }} */ (value);
  const conditions = (Array.isArray(when) ? when : [when]).filter((each) => typeof each === 'string');
  const own = new Set([
    ...guarded,
    ...conditions.flatMap((each) => namesWhere(() => [parseExpression(each, { isCondition: true })]).guarded),
  ]);
  return Object.entries(value).flatMap(([key, each]) =>
    namesIn(
      each,
      own,
      CONDITIONS.has(key) || (isCondition && Array.isArray(value)),
      placeOf(value, key)?.line ?? line,
    ),
  );
};
