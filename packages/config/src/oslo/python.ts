/**
 * The values oslo.config works with. Integers are `bigint` and floats are `number`, because Python prints the two
 * differently where one option's value is put into another's text.
 */
export type PythonValue = string | boolean | bigint | number | null | readonly PythonValue[] | PythonDict;

/** A Python dict with string keys, in order of insertion. */
export type PythonDict = ReadonlyMap<string, PythonValue>;

const isPrintable = (character: string): boolean => character === ' ' || !/[\p{C}\p{Z}]/u.test(character);

const escapeCharacter = (character: string): string => {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  if (isPrintable(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
};

/** Python's `repr` of a string. */
export const reprText = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let inner = '';
  for (const character of text) {
    inner += character === '\\' || character === quote ? `\\${character}` : escapeCharacter(character);
  }
  return `${quote}${inner}${quote}`;
};

/** Puts an exponent of at least two digits and a sign, as Python and C do. */
const exponentOf = (exponent: number): string =>
  `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;

const nameOfNonFinite = (value: number): string => {
  if (Number.isNaN(value)) return 'nan';
  return value < 0 ? '-inf' : 'inf';
};

/** Digits without trailing zeros and decimal exponent of a finite number. */
const digitsOf = (scientific: string): { digits: string; exponent: number } => {
  const [mantissa = '', exponent = '0'] = scientific.split('e');
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) };
};

const position = (digits: string, exponent: number): string => {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
};

/** Python's `repr` of a float: `2.0`, `1e-05`, `1e+16`, `inf`. */
export const reprFloat = (value: number): string => {
  if (!Number.isFinite(value)) return nameOfNonFinite(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const { digits, exponent } = digitsOf(Math.abs(value).toExponential());
  if (exponent < -4 || exponent >= 16) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits.charAt(0)}${fraction}${exponentOf(exponent)}`;
  }
  const plain = position(digits, exponent);
  return `${sign}${plain.includes('.') ? plain : `${plain}.0`}`;
};

/**
 * Six significant digits. Where the rest is exactly half a unit, C rounds to the even digit and JavaScript up; a
 * number has at most a few hundred decimal digits, of which a hundred settle whether it does.
 */
const sixDigits = (value: number): { digits: string; exponent: number } => {
  const exact = digitsOf(value.toExponential(100));
  const isHalf = /^50*$/u.test(exact.digits.slice(6));
  const isEven = Number(exact.digits.charAt(5)) % 2 === 0;
  return isHalf && isEven
    ? { digits: exact.digits.slice(0, 6), exponent: exact.exponent }
    : digitsOf(value.toExponential(5));
};

/** C's `%g` with its six digits. */
export const formatG = (value: number): string => {
  if (!Number.isFinite(value)) return nameOfNonFinite(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const scientific = sixDigits(Math.abs(value));
  const digits = scientific.digits.replace(/0+$/u, '') || '0';
  if (scientific.exponent < -4 || scientific.exponent >= 6) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits.charAt(0)}${fraction}${exponentOf(scientific.exponent)}`;
  }
  return `${sign}${position(digits, scientific.exponent)}`;
};

/** Python's `repr` of a value. */
export const repr = (value: PythonValue): string => {
  if (value === null) return 'None';
  switch (typeof value) {
    case 'string':
      return reprText(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return String(value);
    case 'number':
      return reprFloat(value);
    default:
  }
  if (value instanceof Map) {
    const pairs = Array.from(value as PythonDict, ([key, item]) => `${reprText(key)}: ${repr(item)}`);
    return `{${pairs.join(', ')}}`;
  }
  return `[${(value as readonly PythonValue[]).map(repr).join(', ')}]`;
};

/** Python's `str` of a value. */
export const str = (value: PythonValue): string => (typeof value === 'string' ? value : repr(value));

/** Whether a value is a number in Python, where a truth value is one too. */
export const isNumeric = (value: PythonValue): value is bigint | number | boolean =>
  typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';

/** Python's `==`: numbers and truth values of any type compare by what they count, containers by their items. */
export const equals = (left: PythonValue, right: PythonValue): boolean => {
  if (isNumeric(left) && isNumeric(right)) {
    const [ours, theirs] = [left, right].map((value) => (typeof value === 'boolean' ? Number(value) : value));
    // Neither below nor above is how an integer equals a float exactly.
    return ours !== undefined && theirs !== undefined && ours <= theirs && ours >= theirs;
  }
  if (left instanceof Map) {
    return (
      right instanceof Map &&
      left.size === right.size &&
      Array.from(left as PythonDict).every(
        ([key, item]) =>
          (right as PythonDict).has(key) && equals(item, (right as PythonDict).get(key) ?? null),
      )
    );
  }
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item: PythonValue, index) => equals(item, (right[index] ?? null) as PythonValue))
    );
  }
  return left === right;
};
