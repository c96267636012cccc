/** Digits of a positive finite number in decimal: its value is `0.DIGITS × 10^point`. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

const view = new DataView(new ArrayBuffer(8));

/** A positive finite number as the exact fraction `numerator / 2^shift`. */
const exactFraction = (value: number): { numerator: bigint; shift: bigint } => {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  return exponent >= 0
    ? { numerator: mantissa << BigInt(exponent), shift: 0n }
    : { numerator: mantissa, shift: BigInt(-exponent) };
};

/** `numerator × 10^scale / 2^shift` rounded to an integer, ties to even. */
const scaleAndRound = (numerator: bigint, shift: bigint, scale: number): bigint => {
  let [top, bottom] = [numerator, 1n << shift];
  if (scale >= 0) top *= 10n ** BigInt(scale);
  else bottom *= 10n ** BigInt(-scale);
  const quotient = top / bottom;
  const twice = (top % bottom) * 2n;
  return twice > bottom || (twice === bottom && quotient % 2n === 1n) ? quotient + 1n : quotient;
};

/** The decimal with the given count of digits after the point, correctly rounded. */
const fixedDigits = (value: number, places: number): string => {
  const { numerator, shift } = exactFraction(value);
  const digits = scaleAndRound(numerator, shift, places)
    .toString()
    .padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
};

/** The given count of significant digits, correctly rounded. */
const significantDigits = (value: number, count: number): Decimal => {
  if (value === 0) return { digits: '0'.repeat(count), point: 1 };
  const { numerator, shift } = exactFraction(value);
  let exponent = Math.floor(Math.log10(value));
  for (;;) {
    const digits = scaleAndRound(numerator, shift, count - 1 - exponent).toString();
    if (digits.length === count) return { digits, point: exponent + 1 };
    exponent += digits.length > count ? 1 : -1;
  }
};

const exponentText = (exponent: number): string =>
  `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;

const scientific = (value: number, places: number, keepPoint: boolean): string => {
  const { digits, point } = significantDigits(value, places + 1);
  const fraction = digits.slice(1);
  return `${digits[0] ?? ''}${fraction || keepPoint ? '.' : ''}${fraction}${exponentText(point - 1)}`;
};

const general = (value: number, precision: number, keepZeros: boolean): string => {
  const count = precision || 1;
  const { digits, point } = significantDigits(value, count);
  const exponent = value === 0 ? 0 : point - 1;
  const isScientific = exponent < -4 || exponent >= count;
  let text: string;
  if (isScientific) text = `${digits[0] ?? ''}.${digits.slice(1)}`;
  else if (exponent < 0) text = `0.${'0'.repeat(-exponent - 1)}${digits}`;
  else text = `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
  if (!keepZeros) text = text.replace(/\.?0*$/, '');
  return isScientific ? text + exponentText(exponent) : text;
};

const signOf = (value: number): string => (value < 0 || Object.is(value, -0) ? '-' : '');

/**
 * Formats a float with `e`, `f` or `g`, as C's printf does with correct rounding.
 * @param alternate keep the point and trailing zeros (`#`)
 * @parity CPython 3.11 PyOS_double_to_string — same
 */
export const formatFloat = (
  value: number,
  type: 'e' | 'f' | 'g',
  precision: number,
  alternate: boolean,
): string => {
  if (Number.isNaN(value)) return 'nan';
  const sign = signOf(value);
  const size = Math.abs(value);
  if (size === Infinity) return `${sign}inf`;
  if (type === 'e') return sign + scientific(size, precision, alternate);
  if (type === 'g') return sign + general(size, precision, alternate);
  const text = fixedDigits(size, precision);
  return sign + (alternate && precision === 0 ? `${text}.` : text);
};

/**
 * The shortest text that reads back as the same float, as Python's repr writes it.
 * @param pointZero write `5.0` rather than `5`
 */
export const floatRepr = (value: number, pointZero = true): string => {
  if (Number.isNaN(value)) return 'nan';
  const sign = signOf(value);
  const size = Math.abs(value);
  if (size === Infinity) return `${sign}inf`;
  const [mantissa = '', power = '0'] = size.toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits[0] ?? ''}${fraction}${exponentText(exponent)}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return `${sign}${whole}${fraction ? `.${fraction}` : pointZero ? '.0' : ''}`;
};
