import { CodecError } from '../errors.ts';
import { PythonCachedValue, PythonTuple } from './pickle-reader.ts';

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};

const double = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
};

/** Two's complement in little endian, as short as it can be. */
const longBytes = (value: bigint): Buffer => {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 8n) {
    const byte = Number(rest & 255n);
    bytes.push(byte);
    const left = rest >> 8n;
    if ((left === 0n && byte < 128) || (left === -1n && byte >= 128)) return Buffer.from(bytes);
  }
};

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

const datetimeBytes = (date: Date): Buffer => {
  const bytes = Buffer.alloc(10);
  bytes.writeUInt16BE(date.getUTCFullYear(), 0);
  bytes[2] = date.getUTCMonth() + 1;
  bytes[3] = date.getUTCDate();
  bytes[4] = date.getUTCHours();
  bytes[5] = date.getUTCMinutes();
  bytes[6] = date.getUTCSeconds();
  bytes.writeUIntBE(date.getUTCMilliseconds() * 1000, 7, 3);
  return bytes;
};

const MAX_INT32 = 2 ** 31 - 1;
const MIN_INT32 = -(2 ** 31);

class PickleWriter {
  readonly #parts: Buffer[] = [Buffer.of(0x80, 2)];
  readonly #within: object[] = [];

  finish(value: unknown): Buffer {
    this.#write(value);
    this.#parts.push(latin('.'));
    return Buffer.concat(this.#parts);
  }

  #add(...parts: (string | Buffer)[]): void {
    for (const part of parts) this.#parts.push(typeof part === 'string' ? latin(part) : part);
  }

  #write(value: unknown): void {
    switch (typeof value) {
      case 'undefined':
        this.#add('N');
        return;
      case 'boolean':
        this.#add(value ? '\x88' : '\x89');
        return;
      case 'number':
        this.#number(value);
        return;
      case 'bigint': {
        const bytes = longBytes(value);
        if (bytes.length > 255) this.#add('\x8b', uint32(bytes.length), bytes);
        else this.#add('\x8a', Buffer.of(bytes.length), bytes);
        return;
      }
      case 'string': {
        const bytes = Buffer.from(value, 'utf8');
        this.#add('X', uint32(bytes.length), bytes);
        return;
      }
      case 'object':
        if (value === null) this.#add('N');
        else this.#object(value);
        return;
      default:
        throw new CodecError(`A ${typeof value} cannot be written for Python`);
    }
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) this.#add('G', double(value));
    else if (value >= 0 && value < 256) this.#add('K', Buffer.of(value));
    else if (value >= MIN_INT32 && value <= MAX_INT32) this.#add('J', int32(value));
    else this.#write(BigInt(value));
  }

  #object(value: object): void {
    if (this.#within.includes(value))
      throw new CodecError('A value that contains itself cannot be written for Python');
    this.#within.push(value);
    if (Buffer.isBuffer(value)) this.#bytes(value);
    else if (value instanceof Date) this.#call('datetime', 'datetime', [datetimeBytes(value)]);
    else if (value instanceof PythonCachedValue) this.#cachedValue(value);
    else if (value instanceof PythonTuple) this.#sequence('(', value.items, 't');
    else if (Array.isArray(value)) this.#sequence('](', value, 'e');
    else if (value instanceof Set) this.#call('__builtin__', 'set', [[...(value as Set<unknown>)]]);
    else this.#dict(value instanceof Map ? [...(value as Map<unknown, unknown>)] : Object.entries(value));
    this.#within.pop();
  }

  /** Bytes as protocol 2 writes them: a text and its encoding. */
  #bytes(value: Buffer): void {
    this.#add('c_codecs\nencode\n(');
    this.#write(value.toString('latin1'));
    this.#write('latin1');
    this.#add('tR');
  }

  #call(module: string, name: string, args: readonly unknown[]): void {
    this.#add(`c${module}\n${name}\n`);
    this.#sequence('(', args, 't');
    this.#add('R');
  }

  #cachedValue({ payload, metadata }: PythonCachedValue): void {
    this.#add('cdogpile.cache.api\nCachedValue\n');
    this.#sequence('(', [payload, metadata], 't');
    this.#add('\x81');
  }

  #sequence(open: string, items: readonly unknown[], close: string): void {
    this.#add(open);
    for (const item of items) this.#write(item);
    this.#add(close);
  }

  #dict(pairs: readonly (readonly [unknown, unknown])[]): void {
    this.#add('}(');
    for (const [key, item] of pairs) {
      this.#write(key);
      this.#write(item);
    }
    this.#add('u');
  }
}

/**
 * A pickle of protocol 2, which Python 2 and 3 read.
 * @throws CodecError for functions, symbols and cycles
 */
export const writePickle = (value: unknown): Buffer => new PickleWriter().finish(value);
