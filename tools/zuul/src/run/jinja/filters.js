// The filters of the subset.
import { basename, dirname } from 'node:path/posix';
import { substitute } from './regex.js';
import { TESTS } from './tests.js';
import * as values from './values.js';

const { JinjaError, NativeText, UndefinedValue } = values;

/** @typedef {{ args: unknown[], named: Record<string, unknown> }} Arguments */
/** @typedef {(value: unknown, given: Arguments) => unknown} Filter `value` may be undefined in Ansible's sense */

/**
 * @param {Arguments} given
 * @param {number} index
 * @param {string} name
 * @param {unknown} [otherwise]
 */
const argument = ({ args, named }, index, name, otherwise) =>
  args.length > index ? values.defined(args[index]) : name in named ? values.defined(named[name]) : otherwise;

/** @param {unknown} value @returns {number} */
const wholeOf = (value) => {
  const own = values.isNumber(value) ? values.numberOf(value) : Number(String(value).trim() || NaN);
  if (!Number.isFinite(own)) throw new JinjaError(`${values.repr(value)} is no number`);
  return Math.trunc(own);
};

/** @type {Filter} */
const toInt = (value, given) => {
  const own = values.defined(value);
  const otherwise = argument(given, 0, 'default', 0);
  const base = wholeOf(argument(given, 1, 'base', 10));
  if (values.isNumber(own)) {
    const number = values.numberOf(own);
    return Number.isFinite(number) ? Math.trunc(number) : otherwise;
  }
  if (typeof own !== 'string') return otherwise;
  const digits = own.trim().replaceAll(/(?<=[0-9a-zA-Z])_(?=[0-9a-zA-Z])/gu, '');
  if (base === 10 && /^[-+]?\d+$/u.test(digits)) return Number(digits);
  if (base !== 10) {
    const prefix = { 2: '0b', 8: '0o', 16: '0x' }[base] ?? '';
    const sign = digits.startsWith('-') ? -1 : 1;
    const bare = digits.replace(/^[-+]/u, '').toLowerCase();
    const rest = prefix !== '' && bare.startsWith(prefix) ? bare.slice(2) : bare;
    const isValid =
      rest !== '' && [...rest].every((digit) => /[0-9a-z]/u.test(digit) && Number.parseInt(digit, 36) < base);
    if (isValid) return sign * Number.parseInt(rest, base);
  }
  const isFloat = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/u.test(digits);
  return isFloat && Number.isFinite(Number(digits)) ? Math.trunc(Number(digits)) : otherwise;
};

/** @param {unknown} value @returns {unknown[]} */
const listOf = (value) => {
  const own = values.defined(value);
  if (Array.isArray(own)) return [...own];
  if (typeof own === 'string') return [...own];
  if (values.isMapping(own)) return Object.keys(own);
  throw new JinjaError(`'${values.typeName(own)}' object is not iterable`);
};

/** Items for filters that take anything false for nothing. @param {unknown} value */
const itemsOf = (value) => (values.isTrue(value) ? listOf(value) : []);

/** @param {string} text */
const jsonText = (text) =>
  JSON.stringify(text).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A value as Python's `json.dumps` writes it. @param {unknown} value @returns {string} */
export const toJson = (value) => {
  const own = values.defined(value);
  if (own === null) return 'null';
  if (typeof own === 'boolean') return String(own);
  if (typeof own === 'string') return jsonText(own);
  if (Array.isArray(own)) return `[${own.map(toJson).join(', ')}]`;
  if (values.isMapping(own)) {
    return `{${Object.entries(own)
      .map(([name, each]) => `${jsonText(name)}: ${toJson(each)}`)
      .join(', ')}}`;
  }
  return values.text(own);
};

/** @param {unknown} value @returns {string} */
const pathOf = (value) => {
  const own = values.defined(value);
  if (typeof own !== 'string') throw new JinjaError(`a path is a text, not '${values.typeName(own)}'`);
  return own;
};

/** @param {unknown} value */
const fromJson = (value) => {
  const own = values.defined(value);
  if (typeof own !== 'string') throw new JinjaError(`from_json takes a text, not '${values.typeName(own)}'`);
  try {
    return /** @type {unknown} */ (JSON.parse(own));
  } catch {
    throw new JinjaError(`from_json: ${values.repr(own)} is no JSON`);
  }
};

/** @param {values.Mapping} below @param {values.Mapping} above @param {boolean} isRecursive @returns {values.Mapping} */
const merge = (below, above, isRecursive) => {
  /** @type {values.Mapping} */
  const merged = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const known = merged[name];
    merged[name] =
      isRecursive && values.isMapping(known) && values.isMapping(value) ? merge(known, value, true) : value;
  }
  return merged;
};

/** @type {Filter} */
const combine = (value, given) => {
  const others = Object.keys(given.named).filter((name) => name !== 'recursive');
  if (others.length > 0) throw new JinjaError(`combine: "${others.join(', ')}" is not in the subset`);
  const all = [value, ...given.args].flatMap((each) => {
    const own = values.defined(each);
    return Array.isArray(own) ? own : [own];
  });
  return all.reduce((/** @type {values.Mapping} */ merged, each) => {
    const own = values.defined(each);
    if (!values.isMapping(own)) throw new JinjaError(`combine needs mappings, not '${values.typeName(own)}'`);
    return merge(merged, own, values.isTrue(given.named['recursive'] ?? false));
  }, {});
};

