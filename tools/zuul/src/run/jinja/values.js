// Python's values as Ansible's templates see them: what they are called, how they are written, when they are equal.
import { Float } from '../../values.js';

/** What cannot be evaluated; the message says why. */
export class JinjaError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'JinjaError';
  }
}

/** Use of something that is not defined. */
export class UndefinedError extends JinjaError {
  /** @param {UndefinedValue} value */
  constructor({ reason, variable }) {
    super(reason);
    this.name = 'UndefinedError';
    this.variable = variable;
  }
}

/** What a name stands for that nothing has. It may be asked about (`is defined`) and replaced (`default`), not used. */
export class UndefinedValue {
  /** @param {string} reason @param {string} [variable] @param {{ isSilent?: boolean }} [options] `isSilent`: nothing, where it is written out */
  constructor(reason, variable, { isSilent = false } = {}) {
    this.reason = reason;
    this.variable = variable;
    this.isSilent = isSilent;
  }
}

/** A text that stays one, whatever it looks like. */
export class NativeText {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/** The value of a parameter that is left out. */
export const OMIT = Symbol('omit');

/** @typedef {Record<string, unknown>} Mapping */

/** @param {unknown} value @returns {value is Mapping} */
export const isMapping = (value) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Float || value instanceof UndefinedValue || value instanceof NativeText);

/** @param {unknown} value @returns {value is number | Float | boolean} a boolean counts as 0 or 1, as in Python */
export const isNumber = (value) =>
  typeof value === 'number' || typeof value === 'boolean' || value instanceof Float;

/** @param {number | Float | boolean} value */
export const numberOf = (value) => (value instanceof Float ? value.value : Number(value));

/** @param {unknown} value */
export const isFloat = (value) =>
  value instanceof Float || (typeof value === 'number' && !Number.isInteger(value));

/** A number with a point. @param {number} value @returns {number | Float} */
export const float = (value) => (Number.isInteger(value) ? new Float(value) : value);

/** @param {unknown} value @returns {unknown} the value itself, which is defined */
export const defined = (value) => {
  if (value instanceof UndefinedValue) throw new UndefinedError(value);
  return value instanceof NativeText ? value.text : value;
};

/** A value that is written out. @param {unknown} value @returns {unknown} */
export const shown = (value) => (value instanceof UndefinedValue && value.isSilent ? '' : defined(value));

/** What Python calls the type of a value. @param {unknown} value */
export const typeName = (value) => {
  if (value === null) return 'NoneType';
  if (typeof value === 'string' || value instanceof NativeText) return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (isFloat(value)) return 'float';
  if (typeof value === 'number') return 'int';
  return Array.isArray(value) ? 'list' : 'dict';
};

/** @param {unknown} value */
export const isTrue = (value) => {
  const own = defined(value);
  if (own === null || own === '' || own === false) return false;
  if (isNumber(own)) return numberOf(own) !== 0;
  if (Array.isArray(own)) return own.length > 0;
  return isMapping(own) ? Object.keys(own).length > 0 : true;
};

/** @param {number} value */
const writtenFloat = (value) => {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e16 || magnitude < 1e-4)) {
    return value.toExponential().replace(/e([+-])(\d)$/u, 'e$10$2');
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
};

const ESCAPES = new Map([
  ['\\', String.raw`\\`],
  ['\n', String.raw`\n`],
  ['\r', String.raw`\r`],
  ['\t', String.raw`\t`],
]);

/** @param {string} text */
const quoted = (text) => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  // eslint-disable-next-line no-control-regex -- control characters are what is escaped
  const body = text.replaceAll(/[\\\n\r\t'"\u0000-\u001f\u007f-\u00a0\u00ad]/gu, (character) => {
    if (character === quote) return `\\${character}`;
    if (character === "'" || character === '"') return character;
    return ESCAPES.get(character) ?? `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`;
  });
  return `${quote}${body}${quote}`;
};

/** A value as Python writes it inside of lists. @param {unknown} value @returns {string} */
export const repr = (value) => {
  const own = defined(value);
  if (typeof own === 'string') return quoted(own);
  if (Array.isArray(own)) return `[${own.map(repr).join(', ')}]`;
  if (isMapping(own)) {
    return `{${Object.entries(own)
      .map(([name, each]) => `${quoted(name)}: ${repr(each)}`)
      .join(', ')}}`;
  }
  return text(own);
};

/** A value as text. @param {unknown} value @returns {string} */
export const text = (value) => {
  const own = defined(value);
  if (own === null) return 'None';
  if (own === true) return 'True';
  if (own === false) return 'False';
  if (own === OMIT) return '__omit_place_holder__';
  if (isNumber(own)) return isFloat(own) ? writtenFloat(numberOf(own)) : String(numberOf(own));
  return typeof own === 'string' ? own : repr(own);
};

/** @param {unknown} one @param {unknown} other @returns {boolean} */
export const areEqual = (one, other) => {
  const [a, b] = [defined(one), defined(other)];
  if (isNumber(a) && isNumber(b)) return numberOf(a) === numberOf(b);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((each, index) => areEqual(each, b[index]));
  }
  if (isMapping(a) && isMapping(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && areEqual(a[name], b[name]))
    );
  }
  return a === b;
};

/** Texts are ordered by code points, as in Python. @param {string} one @param {string} other */
const compareTexts = (one, other) => {
  const [a, b] = [[...one], [...other]];
  for (const [index, character] of a.entries()) {
    const difference = (character.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? -1);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
};

/**
 * Below 0, 0, above 0.
 * @param {unknown} one @param {unknown} other @param {string} operator for the message
 * @returns {number}
 */
export const compare = (one, other, operator) => {
  const [a, b] = [defined(one), defined(other)];
  if (isNumber(a) && isNumber(b)) return numberOf(a) - numberOf(b);
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (Array.isArray(a) && Array.isArray(b)) {
    const index = a.findIndex((each, at) => at >= b.length || !areEqual(each, b[at]));
    if (index === -1) return a.length - b.length;
    return index >= b.length ? 1 : compare(a[index], b[index], operator);
  }
  throw new JinjaError(
    `'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`,
  );
};

/** @param {unknown} item @param {unknown} container @returns {boolean} */
export const isIn = (item, container) => {
  const [one, all] = [defined(item), defined(container)];
  if (typeof all === 'string') {
    if (typeof one !== 'string')
      throw new JinjaError(`'in <string>' requires string as left operand, not ${typeName(one)}`);
    return all.includes(one);
  }
  if (Array.isArray(all)) return all.some((each) => areEqual(each, one));
  if (isMapping(all)) {
    if (Array.isArray(one) || isMapping(one)) throw new JinjaError(`unhashable type: '${typeName(one)}'`);
    return typeof one === 'string' && Object.hasOwn(all, one);
  }
  throw new JinjaError(`argument of type '${typeName(all)}' is not iterable`);
};

/** Refuses what is undefined anywhere in a value. @param {unknown} value */
export const requireDefined = (value) => {
  const own = defined(value);
  if (Array.isArray(own)) for (const each of own) requireDefined(each);
  else if (isMapping(own)) for (const each of Object.values(own)) requireDefined(each);
};

/** A value as JSON has it: without marks, and numbers as they are. @param {unknown} value @returns {unknown} */
export const plain = (value) => {
  if (value instanceof NativeText) return value.text;
  if (value instanceof Float) return value.value;
  if (value instanceof UndefinedValue || value === OMIT) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
};
