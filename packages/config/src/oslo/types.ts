import { readBoolean } from '../kinds/boolean-words.ts';
import { readHost } from '../kinds/host-address.ts';
import { MAXIMUM_DIGITS, readFloat, readInteger } from '../kinds/numbers.ts';
import { splitDict, splitList, splitQuotedList, stripTrailingCommas } from '../kinds/separated.ts';
import { checkUri } from '../kinds/uri-reference.ts';
import { strip } from '../ini/whitespace.ts';
import { OsloError } from './errors.ts';
import { equals, formatG, isNumeric, repr, reprText, str, type PythonValue } from './python.ts';

/** Bounds and choices of a type; what does not apply to it is absent. */
export interface TypeLimits {
  readonly choices?: readonly PythonValue[] | undefined;
  readonly min?: bigint | number | undefined;
  readonly max?: bigint | number | undefined;
}

/** One of oslo.config's value types. */
export interface OsloType {
  /** Python's `repr` of the type, which is also what tells two types apart. */
  readonly repr: string;
  /** The value for one that was read or declared. @throws OsloError of kind ValueError, mostly */
  readonly convert: (value: PythonValue) => PythonValue;
}

const fail = (message: string): never => {
  throw new OsloError('ValueError', message);
};

const typeName = (value: PythonValue): string => {
  if (value === null) return 'NoneType';
  if (value instanceof Map) return 'dict';
  if (Array.isArray(value)) return 'list';
  return { string: 'str', boolean: 'bool', bigint: 'int', number: 'float' }[typeof value as 'string'];
};

/** `value` as text, where Python would call a method that only a string has. */
const asText = (value: PythonValue, method: string): string => {
  if (typeof value === 'string') return value;
  throw new OsloError('AttributeError', `'${typeName(value)}' object has no attribute '${method}'`);
};

/** `value` as text, where Python would hand it to something that takes only a string. */
const onlyText = (value: PythonValue): string => {
  if (typeof value === 'string') return value;
  throw new OsloError('TypeError', `expected string or bytes-like object, got '${typeName(value)}'`);
};

/** A string, one of `choices` where given. @parity oslo.config 9.0.0 types.py String — same */
export const stringType = ({ choices }: TypeLimits = {}): OsloType => ({
  repr: choices === undefined ? 'String' : `String(choices=${repr(choices)})`,
  convert: (value) => {
    const text = str(value);
    if (choices === undefined || choices.includes(text)) return text;
    return fail(`Valid values are [${choices.map(str).join(', ')}], but found ${reprText(text)}`);
  },
});

/** The item type of a multi-valued option: differs from a string only in being another class. */
export const multiStringType = (): OsloType => ({ repr: 'String', convert: str });

/** @parity oslo.config 9.0.0 types.py Boolean — same */
export const booleanType = (): OsloType => ({
  repr: 'Boolean',
  convert: (value) => {
    if (typeof value === 'boolean') return value;
    return readBoolean(asText(value, 'lower')) ?? fail(`Unexpected boolean value ${repr(value)}`);
  },
});