/** An attribute along a path with points. @param {unknown} value @param {unknown} path @returns {unknown} */
const reach = (value, path) => {
  /** @type {unknown} */
  let own = value;
  for (const part of values.text(path).split('.')) {
    if (own instanceof UndefinedValue) return own;
    if (Array.isArray(own) && /^\d+$/u.test(part)) own = /** @type {unknown} */ (own[Number(part)]);
    else if (values.isMapping(own) && Object.hasOwn(own, part)) own = own[part];
    else own = undefined;
    if (own === undefined) return new UndefinedValue(`an item has no attribute '${part}'`);
  }
  return own;
};

/** @type {Filter} */
const map = (value, { args, named }) => {
  const list = itemsOf(value);
  if ('attribute' in named) {
    const others = Object.keys(named).filter((name) => name !== 'attribute' && name !== 'default');
    if (others.length > 0 || args.length > 0)
      throw new JinjaError('map takes attribute and default, or the name of a filter');
    return list.map((each) => {
      const own = reach(each, named['attribute']);
      return own instanceof UndefinedValue && 'default' in named ? named['default'] : own;
    });
  }
  const [name, ...rest] = args;
  const filter = FILTERS[values.text(name ?? '')];
  if (filter === undefined) throw new JinjaError(`map: no filter named '${values.text(name ?? '')}'`);
  return list.map((each) => filter(each, { args: rest, named }));
};

/** @type {Filter} */
const selectattr = (value, { args }) => {
  const [path, name, ...rest] = args;
  if (path === undefined) throw new JinjaError('selectattr needs the name of an attribute');
  const test = name === undefined ? undefined : TESTS[values.text(name)];
  if (name !== undefined && test === undefined)
    throw new JinjaError(`selectattr: no test named '${values.text(name)}'`);
  return itemsOf(value).filter((each) => {
    const own = reach(each, path);
    return test === undefined ? values.isTrue(own) : test(own, rest);
  });
};

const TRUE_TEXTS = new Set(['yes', 'on', '1', 'true']);

/** @type {Readonly<Record<string, Filter>>} */
export const FILTERS = {
  default: (value, given) => {
    const otherwise = given.args.length > 0 ? given.args[0] : (given.named['default_value'] ?? '');
    const isForFalse = values.isTrue(given.args[1] ?? given.named['boolean'] ?? false);
    return value instanceof UndefinedValue || (isForFalse && !values.isTrue(value)) ? otherwise : value;
  },
  bool: (value) => {
    const own = values.defined(value);
    if (own === null || typeof own === 'boolean') return own;
    if (typeof own === 'string') return TRUE_TEXTS.has(own.toLowerCase());
    return values.isNumber(own) && values.numberOf(own) === 1;
  },
  int: toInt,
  string: (value) => new NativeText(values.text(value)),
  length: (value) => {
    const own = values.defined(value);
    if (own === null || values.isNumber(own))
      throw new JinjaError(`object of type '${values.typeName(own)}' has no len()`);
    return listOf(own).length;
  },
  join: (value, given) => {
    if ('attribute' in given.named || given.args.length > 1)
      throw new JinjaError('join: "attribute" is not in the subset: use map(attribute=…) before it');
    return listOf(value)
      .map(values.text)
      .join(values.text(argument(given, 0, 'd', '')));
  },
  to_json: (value) => new NativeText(toJson(value)),
  from_json: fromJson,
  b64decode: (value) => Buffer.from(values.text(value), 'base64').toString('utf8'),
  basename: (value) => (pathOf(value).endsWith('/') ? '' : basename(pathOf(value))),
  dirname: (value) => {
    const own = pathOf(value);
    if (!own.includes('/')) return '';
    if (own.endsWith('/')) return own.replace(/\/+$/u, '') || own;
    return dirname(own);
  },
  lower: (value) => values.text(value).toLowerCase(),
  upper: (value) => values.text(value).toUpperCase(),
  replace: (value, given) => {
    const old = values.text(argument(given, 0, 'old'));
    const fresh = values.text(argument(given, 1, 'new'));
    const count = argument(given, 2, 'count', null);
    const parts = old === '' ? ['', ...values.text(value), ''] : values.text(value).split(old);
    const most = count === null ? parts.length - 1 : Math.min(wholeOf(count), parts.length - 1);
    return parts.reduce((done, part, index) => `${done}${index <= most ? fresh : old}${part}`);
  },
  regex_replace: (value, given) =>
    substitute(
      values.text(value),
      values.text(argument(given, 0, 'pattern', '')),
      values.text(argument(given, 1, 'replacement', '')),
      {
        ignoreCase: values.isTrue(argument(given, 2, 'ignorecase', false)),
        isMultiline: values.isTrue(argument(given, 3, 'multiline', false)),
      },
    ),
  combine,
  list: (value) => listOf(value),
  map,
  selectattr,
};
