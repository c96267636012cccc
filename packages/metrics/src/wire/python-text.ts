import { pythonFloat } from '../exposition/numbers.ts';
import { isPrintable } from './printable.ts';
import { PythonFloat, PythonInteger, type PythonObject, type PythonValue } from './python-json.ts';

const floatText = (value: number): string => {
  if (Number.isFinite(value)) return pythonFloat(value);
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
};

const SHORT: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = (character: string): string => {
  const codePoint = character.codePointAt(0) ?? 0;
  if (isPrintable(codePoint)) return character;
  const hex = codePoint.toString(16);
  if (codePoint < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return codePoint < 0x1_0000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
};

const stringText = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = quote;
  for (const character of text) {
    result += character === quote ? `\\${quote}` : (SHORT[character] ?? escaped(character));
  }
  return result + quote;
};

const objectText = (object: PythonObject): string => {
  const members = [...object].map(([key, value]) => `${stringText(key)}: ${pythonRepr(value)}`);
  return `{${members.join(', ')}}`;
};

/**
 * @returns `repr(value)`
 * @parity Python 3.11 repr of what json.loads answers — same
 */
export const pythonRepr = (value: PythonValue): string => {
  if (value === null) return 'None';
  if (typeof value === 'string') return stringText(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof PythonInteger) return value.exact.toString();
  if (value instanceof PythonFloat) return floatText(value.value);
  if (value instanceof Map) return objectText(value);
  return `[${(value as readonly PythonValue[]).map(pythonRepr).join(', ')}]`;
};

/** @returns `str(value)`: what a label says */
export const pythonStr = (value: PythonValue): string =>
  typeof value === 'string' ? value : pythonRepr(value);
