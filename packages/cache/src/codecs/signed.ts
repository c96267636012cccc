import { createHmac, timingSafeEqual } from 'node:crypto';
import { CodecError } from '../errors.ts';
import type { EntryCodec } from './codec.ts';
import { derivedKeys, headOf, splitId, type CodecKeys } from './keys.ts';

const MARK = 0x73;
const TAG_LENGTH = 32;
const KEY_LENGTH = 32;

const tagOf = (key: Buffer, head: Buffer, name: string, bytes: Buffer): Buffer =>
  createHmac('sha256', key)
    .update(head)
    .update(`${String(Buffer.byteLength(name))}:${name}`)
    .update(bytes)
    .digest();

/** Signs what another codec writes with HMAC-SHA-256, together with the name it is kept under. Anything else is a miss. */
export const signed = (inner: EntryCodec, keys: CodecKeys): EntryCodec => {
  const derived = derivedKeys(keys, 'signature', KEY_LENGTH);
  const [{ id: current }] = keys;
  const head = headOf(MARK, current);
  return {
    ...(inner.flags === undefined ? {} : { flags: inner.flags }),
    encode: (entry, name) => {
      const bytes = inner.encode(entry, name);
      return Buffer.concat([head, tagOf(derived.get(current) ?? Buffer.alloc(0), head, name, bytes), bytes]);
    },
    decode: (bytes, flags, name) => {
      const split = splitId(bytes, MARK);
      const key = split === undefined ? undefined : derived.get(split.id);
      if (split === undefined || key === undefined || split.rest.length < TAG_LENGTH) {
        throw new CodecError('The bytes are not signed with a known key');
      }
      const content = split.rest.subarray(TAG_LENGTH);
      const expected = tagOf(key, headOf(MARK, split.id), name, content);
      if (!timingSafeEqual(expected, split.rest.subarray(0, TAG_LENGTH))) {
        throw new CodecError('The signature of the bytes does not fit');
      }
      return inner.decode(content, flags, name);
    },
  };
};
