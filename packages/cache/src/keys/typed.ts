import { KeyError } from '../errors.ts';

const text = (mark: string, value: string): string => `${mark}${String(value.length)}:${value}`;

const numberText = (value: number): string => (Object.is(value, -0) ? 'n-0;' : `n${String(value)};`);

/** Sorted, because the order in which a set or map was filled is no part of its value. */
const sortedParts = (mark: string, parts: readonly string[]): string =>
  `${mark}${String(parts.length)}:${[...parts].sort().join('')}`;

const bytesText = (mark: string, view: ArrayBufferView): string => {
  const { buffer, byteOffset, byteLength } = view;
  return text(mark, Buffer.from(buffer, byteOffset, byteLength).toString('base64'));
};

/**
 * A text that is equal for two values exactly if they are equal in type and content: every part states its type and
 * length. Plain objects, arrays, maps, sets, dates, regular expressions, URLs, bytes and bigints; objects of other
 * classes by their class name and own properties, or by their `toJSON`.
 * @throws KeyError for functions, symbols, promises and cycles, which have no content to compare
 */
export const typedText = (value: unknown, within: readonly object[] = []): string => {
  switch (typeof value) {
    case 'string':
      return text('s', value);
    case 'number':
      return numberText(value);
    case 'boolean':
      return value ? 't' : 'f';
    case 'undefined':
      return 'u';
    case 'bigint':
      return `i${value.toString()};`;
    case 'function':
    case 'symbol':
      throw new KeyError(`A ${typeof value} among the arguments of a memoized function makes no key`);
    case 'object':
      return value === null ? 'z' : objectText(value, within);
  }
};

const objectText = (value: object, within: readonly object[]): string => {
  if (within.includes(value)) throw new KeyError('A memoized function got an argument that contains itself');
  const path = [...within, value];
  const inner = (part: unknown): string => typedText(part, path);
  if (Array.isArray(value)) return `a${String(value.length)}:${Array.from(value, inner).join('')}`;
  if (value instanceof Map) {
    return sortedParts(
      'm',
      Array.from(value, ([key, item]) => inner(key) + inner(item)),
    );
  }
  if (value instanceof Set) return sortedParts('e', Array.from(value, inner));
  if (value instanceof Date) return `d${String(value.getTime())};`;
  if (value instanceof RegExp) return text('r', value.toString());
  if (value instanceof URL) return text('l', value.href);
  if (ArrayBuffer.isView(value)) return bytesText(`b${text('', value.constructor.name)}`, value);
  if (value instanceof ArrayBuffer) return bytesText('B', new Uint8Array(value));
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) {
    throw new KeyError(`A ${value.constructor.name} among the arguments of a memoized function makes no key`);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  const mark = isPlain ? 'o' : text('c', value.constructor.name);
  if (!isPlain && 'toJSON' in value && typeof value.toJSON === 'function') {
    return mark + inner((value.toJSON as () => unknown)());
  }
  return sortedParts(
    mark,
    Object.entries(value).map(([key, item]) => text('', key) + inner(item)),
  );
};

/** The key of one call: `prefix(` and its arguments, each with type and length, so that no two calls share one. */
export const typedKey = (prefix: string, args: readonly unknown[]): string => {
  if (args.length === 1 && typeof args[0] === 'string')
    return `${prefix}(1:s${String(args[0].length)}:${args[0]}`;
  let key = `${prefix}(${String(args.length)}:`;
  for (const argument of args) key += typedText(argument);
  return key;
};
