import { CodecError } from '../errors.ts';
import { ENTRY_VERSION, Entry, fromWire, toWire } from '../entry.ts';
import type { EntryCodec } from './codec.ts';

/**
 * `{"ct":…,"v":2}|` and the payload as JSON: what dogpile.cache writes to Redis with `json.dumps` for a serializer.
 * A payload of `undefined` is written as nothing.
 */
const encode = (entry: Entry): Buffer => {
  const metadata =
    entry.tags === undefined &&
    entry.schema === undefined &&
    entry.lifetime === undefined &&
    entry.cost === undefined
      ? `{"ct":${String(entry.createdAt)},"v":${String(entry.version)}}`
      : JSON.stringify(toWire(entry)).replaceAll('|', '\\u007c');
  const payload = JSON.stringify(entry.payload) as string | undefined;
  return Buffer.from(payload === undefined ? `${metadata}|` : `${metadata}|${payload}`, 'utf8');
};

const PLAIN_START = '{"ct":';
const PLAIN_END = `,"v":${String(ENTRY_VERSION)}}`;

/** The entry of a payload and written metadata; nearly always that is nothing but a moment and the version. */
const entryOf = (payload: unknown, metadata: string): Entry | undefined => {
  if (metadata.startsWith(PLAIN_START) && metadata.endsWith(PLAIN_END)) {
    const createdAt = Number(metadata.slice(PLAIN_START.length, -PLAIN_END.length));
    if (createdAt > 0) return new Entry(payload, { createdAt, version: ENTRY_VERSION });
  }
  return fromWire(payload, JSON.parse(metadata));
};

const decode = (bytes: Buffer): Entry => {
  const text = bytes.toString('utf8');
  const at = text.indexOf('|');
  if (at < 0) throw new CodecError('The bytes are no JSON entry');
  try {
    const payload: unknown = at + 1 === text.length ? undefined : JSON.parse(text.slice(at + 1));
    const entry = entryOf(payload, text.slice(0, at));
    if (entry !== undefined) return entry;
  } catch (cause) {
    throw new CodecError('The bytes are no JSON entry', { cause });
  }
  throw new CodecError('The metadata of a JSON entry lacks ct or v');
};

/** JSON for metadata and payload; what remote drivers use unless told otherwise. */
export const jsonCodec: EntryCodec = { encode, decode };
