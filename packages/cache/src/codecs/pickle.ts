import { inflateSync } from 'node:zlib';
import { CodecError } from '../errors.ts';
import { fromWire, toWire, type Entry } from '../entry.ts';
import type { EntryCodec } from './codec.ts';
import { PythonCachedValue, readPickle } from './pickle-reader.ts';
import { writePickle } from './pickle-writer.ts';

export { PythonTuple, readPickle } from './pickle-reader.ts';
export { writePickle } from './pickle-writer.ts';

/** Flags of python-memcached and pymemcache. */
const PICKLED = 1;
const COMPRESSED = 8;
const LARGEST = 64 * 1024 * 1024;

const unpacked = (bytes: Buffer, flags: number): Buffer => {
  if ((flags & COMPRESSED) === 0) return bytes;
  try {
    return inflateSync(bytes, { maxOutputLength: LARGEST });
  } catch (cause) {
    throw new CodecError('The bytes are flagged as compressed and are not', { cause });
  }
};

const entryOf = (payload: unknown, metadata: unknown): Entry => {
  const entry = fromWire(payload, metadata);
  if (entry === undefined) throw new CodecError('The metadata of a pickled entry lacks ct or v');
  return entry;
};

/**
 * What dogpile.cache's memcached backends write: a pickled CachedValue, with the flags of Python's clients. Only data
 * is read; a pickle that names anything else is a miss.
 */
export const pickledValueCodec: EntryCodec = {
  flags: PICKLED,
  isForeign: true,
  encode: (entry) => writePickle(new PythonCachedValue(entry.payload, toWire(entry))),
  decode: (bytes, flags) => {
    if ((flags & PICKLED) === 0) throw new CodecError('The bytes are not flagged as a pickle');
    const value = readPickle(unpacked(bytes, flags));
    if (value instanceof PythonCachedValue) return entryOf(value.payload, value.metadata);
    throw new CodecError('The pickle holds no CachedValue');
  },
};

const BAR = 0x7c;

/** What dogpile.cache's redis and dbm backends write: the metadata as JSON, a bar, and the pickled payload. */
export const pickledPayloadCodec: EntryCodec = {
  isForeign: true,
  encode: (entry) =>
    Buffer.concat([
      Buffer.from(`${JSON.stringify(toWire(entry)).replaceAll('|', '\\u007c')}|`),
      writePickle(entry.payload),
    ]),
  decode: (bytes) => {
    const at = bytes.indexOf(BAR);
    if (at < 0) throw new CodecError('The bytes are no entry of dogpile.cache');
    let metadata: unknown;
    try {
      metadata = JSON.parse(bytes.toString('utf8', 0, at));
    } catch (cause) {
      throw new CodecError('The metadata of an entry is no JSON', { cause });
    }
    return entryOf(readPickle(bytes.subarray(at + 1)), metadata);
  },
};

/** What oslo.cache's etcd3gw backend writes: a JSON list of payload and metadata. */
export const jsonListCodec: EntryCodec = {
  isForeign: true,
  encode: (entry) => Buffer.from(JSON.stringify([entry.payload ?? null, toWire(entry)])),
  decode: (bytes) => {
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString('utf8'));
    } catch (cause) {
      throw new CodecError('The bytes are no JSON', { cause });
    }
    if (!Array.isArray(value) || value.length !== 2) throw new CodecError('The JSON is no list of two');
    return entryOf(value[0], value[1]);
  },
};
