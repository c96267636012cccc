import { KeyError } from '../errors.ts';
import { byCodePoints } from '../creation/creation.ts';
import { pythonStr } from './python-text.ts';

/** What a key generator knows of the function whose calls it names. */
export interface KeyedFunction {
  /** The Python module, or whatever stands for it. */
  readonly module: string;
  readonly name: string;
  /** Names of its parameters; a first `self` or `cls` is left out of keys. */
  readonly parameters?: readonly string[];
  /** Values of parameters that have one. */
  readonly defaults?: Readonly<Record<string, unknown>>;
}

/** Makes a key of the arguments of one call. */
export type KeyGenerator = (args: readonly unknown[], keywords?: Readonly<Record<string, unknown>>) => string;

/** Makes one key per argument. */
export type MultiKeyGenerator = (
  args: readonly unknown[],
  keywords?: Readonly<Record<string, unknown>>,
) => readonly string[];

/** How an argument is written in a key. */
export type ToText = (argument: unknown) => string;

const prefixOf = ({ module, name }: KeyedFunction, namespace: string | undefined): string =>
  namespace === undefined ? `${module}:${name}` : `${module}:${name}|${namespace}`;

const bindsFirst = ({ parameters = [] }: KeyedFunction): boolean =>
  parameters[0] === 'self' || parameters[0] === 'cls';

const refuseKeywords = (keywords: Readonly<Record<string, unknown>> = {}): void => {
  if (Object.keys(keywords).length === 0) return;
  throw new KeyError("dogpile.cache's default key creation function does not accept keyword arguments.");
};

/**
 * `module:name|namespace|` and the arguments joined by blanks. Arguments that are written alike share a key.
 * @parity dogpile.cache 1.5 util.py function_key_generator — same
 */
export const dogpileKeys = (
  keyed: KeyedFunction,
  namespace?: string,
  toText: ToText = pythonStr,
): KeyGenerator => {
  const prefix = prefixOf(keyed, namespace);
  const skipped = bindsFirst(keyed) ? 1 : 0;
  return (args, keywords) => {
    refuseKeywords(keywords);
    return `${prefix}|${args.slice(skipped).map(toText).join(' ')}`;
  };
};

/**
 * One key of that form per argument.
 * @parity dogpile.cache 1.5 util.py function_multi_key_generator — same
 */
export const dogpileMultiKeys = (
  keyed: KeyedFunction,
  namespace?: string,
  toText: ToText = pythonStr,
): MultiKeyGenerator => {
  const prefix = prefixOf(keyed, namespace);
  const skipped = bindsFirst(keyed) ? 1 : 0;
  return (args, keywords) => {
    refuseKeywords(keywords);
    return args.slice(skipped).map((argument) => `${prefix}|${toText(argument)}`);
  };
};

/**
 * The same with keyword arguments and defaults: values in the alphabetical order of the parameters' names.
 * @parity dogpile.cache 1.5 util.py kwarg_function_key_generator — same
 */
export const dogpileKeywordKeys = (
  keyed: KeyedFunction,
  namespace?: string,
  toText: ToText = pythonStr,
): KeyGenerator => {
  const prefix = prefixOf(keyed, namespace);
  const { parameters = [], defaults = {} } = keyed;
  const skipped = bindsFirst(keyed) ? 1 : 0;
  return (args, keywords = {}) => {
    const values = new Map<string, unknown>();
    for (const [index, argument] of args.entries()) {
      if (index < skipped) continue;
      const parameter = parameters[index];
      if (parameter === undefined) throw new KeyError('list index out of range');
      values.set(parameter, argument);
    }
    for (const [name, value] of Object.entries(keywords)) values.set(name, value);
    for (const [name, value] of Object.entries(defaults)) if (!values.has(name)) values.set(name, value);
    const sorted = [...values.keys()].sort(byCodePoints);
    return `${prefix}|${sorted.map((name) => toText(values.get(name))).join(' ')}`;
  };
};