const toInteger = (value: PythonValue): bigint | boolean => {
  if (typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(Math.trunc(value));
  if (typeof value !== 'string') {
    throw new OsloError(
      'TypeError',
      `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
    );
  }
  const read = readInteger(value);
  if (read !== undefined) return read;
  const digits = /^[+-]?([0-9_]+)$/u.exec(strip(value))?.[1]?.replaceAll('_', '').length ?? 0;
  // CPython prints at most 200 characters here.
  const shown = Array.from(reprText(value)).slice(0, 200).join('');
  if (digits <= MAXIMUM_DIGITS) return fail(`invalid literal for int() with base 10: ${shown}`);
  return fail(
    `Exceeds the limit (${String(MAXIMUM_DIGITS)} digits) for integer string conversion: value has ${String(digits)} digits; ` +
      'use sys.set_int_max_str_digits() to increase the limit',
  );
};

const toFloat = (value: PythonValue): number => {
  if (isNumeric(value)) return Number(value);
  if (typeof value !== 'string') {
    throw new OsloError(
      'TypeError',
      `float() argument must be a string or a real number, not '${typeName(value)}'`,
    );
  }
  return readFloat(value) ?? fail(`could not convert string to float: ${repr(value)}`);
};

const asNumber = (value: bigint | number): number => {
  const number = Number(value);
  if (typeof value === 'bigint' && !Number.isFinite(number)) {
    throw new OsloError('OverflowError', 'int too large to convert to float');
  }
  return number;
};

const isBelow = (value: bigint | number | boolean, bound: bigint | number | undefined): boolean =>
  bound !== undefined && (typeof value === 'boolean' ? Number(value) : value) < bound;

const isAbove = (value: bigint | number | boolean, bound: bigint | number | undefined): boolean =>
  bound !== undefined && (typeof value === 'boolean' ? Number(value) : value) > bound;

/** Refuses limits that contradict each other, as declaring the option would. */
const checkLimits = ({ min, max, choices }: TypeLimits): void => {
  if (min !== undefined && max !== undefined && max < min) fail('Max value is less than min value');
  const outside = (choices ?? []).filter((choice) => {
    if (!isNumeric(choice)) {
      const bound = typeName(min ?? max ?? null);
      throw new OsloError(
        'TypeError',
        `'>' not supported between instances of '${bound}' and '${typeName(choice)}'`,
      );
    }
    return isBelow(choice, min) || isAbove(choice, max);
  });
  if (outside.length > 0)
    fail(`Choices ${repr(outside)} are out of bounds [${str(min ?? null)}..${str(max ?? null)}]`);
};

const numberType = (
  name: 'Integer' | 'Float' | 'Port',
  limits: TypeLimits,
  toNumber: (value: PythonValue) => bigint | number | boolean,
): OsloType => {
  checkLimits(limits);
  const { min, max, choices } = limits;
  const details =
    choices === undefined
      ? [
          ...(min === undefined ? [] : [`min=${formatG(asNumber(min))}`]),
          ...(max === undefined ? [] : [`max=${formatG(asNumber(max))}`]),
        ]
      : [`choices=${repr(choices)}`];
  return {
    repr: details.length > 0 ? `${name}(${details.join(', ')})` : name,
    convert: (given) => {
      if (strip(str(given)) === '') return null;
      const value = toNumber(given);
      if (choices !== undefined) {
        if (choices.some((choice) => equals(choice, value))) return value;
        const listed = choices.map((choice) => `(${repr(choice)}, None)`).join(', ');
        const found = formatG(asNumber(typeof value === 'boolean' ? Number(value) : value));
        return fail(`Valid values are OrderedDict([${listed}]), but found ${found}`);
      }
      if (isBelow(value, min)) fail(`Should be greater than or equal to ${formatG(asNumber(min ?? 0))}`);
      if (isAbove(value, max)) fail(`Should be less than or equal to ${formatG(asNumber(max ?? 0))}`);
      return value;
    },
  };
};

/** @parity oslo.config 9.0.0 types.py Integer — same */
export const integerType = (limits: TypeLimits = {}): OsloType => numberType('Integer', limits, toInteger);

/** @parity oslo.config 9.0.0 types.py Float — same */
export const floatType = (limits: TypeLimits = {}): OsloType => numberType('Float', limits, toFloat);

/** @parity oslo.config 9.0.0 types.py Port — same */
export const portType = ({ min = 0n, max = 65_535n, choices }: TypeLimits = {}): OsloType => {
  if (min < 0) fail('Min value cannot be less than 0');
  if (max > 65_535) fail('Max value cannot be more than 65535');
  return numberType('Port', { min, max, choices }, toInteger);
};

/**
 * A list of items of one type. A text that is no item is tried again together with what follows the next comma;
 * an integer never holds a comma, so there the rest of the list is what the error names.
 * @parity oslo.config 9.0.0 types.py List — same
 */
export const listType = (item: 'string' | 'quoted' | 'integer' = 'string'): OsloType => ({
  repr: item === 'integer' ? 'List of Integer' : 'List of String',
  convert: (value) => {
    const itemType = item === 'integer' ? integerType() : stringType();
    if (Array.isArray(value))
      return (value as readonly PythonValue[]).map((entry) => itemType.convert(entry));
    const text = asText(value, 'strip');
    if (item === 'quoted') {
      const split = splitQuotedList(text);
      return 'problem' in split ? fail(split.problem) : split;
    }
    const parts = splitList(text);
    if (item === 'string') return parts;
    return parts.map((part, index) => {
      const isReadable = strip(part) === '' || readInteger(part) !== undefined;
      return itemType.convert(isReadable ? part : strip(restOfList(text, index)));
    });
  },
});

/** The text of a list from its item `index` on, commas included. */
const restOfList = (text: string, index: number): string =>
  stripTrailingCommas(strip(text)).split(',').slice(index).join(',');

/** @parity oslo.config 9.0.0 types.py Dict — same */
export const dictType = (): OsloType => ({
  repr: 'Dict of String',
  convert: (value) => {
    if (value instanceof Map) return value;
    const split = splitDict(asText(value, 'strip'));
    return 'problem' in split ? fail(split.problem) : split;
  },
});

const reprPart = (part: string | undefined): string => (part === undefined ? 'None' : reprText(part));

/** @parity oslo.config 9.0.0 types.py URI — same */
export const uriType = (): OsloType => ({
  repr: 'URI',
  convert: (value) => {
    const text = onlyText(value);
    const found = checkUri(text);
    if (found === undefined) return text;
    const { components, problem, reference } = found;
    const verb = components.length > 1 ? 'were' : 'was';
    const what = problem === 'missing' ? 'required but missing' : 'found to be invalid';
    const parts = (['scheme', 'authority', 'path', 'query', 'fragment'] as const).map(
      (part) => `${part}=${reprPart(reference[part])}`,
    );
    const message = reprText(`${components.join(', ')} ${verb} ${what}`);
    return fail(`(${message}, URIReference(${parts.join(', ')}), ${repr(components)})`);
  },
});

/** @parity oslo.config 9.0.0 types.py HostAddress — same */
export const hostType = (): OsloType => ({
  repr: 'HostAddress',
  convert: (value) => {
    const text = onlyText(value);
    return readHost(text) ?? fail(`${text} is not a valid host address`);
  },
});
