import { CodecError } from '../errors.ts';
import { fromWire, toWire, type Entry } from '../entry.ts';
import type { EntryCodec } from './codec.ts';

const BAR = 0x7c;

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

const decode = (bytes: Buffer): Entry => {
  const at = bytes.indexOf(BAR);
  if (at < 0) throw new CodecError('The bytes are no JSON entry');
  try {
    const payload: unknown =
      at + 1 === bytes.length ? undefined : JSON.parse(bytes.toString('utf8', at + 1, bytes.length));
    const entry = fromWire(payload, JSON.parse(bytes.toString('utf8', 0, at)));
    if (entry !== undefined) return entry;
  } catch (cause) {
    throw new CodecError('The bytes are no JSON entry', { cause });
  }
  throw new CodecError('The metadata of a JSON entry lacks ct or v');
};

/** JSON for metadata and payload; what remote drivers use unless told otherwise. */
export const jsonCodec: EntryCodec = { encode, decode };
