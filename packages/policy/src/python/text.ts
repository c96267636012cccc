import { EvaluationError } from '../errors.ts';
import { floatRepr } from './float.ts';
import { entriesOf, Float, Opaque, Tuple } from './values.ts';

/** Python refuses to write longer integers in decimal. */
const MAX_INTEGER_DIGITS = 4300;

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/u;
const NEEDS_ESCAPE = /[\\'"]|[^ -~]/;
const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\\', '\\\\'],
]);

const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0');

const escapeCode = (code: number): string => {
  if (code < 0x100) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
};

const quoteFor = (text: string): string => (text.includes("'") && !text.includes('"') ? '"' : "'");

/** Python's repr of a str. */
const reprString = (text: string): string => {
  if (!NEEDS_ESCAPE.test(text)) return `'${text}'`;
  const quote = quoteFor(text);
  let out = quote;
  for (const character of text) {
    if (character === quote) out += `\\${character}`;
    else if (NAMED_ESCAPES.has(character)) out += NAMED_ESCAPES.get(character) ?? '';
    else if (character !== ' ' && UNPRINTABLE.test(character))
      out += escapeCode(character.codePointAt(0) ?? 0);
    else out += character;
  }
  return out + quote;
};

const reprBytes = (bytes: Uint8Array): string => {
  const text = String.fromCharCode(...bytes);
  const quote = quoteFor(text);
  let out = `b${quote}`;
  for (const character of text) {
    if (character === quote) out += `\\${character}`;
    else if (NAMED_ESCAPES.has(character)) out += NAMED_ESCAPES.get(character) ?? '';
    else if (character < ' ' || character > '~') out += escapeCode(character.charCodeAt(0));
    else out += character;
  }
  return out + quote;
};

const reprInteger = (value: number | bigint): string => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  const text = BigInt(value).toString();
  if (text.length > MAX_INTEGER_DIGITS && text.replace('-', '').length > MAX_INTEGER_DIGITS) {
    throw new EvaluationError(
      'ValueError',
      'Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit',
    );
  }
  return text;
};

const reprAll = (values: Iterable<unknown>): string => Array.from(values, repr).join(', ');

const reprDict = (dict: object): string => {
  const entries = Array.from(entriesOf(dict), ([key, value]) => `${repr(key)}: ${repr(value)}`);
  return `{${entries.join(', ')}}`;
};

const reprObject = (value: object): string => {
  if (Array.isArray(value)) return `[${reprAll(value)}]`;
  if (value instanceof Float) return floatRepr(value.value);
  if (value instanceof Tuple) return `(${reprAll(value.items)}${value.items.length === 1 ? ',' : ''})`;
  if (value instanceof Opaque) return value.representation;
  if (value instanceof Set) return value.size === 0 ? 'set()' : `{${reprAll(value)}}`;
  if (value instanceof Uint8Array) return reprBytes(value);
  return reprDict(value);
};

/**
 * What Python's `repr` writes for a value.
 * @throws EvaluationError (ValueError) for an int of more than 4,300 digits
 * @parity CPython 3.11 repr — same, with the printable characters of the running Node's Unicode version
 */
export const repr = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return reprString(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return reprInteger(value);
    case 'number':
      return Number.isInteger(value) ? reprInteger(value) : floatRepr(value);
    case 'object':
      return value === null ? 'None' : reprObject(value);
    case 'undefined':
      return 'None';
    default:
      return `<${typeof value}>`;
  }
};

/** What Python's `str` writes for a value: the text itself for a str, otherwise its {@link repr}. */
export const str = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return value instanceof Opaque ? value.text : repr(value);
};

/** What Python's `ascii` writes for a value: its {@link repr} with every character above U+007E escaped. */
export const ascii = (value: unknown): string =>
  repr(value).replace(/[^\0-~]/gu, (character) => escapeCode(character.codePointAt(0) ?? 0));
