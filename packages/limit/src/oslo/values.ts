import { OsloError } from '../errors.ts';

/** A Python `float`, which JavaScript cannot tell from an integer when its fraction is zero. */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const hex = (code: number): string => {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x1_00_00) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
};

const quoteFor = (text: string): string => (text.includes("'") && !text.includes('"') ? '"' : "'");

/** A text as Python's `repr` writes it. */
export const reprText = (text: string): string => {
  const quote = quoteFor(text);
  let result = quote;
  for (const character of text) {
    const escape = escapes[character];
    if (escape !== undefined) result += escape;
    else if (character === quote) result += `\\${character}`;
    else if (character !== ' ' && /[\p{C}\p{Z}]/u.test(character))
      result += hex(character.codePointAt(0) ?? 0);
    else result += character;
  }
  return result + quote;
};

/** Bytes as Python's `repr` writes them. */
export const reprBytes = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes).toString('latin1');
  const quote = quoteFor(text);
  const escaped = Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    if (escapes[character] !== undefined) return escapes[character];
    if (character === quote) return `\\${character}`;
    return code < 0x20 || code > 0x7e ? hex(code) : character;
  });
  return `b${quote}${escaped.join('')}${quote}`;
};

/** Whether Python's `isinstance(value, int)` holds; its truth values are integers. */
export const isInteger = (value: unknown): value is number | bigint | boolean =>
  typeof value === 'bigint' || typeof value === 'boolean' || Number.isInteger(value);

/** The name of the value's type in Python. */
export const typeName = (value: unknown): string => {
  if (value === null || value === undefined) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (isInteger(value)) return 'int';
  if (typeof value === 'number' || value instanceof PythonFloat) return 'float';
  if (typeof value === 'string') return 'str';
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Set) return 'set';
  return typeof value === 'function' ? 'function' : 'dict';
};

const DIGITS = /^[+-]?\p{Nd}+(?:_\p{Nd}+)*$/u;
/** What Python's `str.strip` takes away. */
const SPACE =
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';

const strip = (text: string): string => {
  let [start, end] = [0, text.length];
  while (start < end && SPACE.includes(text.charAt(start))) start += 1;
  while (end > start && SPACE.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
};
/** Python's default bound on the digits of a number in a text. */
const MOST_DIGITS = 4300;

const digitValue = (digit: string): string => {
  let zero = digit.codePointAt(0) ?? 0;
  const code = zero;
  // Decimal digits of a script are ten code points in a row.
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
};

const textToInteger = (text: string, shown: string): bigint => {
  const stripped = strip(text);
  if (!DIGITS.test(stripped)) {
    throw new OsloError('ValueError', `invalid literal for int() with base 10: ${shown}`);
  }
  const sign = stripped.startsWith('-') ? -1n : 1n;
  const digits = Array.from(stripped.replace(/[+_-]/gu, ''), (digit) =>
    digit >= '0' && digit <= '9' ? digit : digitValue(digit),
  );
  if (digits.length > MOST_DIGITS) {
    throw new OsloError(
      'ValueError',
      `Exceeds the limit (${String(MOST_DIGITS)} digits) for integer string conversion: value has ${String(digits.length)} digits; use sys.set_int_max_str_digits() to increase the limit`,
    );
  }
  return sign * BigInt(digits.join(''));
};

const floatToInteger = (value: number): bigint => {
  if (Number.isNaN(value)) throw new OsloError('ValueError', 'cannot convert float NaN to integer');
  if (!Number.isFinite(value))
    throw new OsloError('OverflowError', 'cannot convert float infinity to integer');
  return BigInt(Math.trunc(value));
};

/**
 * What Python's `int(value)` gives.
 * @throws OsloError with Python's kind and text
 */
export const toInteger = (value: unknown): bigint => {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return floatToInteger(value);
  if (value instanceof PythonFloat) return floatToInteger(value.value);
  if (typeof value === 'string') return textToInteger(value, reprText(value));
  if (value instanceof Uint8Array) {
    return textToInteger(
      Buffer.from(value)
        .toString('latin1')
        .replace(/[\u0080-\u00ff]/gu, 'x'),
      reprBytes(value),
    );
  }
  throw new OsloError(
    'TypeError',
    `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
  );
};

/** Whether Python takes the value for true. */
export const isTruthy = (value: unknown): boolean => {
  if (value instanceof PythonFloat) return value.value !== 0;
  if (value instanceof Uint8Array || Array.isArray(value)) return value.length > 0;
  if (value instanceof Map || value instanceof Set) return value.size > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
};

/** What iterating over the value gives: the characters, items or keys; undefined where Python cannot. */
export const itemsOf = (value: unknown): readonly unknown[] | undefined => {
  if (
    typeof value === 'string' ||
    Array.isArray(value) ||
    value instanceof Uint8Array ||
    value instanceof Set
  ) {
    return [...(value as Iterable<unknown>)];
  }
  if (value instanceof Map) return [...(value as ReadonlyMap<unknown, unknown>).keys()];
  if (typeof value !== 'object' || value === null || value instanceof PythonFloat) return undefined;
  return Object.keys(value);
};

/** {@link itemsOf} where Python raises a TypeError when it cannot. */
export const iterate = (value: unknown): readonly unknown[] => {
  const items = itemsOf(value);
  if (items === undefined) throw new OsloError('TypeError', `'${typeName(value)}' object is not iterable`);
  return items;
};

/** The entries of a Python `dict`: of a `Map` or of a plain object; undefined for anything else. */
export const entriesOf = (value: unknown): readonly (readonly [unknown, unknown])[] | undefined => {
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
  return typeName(value) === 'dict' ? Object.entries(value as object) : undefined;
};

/** Refuses what cannot be a key of a `dict`. */
export const requireHashable = (value: unknown): void => {
  const type = typeName(value);
  if (type === 'list' || type === 'dict' || type === 'set') {
    throw new OsloError('TypeError', `unhashable type: '${type}'`);
  }
};
