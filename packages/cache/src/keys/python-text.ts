const escapeOf = (unit: string): string => {
  switch (unit) {
    case '\\':
      return '\\\\';
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    default: {
      const point = unit.codePointAt(0) ?? 0;
      if (point < 0x100) return `\\x${point.toString(16).padStart(2, '0')}`;
      if (point < 0x1_0000) return `\\u${point.toString(16).padStart(4, '0')}`;
      return `\\U${point.toString(16).padStart(8, '0')}`;
    }
  }
};

/** Python escapes what Unicode calls other or separator, but not the blank. */
const UNPRINTABLE = /[\\\p{C}\p{Z}]/gu;

const quote = (text: string): string => {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(UNPRINTABLE, (unit) => (unit === ' ' ? ' ' : escapeOf(unit)));
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
};

const PYTHON_EXPONENT_FROM = 1e16;
const PYTHON_EXPONENT_BELOW = 1e-4;

/** A float as Python writes it: the shortest digits, with an exponent from 1e16 and below 0.0001. */
const floatText = (value: number): string => {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size >= PYTHON_EXPONENT_FROM || size < PYTHON_EXPONENT_BELOW)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    const sign = exponent.startsWith('-') ? '-' : '+';
    return `${digits}e${sign}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
};

/** A float that Python would write with a fraction although it has none, such as `2.0`. */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

const numberText = (value: number): string => {
  if (Number.isInteger(value) && !Object.is(value, -0)) {
    return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
  }
  return floatText(value);
};

/**
 * What Python's `repr` writes for the equivalent value: `None`, `True`, `'text'`, `[1, 2]`, `{'a': 1}`.
 * Objects of classes are written by their `toString`.
 */
export const pythonRepr = (value: unknown): string => {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return numberText(value);
  if (value instanceof PythonFloat) return floatText(value.value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (value instanceof Set) {
    return value.size === 0 ? 'set()' : `{${Array.from(value, pythonRepr).join(', ')}}`;
  }
  if (typeof value === 'object') {
    const isPlain =
      Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null;
    if (value instanceof Map || isPlain) {
      const pairs: readonly (readonly [unknown, unknown])[] =
        value instanceof Map ? [...(value as ReadonlyMap<unknown, unknown>)] : Object.entries(value);
      return `{${pairs.map(([key, item]) => `${pythonRepr(key)}: ${pythonRepr(item)}`).join(', ')}}`;
    }
  }
  // Objects of classes: what their own toString says.
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- as Python's str() does for its own
  return String(value);
};

/** What Python's `str` writes for the equivalent value: a string as it is, anything else as `repr`. */
export const pythonStr = (value: unknown): string => (typeof value === 'string' ? value : pythonRepr(value));
