import { strip } from '../ini/whitespace.ts';

/** Digits beyond which Python refuses to read an integer. */
export const MAXIMUM_DIGITS = 4300;

/**
 * `text` with every decimal digit of any script replaced by its ASCII digit. Decimal digits come in runs of ten
 * that start at a multiple of ten from the run's zero, so the nearest digit before which there is none is zero.
 */
const asciiDigits = (text: string): string =>
  text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    // The mathematical digits are five runs without a gap, from U+1D7CE.
    if (code >= 0x1d7ce && code <= 0x1d7ff) return String((code - 0x1d7ce) % 10);
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
    return String(value);
  });

/**
 * The integer that `text` says, or `undefined`: decimal digits of any script with an optional sign, single
 * underscores between digits, white space around.
 * @parity Python 3.11 int(str) — same; more than {@link MAXIMUM_DIGITS} digits are refused there by another message
 */
export const readInteger = (text: string): bigint | undefined => {
  const digits = asciiDigits(strip(text));
  if (!/^[+-]?[0-9]+(?:_[0-9]+)*$/u.test(digits)) return undefined;
  const plain = digits.replaceAll('_', '').replace(/^\+/u, '');
  return plain.length > MAXIMUM_DIGITS + 1 ? undefined : BigInt(plain);
};

const FLOAT =
  /^[+-]?(?:[0-9]+(?:_[0-9]+)*(?:\.(?:[0-9]+(?:_[0-9]+)*)?)?|\.[0-9]+(?:_[0-9]+)*)(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?$/u;

/**
 * The number that `text` says, or `undefined`: also `inf`, `infinity` and `nan` in any case, with a sign; never
 * hexadecimal.
 * @parity Python 3.11 float(str) — same
 */
export const readFloat = (text: string): number | undefined => {
  const plain = asciiDigits(strip(text));
  const word = /^([+-]?)(inf|infinity|nan)$/iu.exec(plain);
  if (word !== null) {
    if (word[2]?.toLowerCase() === 'nan') return Number.NaN;
    return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return FLOAT.test(plain) ? Number(plain.replaceAll('_', '')) : undefined;
};
