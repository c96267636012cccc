import { EvaluationError } from '../errors.ts';
import { Complex } from './complex.ts';
import { Float } from './values.ts';

/** A number and where its text ends. */
export interface NumberLiteral {
  readonly value: number | bigint | Float | Complex;
  readonly end: number;
}

const RADIX = /0(?:[xX](?:_?[0-9a-fA-F])+|[oO](?:_?[0-7])+|[bB](?:_?[01])+)/y;
const DECIMAL = /(?:[0-9](?:_?[0-9])*)?(?:\.(?:[0-9](?:_?[0-9])*)?)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?[jJ]?/y;
const WORD = /[A-Za-z0-9_\u0080-\uffff]/;
/** Words that may follow a number without a space. */
const MAY_FOLLOW = /(?:and|else|for|if|in|is|or|not)/y;
const MAX_DIGITS = 4300;

const invalid = (kind: string): EvaluationError =>
  new EvaluationError('SyntaxError', `invalid ${kind} literal`);

const matchAt = (pattern: RegExp, source: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
};

const integer = (digits: string): number | bigint => {
  const value = BigInt(digits);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

const decimalValue = (text: string): NumberLiteral['value'] => {
  const digits = text.replaceAll('_', '');
  if (/[jJ]$/.test(digits)) return new Complex(0, Number(digits.slice(0, -1)));
  if (/[.eE]/.test(digits)) return new Float(Number(digits));
  if (/^0+[1-9]/.test(digits)) {
    throw new EvaluationError('SyntaxError', 'leading zeros in decimal integer literals are not permitted');
  }
  if (digits.length > MAX_DIGITS) {
    throw new EvaluationError('SyntaxError', 'Exceeds the limit (4300 digits) for integer string conversion');
  }
  return integer(digits);
};

/**
 * Reads the number at a place of a Python expression.
 * @throws EvaluationError (SyntaxError) when the number is malformed or runs into a word
 */
export const readNumber = (source: string, start: number): NumberLiteral => {
  const prefixed = /^0[xXoObB]/.test(source.slice(start, start + 2));
  const text = matchAt(prefixed ? RADIX : DECIMAL, source, start);
  if (text === undefined) throw invalid('integer');
  const end = start + text.length;
  const follows = source[end] ?? '';
  if (WORD.test(follows) && matchAt(MAY_FOLLOW, source, end) === undefined) throw invalid('decimal');
  const sign = /[eE]/.test(follows) && /[+-]/.test(source[end + 1] ?? '');
  if (sign) throw invalid('decimal');
  return { value: prefixed ? integer(text.replaceAll('_', '')) : decimalValue(text), end };
};
