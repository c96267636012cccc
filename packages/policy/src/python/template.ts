import { EvaluationError } from '../errors.ts';
import { requirePython } from './parts.ts';
import { repr, str } from './text.ts';
import { getKey, Tuple, typeName } from './values.ts';

/** A format that only holds text and `%(key)s`: keys stand at the odd places. */
export type SimpleFormat = readonly string[];

/** A match of a check, ready to be filled in from targets. */
export interface Template {
  /** The keys it takes from the target, in order, without repetitions. */
  readonly keys: readonly string[];
  /** Set when the format holds nothing but text and plain `%(key)s`. */
  readonly simple: SimpleFormat | undefined;
  /** Set when the format fails for every mapping that has all the keys; says how. */
  readonly fault: string | undefined;
  /**
   * Python's `format % source`.
   * @throws EvaluationError KeyError for a missing key, TypeError, ValueError or OverflowError as Python does
   */
  fill(source: unknown): string;
}

/** The types Python treats as something to look keys up in, whether or not that works. */
const LOOKED_UP = new Set(['dict', 'list', 'bytes']);

const typeError = (message: string): EvaluationError => new EvaluationError('TypeError', message);

/** A key needs something with keys, or at least indices. */
export const requireMapping = (source: unknown): void => {
  if (!LOOKED_UP.has(typeName(source))) throw typeError('format requires a mapping');
};

/** The value of a key of what a format is filled in from. */
export const selectKey = (source: unknown, key: string): unknown => {
  requireMapping(source);
  const type = typeName(source);
  if (type === 'list') throw typeError('list indices must be integers or slices, not str');
  if (type === 'bytes') throw typeError('byte indices must be integers or slices, not str');
  const value = getKey(source as object, key);
  if (value === undefined) throw new EvaluationError('KeyError', repr(key));
  return value;
};

/** Python complains about arguments no one used, except when they could have been looked up by key. */
export const refuseUnused = (source: unknown, unused: number): void => {
  if (unused > 0 && !LOOKED_UP.has(typeName(source))) {
    throw typeError('not all arguments converted during string formatting');
  }
};

/** Where the key that starts at a place ends: at the parenthesis that closes it. */
const endOfKey = (format: string, start: number): number | undefined => {
  for (let [at, depth] = [start, 1]; at < format.length; at++) {
    if (format[at] === '(') depth++;
    if (format[at] === ')' && --depth === 0) return at;
  }
  return undefined;
};

/** Texts and keys of a format that holds nothing else; undefined for any other format. */
const readSimple = (format: string): SimpleFormat | undefined => {
  const parts: string[] = [];
  let text = '';
  for (let at = 0; at < format.length; at++) {
    if (format[at] !== '%') {
      text += format.charAt(at);
    } else if (format[at + 1] === '%') {
      text += '%';
      at++;
    } else {
      const end = format[at + 1] === '(' ? endOfKey(format, at + 2) : undefined;
      if (end === undefined || format[end + 1] !== 's') return undefined;
      parts.push(text, format.slice(at + 2, end));
      text = '';
      at = end + 1;
    }
  }
  return [...parts, text];
};

const fillParts = (parts: SimpleFormat, source: unknown): string => {
  let text = parts[0] ?? '';
  for (let at = 1; at < parts.length; at += 2) {
    text += str(selectKey(source, parts[at] ?? '')) + (parts[at + 1] ?? '');
  }
  if (parts.length === 1) refuseUnused(source, source instanceof Tuple ? source.items.length : 1);
  return text;
};

/**
 * Reads a `%` format. Reading never fails: what Python would raise is raised when it is filled in.
 * @throws PythonPartsMissingError (ERR_POLICY_PYTHON_PARTS_MISSING) for a format that is more than text and
 *   `%(key)s` while the rest has not been fetched
 * @parity CPython 3.11 unicodeobject.c PyUnicode_Format — same
 */
export const compileTemplate = (format: string): Template => {
  const simple = readSimple(format);
  if (simple === undefined) return requirePython(`the format ${JSON.stringify(format)}`).readFormat(format);
  const keys = [...new Set(simple.filter((_, at) => at % 2 === 1))];
  return { keys, simple, fault: undefined, fill: (source) => fillParts(simple, source) };
};
