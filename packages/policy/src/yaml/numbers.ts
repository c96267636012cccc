import { EvaluationError } from '../errors.ts';
import { Float } from '../python/values.ts';

const DIGITS: Readonly<Record<number, RegExp>> = {
  2: /^([+-]?)(?:0b)?([01]+)$/i,
  8: /^([+-]?)(?:0o)?([0-7]+)$/i,
  10: /^([+-]?)([0-9]+)$/,
  16: /^([+-]?)(?:0x)?([0-9a-f]+)$/i,
};
const PREFIXES: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };
const FLOAT = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/;
const NAMED_FLOAT = /^([+-]?)(inf|infinity|nan)$/;

/** Python's `int(text, base)`. */
const parseInteger = (text: string, base: number): bigint => {
  const match = DIGITS[base]?.exec(text.trim());
  if (match?.[2] === undefined) throw new EvaluationError('ValueError', `invalid literal for int(): ${text}`);
  const size = BigInt((PREFIXES[base] ?? '') + match[2]);
  return match[1] === '-' ? -size : size;
};

/** Python's `float(text)` for text in lower case. */
const parseFloatText = (text: string): number => {
  const trimmed = text.trim();
  const named = NAMED_FLOAT.exec(trimmed);
  if (named !== null) return named[2] === 'nan' ? NaN : named[1] === '-' ? -Infinity : Infinity;
  if (!FLOAT.test(trimmed))
    throw new EvaluationError('ValueError', `could not convert string to float: ${text}`);
  return Number(trimmed);
};

const splitSign = (text: string): { sign: 1 | -1; digits: string } => {
  if (text === '') throw new EvaluationError('IndexError', 'string index out of range');
  const sign = text.startsWith('-') ? -1 : 1;
  return { sign, digits: /^[+-]/.test(text) ? text.slice(1) : text };
};

const toNumber = (value: bigint): number | bigint => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

/**
 * The int of a YAML 1.1 scalar: binary, octal, hexadecimal, decimal or base 60, with underscores.
 * @throws EvaluationError ValueError or IndexError where Python does
 */
export const readInteger = (text: string): number | bigint => {
  const { sign, digits } = splitSign(text.replaceAll('_', ''));
  const signed = (value: bigint): number | bigint => toNumber(sign === 1 ? value : -value);
  if (digits === '0') return 0;
  if (digits.startsWith('0b')) return signed(parseInteger(digits.slice(2), 2));
  if (digits.startsWith('0x')) return signed(parseInteger(digits.slice(2), 16));
  if (digits === '') throw new EvaluationError('IndexError', 'string index out of range');
  if (digits.startsWith('0')) return signed(parseInteger(digits, 8));
  if (!digits.includes(':')) return signed(parseInteger(digits, 10));
  const parts = digits.split(':').map((part) => parseInteger(part, 10));
  return signed(parts.reduce((total, part) => total * 60n + part, 0n));
};

/**
 * The float of a YAML 1.1 scalar: decimal, base 60, `.inf` or `.nan`, with underscores.
 * @throws EvaluationError ValueError or IndexError where Python does
 */
export const readFloat = (text: string): Float => {
  const { sign, digits } = splitSign(text.replaceAll('_', '').toLowerCase());
  if (digits === '.inf') return new Float(sign * Infinity);
  if (digits === '.nan') return new Float(NaN);
  if (!digits.includes(':')) return new Float(sign * parseFloatText(digits));
  let [value, base] = [0, 1];
  for (const part of digits.split(':').map(parseFloatText).reverse()) {
    value += part * base;
    base *= 60;
  }
  return new Float(sign * value);
};
