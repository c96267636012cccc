/**
 * The Python values a policy can meet, as JavaScript values: None is null or undefined, int is an integral
 * number or a bigint, float is any other number or a {@link Float}, list is an array, dict is a plain object
 * or a Map, set is a Set, bytes is a Uint8Array, tuple is a {@link Tuple}.
 */

/** A Python float whose value is integral, such as `5.0`, which a JavaScript number cannot express. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A Python tuple. */
export class Tuple {
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

/** A value only its type and text are known of, such as a date. */
export class Opaque {
  readonly type: string;
  readonly text: string;
  readonly representation: string;

  constructor(type: string, text: string, representation: string = text) {
    this.type = type;
    this.text = text;
    this.representation = representation;
  }
}

/** Python's `...`. */
export const ELLIPSIS: Opaque = new Opaque('ellipsis', 'Ellipsis');

/** The name of a value's Python type. */
export const typeName = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float';
    case 'function':
      return 'function';
    default:
  }
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Float) return 'float';
  if (value instanceof Tuple) return 'tuple';
  if (value instanceof Opaque) return value.type;
  if (value instanceof Set) return 'set';
  if (value instanceof Uint8Array) return 'bytes';
  return 'dict';
};

/** Whether a value is a dict: an object or a Map. */
export const isDict = (value: unknown): value is object => typeName(value) === 'dict';

/** The value of a key of a dict; undefined when there is none. Prototypes are never consulted. */
export const getKey = (dict: object, key: string): unknown => {
  if (dict instanceof Map) return dict.has(key) ? (dict.get(key) ?? null) : undefined;
  return Object.hasOwn(dict, key) ? ((dict as Record<string, unknown>)[key] ?? null) : undefined;
};

/** Keys and values of a dict in order. */
export const entriesOf = (dict: object): Iterable<readonly [unknown, unknown]> =>
  dict instanceof Map ? (dict as Map<unknown, unknown>).entries() : Object.entries(dict);

/** What `bool(value)` is in Python. */
export const isTruthy = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null)
    return value === true || Boolean(value) || Number.isNaN(value);
  switch (typeName(value)) {
    case 'list':
      return (value as unknown[]).length > 0;
    case 'float':
      return (value as Float).value !== 0;
    case 'tuple':
      return (value as Tuple).items.length > 0;
    case 'set':
      return (value as Set<unknown>).size > 0;
    case 'bytes':
      return (value as Uint8Array).length > 0;
    case 'dict':
      return value instanceof Map ? value.size > 0 : Object.keys(value).length > 0;
    default:
      return true;
  }
};

const ITERABLE = new Set(['str', 'list', 'tuple', 'set', 'bytes', 'dict']);

/** Whether Python can iterate over a value. */
export const isIterable = (value: unknown): boolean => ITERABLE.has(typeName(value));

/** What Python's `for` sees in a value {@link isIterable} accepts: items, keys, code points or bytes. */
export const iterate = (value: unknown): Iterable<unknown> => {
  if (value instanceof Tuple) return value.items;
  if (value instanceof Map) return value.keys();
  if (isDict(value)) return Object.keys(value);
  return value as Iterable<unknown>;
};
