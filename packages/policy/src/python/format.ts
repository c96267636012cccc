import { EvaluationError } from '../errors.ts';
import { formatFloat } from './float.ts';
import { ascii, repr, str } from './text.ts';
import { refuseUnused, requireMapping, selectKey, type Template } from './template.ts';
import { Float, Tuple, typeName } from './values.ts';

/** Width or precision: a number, `*` (taken from the arguments), or none. */
type Measure = number | '*' | undefined;

/** One `%…` of a format. */
interface Conversion {
  readonly key: string | undefined;
  readonly flags: string;
  readonly width: Measure;
  readonly precision: Measure;
  readonly type: string;
  /** Code points of the format before the conversion's type. */
  readonly index: number;
}

/** A parsed format: texts and conversions in order; evaluation stops at `fault` if it comes that far. */
interface Format {
  readonly parts: readonly (string | Conversion)[];
  /** Why the rest of the format cannot be read. */
  readonly fault: Fault | undefined;
}

interface Fault {
  readonly message: string;
  /** The conversion up to the point where it broke off: its key and stars are evaluated first. */
  readonly before: Conversion | undefined;
  /** Whether the fault lies in the key, which needs a mapping. */
  readonly inKey: boolean;
}

const MAX_SIZE = 2n ** 63n - 1n;
const MAX_PRECISION = 2147483647n;
const LONGEST_INTEGER = 2147483644;

