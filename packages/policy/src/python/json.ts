import { EvaluationError } from '../errors.ts';
import { floatRepr } from './float.ts';
import { str } from './text.ts';
import { entriesOf, Float, Opaque, Tuple, typeName } from './values.ts';

/** A text as Python's `json.dumps` writes it: in ASCII. */
export const quoteJson = (text: string): string =>
  JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const floatText = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? floatRepr(value) : value > 0 ? 'Infinity' : '-Infinity';
};

const keyText = (key: unknown): string => {
  if (key === null || typeof key === 'boolean') return quoteJson(String(key));
  return quoteJson(str(key));
};

/**
 * Writes a value as Python's `json.dumps` does: ASCII, with a space after commas and colons.
 * @throws EvaluationError (TypeError) for a value JSON has no form for
 */
export const dumpJson = (value: unknown): string => {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return quoteJson(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Float) return floatText(value.value);
  if (Array.isArray(value) || value instanceof Tuple) {
    const items: readonly unknown[] = value instanceof Tuple ? value.items : value;
    return `[${items.map(dumpJson).join(', ')}]`;
  }
  const type = typeName(value);
  if (type === 'int') return str(value);
  if (type === 'float') return floatText(value as number);
  if (type !== 'dict' || value instanceof Opaque) {
    throw new EvaluationError('TypeError', `Object of type ${type} is not JSON serializable`);
  }
  const entries = Array.from(entriesOf(value), ([key, item]) => `${keyText(key)}: ${dumpJson(item)}`);
  return `{${entries.join(', ')}}`;
};
