/** How numbers are written. */
export type NumberStyle = 'plain' | 'python';

/** @returns a number in the shortest form that both text formats take */
export const plainNumber = (value: number): string => {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
};

/**
 * @returns a number as Python writes it, `repr(float(value))`: exponents from 1e16 on and below 1e-4, and a point in
 *   every number without one
 */
export const pythonFloat = (value: number): string => {
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size >= 1e16 || (size < 1e-4 && size > 0)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    const sign = exponent.startsWith('-') ? '-' : '+';
    return `${digits}e${sign}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
};

/**
 * @returns a number as Python's client writes it
 * @parity prometheus_client 0.16.0 utils.py floatToGoString — same, with its `e+010` from 1e10 on
 */
export const pythonNumber = (value: number): string => {
  if (!Number.isFinite(value)) return plainNumber(value);
  const text = pythonFloat(value);
  const point = text.indexOf('.');
  if (value > 0 && point > 6) {
    const digits = `${text.slice(0, 1)}.${text.slice(1, point)}${text.slice(point + 1)}`;
    return `${digits.replace(/[0.]+$/u, '')}e+0${String(point - 1)}`;
  }
  return text;
};

/** @returns a bucket's bound: the same text in every format, so that a series keeps its name whichever is asked for */
export const bound = (value: number): string => pythonNumber(value);