/** Reads the conversions of a format; characters are code points, as Python counts them. */
class FormatReader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(format: string) {
    this.#characters = Array.from(format);
  }

  read(): Format {
    const parts: (string | Conversion)[] = [];
    let text = '';
    while (this.#at < this.#characters.length) {
      const character = this.#next();
      if (character !== '%') {
        text += character;
      } else if (this.#peek() === '%') {
        text += this.#next();
      } else {
        if (text) parts.push(text);
        text = '';
        const conversion = this.#conversion();
        if ('message' in conversion) return { parts, fault: conversion };
        parts.push(conversion);
      }
    }
    if (text) parts.push(text);
    return { parts, fault: undefined };
  }

  #peek(): string {
    return this.#characters[this.#at] ?? '';
  }

  #next(): string {
    return this.#characters[this.#at++] ?? '';
  }

  #conversion(): Conversion | Fault {
    let key: string | undefined;
    if (this.#peek() === '(') {
      key = this.#key();
      if (key === undefined) return { message: 'incomplete format key', before: undefined, inKey: true };
    }
    let flags = '';
    while (this.#peek() !== '' && '-+ #0'.includes(this.#peek())) flags += this.#next();
    let read: Conversion = { key, flags, width: undefined, precision: undefined, type: '', index: 0 };
    const width = this.#measure(MAX_SIZE);
    if (width === 'too big') return { message: 'width too big', before: read, inKey: false };
    read = { ...read, width };
    if (this.#peek() === '.') {
      this.#at++;
      const precision = this.#measure(MAX_PRECISION);
      if (precision === 'too big') return { message: 'precision too big', before: read, inKey: false };
      read = { ...read, precision: precision ?? 0 };
    }
    if (this.#peek() !== '' && 'hlL'.includes(this.#peek())) this.#at++;
    if (this.#peek() === '') return { message: 'incomplete format', before: read, inKey: false };
    const index = this.#at;
    return { ...read, type: this.#next(), index };
  }

  /** The text up to the parenthesis that closes the one at the start; undefined when none does. */
  #key(): string | undefined {
    const start = ++this.#at;
    for (let depth = 1; this.#at < this.#characters.length;) {
      const character = this.#next();
      if (character === '(') depth++;
      if (character === ')' && --depth === 0) return this.#characters.slice(start, this.#at - 1).join('');
    }
    return undefined;
  }

  #measure(limit: bigint): Measure | 'too big' {
    if (this.#peek() === '*') {
      this.#at++;
      return '*';
    }
    let digits = '';
    while (/^[0-9]$/.test(this.#peek())) digits += this.#next();
    if (digits === '') return undefined;
    return BigInt(digits) > limit ? 'too big' : Number(digits);
  }
}

const typeError = (message: string): EvaluationError => new EvaluationError('TypeError', message);

/** The arguments of a format: one value, or the items of a tuple, each used once. */
class Arguments {
  #items: readonly unknown[];
  #used = 0;
  readonly #source: unknown;

  constructor(source: unknown) {
    this.#source = source;
    this.#items = source instanceof Tuple ? source.items : [source];
  }

  next(): unknown {
    if (this.#used >= this.#items.length) throw typeError('not enough arguments for format string');
    return this.#items[this.#used++];
  }

  /** From here on the value of a key is the only argument. */
  select(key: string): void {
    this.#items = [selectKey(this.#source, key)];
    this.#used = 0;
  }

  requireMapping(): void {
    requireMapping(this.#source);
  }

  finish(): void {
    refuseUnused(this.#source, this.#items.length - this.#used);
  }

  /** The next argument as the value of a `*`. */
  star(limit: bigint): number {
    const value = this.next();
    if (!isInteger(value)) throw typeError('* wants int');
    const size = toBigInt(value);
    if (size > limit || size < -limit) {
      throw new EvaluationError('OverflowError', 'Python int too large to convert to C int');
    }
    return Number(size);
  }
}

const isInteger = (value: unknown): value is number | bigint | boolean =>
  typeof value === 'bigint' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isInteger(value));

const toBigInt = (value: number | bigint | boolean): bigint => BigInt(value);

/** `int(value)` for `%d`; undefined when Python has no such conversion. */
const truncate = (value: unknown): bigint | undefined => {
  if (isInteger(value)) return toBigInt(value);
  const float = value instanceof Float ? value.value : value;
  if (typeof float !== 'number') return undefined;
  if (Number.isNaN(float)) throw new EvaluationError('ValueError', 'cannot convert float NaN to integer');
  if (!Number.isFinite(float)) {
    throw new EvaluationError('OverflowError', 'cannot convert float infinity to integer');
  }
  return BigInt(Math.trunc(float));
};

const RADIX: Readonly<Record<string, number>> = { o: 8, x: 16, X: 16 };

const integerText = (value: unknown, { type, flags }: Conversion, precision: number | undefined): string => {
  const radix = RADIX[type];
  const integer = radix === undefined ? truncate(value) : isInteger(value) ? toBigInt(value) : undefined;
  if (integer === undefined) {
    const wanted = radix === undefined ? 'a real number' : 'an integer';
    throw typeError(`%${type} format: ${wanted} is required, not ${typeName(value)}`);
  }
  if (precision !== undefined && precision > LONGEST_INTEGER - 1) {
    throw new EvaluationError('OverflowError', 'precision too large');
  }
  const size = integer < 0n ? -integer : integer;
  const digits = radix === undefined ? repr(size) : size.toString(radix);
  const prefix = radix === undefined || !flags.includes('#') ? '' : radix === 8 ? '0o' : '0x';
  const text = `${integer < 0n ? '-' : ''}${prefix}${digits.padStart(precision ?? 0, '0')}`;
  return type === 'X' ? text.toUpperCase() : text;
};

const toFloat = (value: unknown): number => {
  if (value instanceof Float) return value.value;
  if (!isInteger(value)) {
    if (typeof value === 'number') return value;
    throw typeError(`must be real number, not ${typeName(value)}`);
  }
  const float = Number(value);
  if (!Number.isFinite(float))
    throw new EvaluationError('OverflowError', 'int too large to convert to float');
  return float;
};

const floatText = (value: unknown, { type, flags }: Conversion, precision: number | undefined): string => {
  const lower = type.toLowerCase() as 'e' | 'f' | 'g';
  const text = formatFloat(toFloat(value), lower, precision ?? 6, flags.includes('#'));
  return type === lower ? text : text.toUpperCase();
};

const characterText = (value: unknown): string => {
  if (typeof value === 'string' && Array.from(value).length === 1) return value;
  if (!isInteger(value)) throw typeError('%c requires int or char');
  const code = toBigInt(value);
  if (code < 0n || code > 0x10ffffn)
    throw new EvaluationError('OverflowError', '%c arg not in range(0x110000)');
  return String.fromCodePoint(Number(code));
};

/** Pads a number: the sign and prefix come before filling zeros and after filling spaces. */
const padNumber = (text: string, { flags, type }: Conversion, width: number): string => {
  let sign = '';
  let body = text;
  if (body.startsWith('-') || body.startsWith('+')) {
    sign = body.charAt(0);
    body = body.slice(1);
  } else if (flags.includes('+')) sign = '+';
  else if (flags.includes(' ')) sign = ' ';
  let prefix = '';
  if (flags.includes('#') && Object.hasOwn(RADIX, type)) {
    prefix = body.slice(0, 2);
    body = body.slice(2);
  }
  const missing = Math.max(0, width - sign.length - prefix.length - body.length);
  if (flags.includes('-')) return sign + prefix + body + ' '.repeat(missing);
  if (flags.includes('0')) return sign + prefix + '0'.repeat(missing) + body;
  return ' '.repeat(missing) + sign + prefix + body;
};

const padText = (text: string, { flags }: Conversion, width: number): string => {
  const missing = width === 0 ? 0 : Math.max(0, width - Array.from(text).length);
  return flags.includes('-') ? text + ' '.repeat(missing) : ' '.repeat(missing) + text;
};

const shorten = (text: string, precision: number | undefined): string =>
  precision === undefined || text.length <= precision ? text : Array.from(text).slice(0, precision).join('');

const unsupported = ({ type, index }: Conversion): EvaluationError => {
  const code = type.codePointAt(0) ?? 0;
  const shown = code > 31 && code < 128 ? type : '?';
  return new EvaluationError(
    'ValueError',
    `unsupported format character '${shown}' (0x${code.toString(16)}) at index ${String(index)}`,
  );
};

const convert = (
  conversion: Conversion,
  values: Arguments,
  width: number,
  precision: number | undefined,
): string => {
  const value = values.next();
  switch (conversion.type) {
    case 's':
      return padText(shorten(str(value), precision), conversion, width);
    case 'r':
      return padText(shorten(repr(value), precision), conversion, width);
    case 'a':
      return padText(shorten(ascii(value), precision), conversion, width);
    case 'c':
      return padText(characterText(value), conversion, width);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return padNumber(integerText(value, conversion, precision), conversion, width);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return padNumber(floatText(value, conversion, precision), conversion, width);
    default:
      throw unsupported(conversion);
  }
};

/** Takes the key and the stars of a conversion from the arguments, then converts unless it broke off. */
const apply = (conversion: Conversion, values: Arguments, isWhole: boolean): string => {
  if (conversion.key !== undefined) values.select(conversion.key);
  let { flags } = conversion;
  let width = conversion.width === '*' ? values.star(MAX_SIZE) : (conversion.width ?? 0);
  if (width < 0) {
    flags += '-';
    width = -width;
  }
  const starred =
    conversion.precision === '*' ? Math.max(0, values.star(MAX_PRECISION)) : conversion.precision;
  return isWhole ? convert({ ...conversion, flags }, values, width, starred) : '';
};

const TYPES = new Set('diuoxXeEfFgGcrsa');

const faultOf = ({ parts, fault }: Format): string | undefined => {
  if (fault !== undefined) return fault.message;
  for (const part of parts) {
    if (typeof part === 'string') continue;
    if (!TYPES.has(part.type)) return unsupported(part).message;
    if (part.width === '*' || part.precision === '*') return 'a width or precision of * has no value to take';
  }
  return undefined;
};

/**
 * Reads a `%` format of any form. Reading never fails: what Python would raise is raised when it is filled in.
 * @parity CPython 3.11 unicodeobject.c PyUnicode_Format — same
 */
export const readFormat = (format: string): Template => {
  const read: Format = format.includes('%')
    ? new FormatReader(format).read()
    : { parts: format === '' ? [] : [format], fault: undefined };
  const keys = new Set<string>();
  for (const part of read.parts) if (typeof part !== 'string' && part.key !== undefined) keys.add(part.key);
  return {
    keys: [...keys],
    simple: undefined,
    fault: faultOf(read),
    fill: (source) => {
      const values = new Arguments(source);
      let out = '';
      for (const part of read.parts) out += typeof part === 'string' ? part : apply(part, values, true);
      if (read.fault !== undefined) {
        if (read.fault.inKey) values.requireMapping();
        if (read.fault.before !== undefined) apply(read.fault.before, values, false);
        throw new EvaluationError('ValueError', read.fault.message);
      }
      values.finish();
      return out;
    },
  };
};
