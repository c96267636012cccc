// The tests of the subset: what may stand after `is`.
import { regexOf } from './regex.js';
import { areEqual, defined, isIn, isMapping, isTrue, JinjaError, text, UndefinedValue } from './values.js';

/** @typedef {(value: unknown, args: readonly unknown[]) => boolean} Test */

/** @param {string} name @param {unknown} value */
const resultOf = (name, value) => {
  const own = defined(value);
  if (!isMapping(own)) throw new JinjaError(`The '${name}' test expects a dictionary`);
  return own;
};

/** @type {Readonly<Record<string, Test>>} */
export const TESTS = {
  defined: (value) => !(value instanceof UndefinedValue),
  undefined: (value) => value instanceof UndefinedValue,
  none: (value) => value === null,
  match: (value, [pattern = '']) => regexOf(text(pattern), { isAnchored: true }).test(text(value)),
  search: (value, [pattern = '']) => regexOf(text(pattern)).test(text(value)),
  equalto: (value, [other]) => areEqual(value, other),
  in: (value, [container]) => isIn(value, container),
  failed: (value) => isTrue(resultOf('failed', value)['failed'] ?? false),
  succeeded: (value) => !isTrue(resultOf('failed', value)['failed'] ?? false),
  skipped: (value) => isTrue(resultOf('skipped', value)['skipped'] ?? false),
  changed: (value) => isTrue(resultOf('changed', value)['changed'] ?? false),
};
