import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { CodecError } from '../errors.ts';
import type { EntryCodec } from './codec.ts';
import { derivedKeys, headOf, splitId, type CodecKeys } from './keys.ts';

const MARK = 0x65;
const ALGORITHM = 'aes-256-gcm';
const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** What is authenticated but not encrypted: the head, and the name the bytes are kept under. */
const contextOf = (head: Buffer, name: string): Buffer => Buffer.concat([head, Buffer.from(name, 'utf8')]);

/**
 * Encrypts what another codec writes with AES-256-GCM, bound to the name it is kept under. What was changed, moved to
 * another name or written with an unknown key is a miss. Nonces are random: write fewer than 2^32 values per key.
 */
export const encrypted = (inner: EntryCodec, keys: CodecKeys): EntryCodec => {
  const derived = derivedKeys(keys, 'encryption', KEY_LENGTH);
  const [{ id: current }] = keys;
  const head = headOf(MARK, current);
  return {
    ...(inner.flags === undefined ? {} : { flags: inner.flags }),
    encode: (entry, name) => {
      const nonce = randomBytes(NONCE_LENGTH);
      const cipher = createCipheriv(ALGORITHM, derived.get(current) ?? Buffer.alloc(0), nonce);
      cipher.setAAD(contextOf(head, name));
      const sealed = Buffer.concat([cipher.update(inner.encode(entry, name)), cipher.final()]);
      return Buffer.concat([head, nonce, cipher.getAuthTag(), sealed]);
    },
    decode: (bytes, flags, name) => {
      const split = splitId(bytes, MARK);
      const key = split === undefined ? undefined : derived.get(split.id);
      if (split === undefined || key === undefined || split.rest.length < NONCE_LENGTH + TAG_LENGTH) {
        throw new CodecError('The bytes are not encrypted with a known key');
      }
      const { rest } = split;
      const decipher = createDecipheriv(ALGORITHM, key, rest.subarray(0, NONCE_LENGTH));
      decipher.setAAD(contextOf(headOf(MARK, split.id), name));
      decipher.setAuthTag(rest.subarray(NONCE_LENGTH, NONCE_LENGTH + TAG_LENGTH));
      let opened: Buffer;
      try {
        opened = Buffer.concat([decipher.update(rest.subarray(NONCE_LENGTH + TAG_LENGTH)), decipher.final()]);
      } catch (cause) {
        throw new CodecError('The encrypted bytes were changed, or belong to another key', { cause });
      }
      return inner.decode(opened, flags, name);
    },
  };
};
