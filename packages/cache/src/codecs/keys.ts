import { hkdfSync } from 'node:crypto';
import { ConfigurationError } from '../errors.ts';

/** A secret and the name under which bytes say that they were written with it. */
export interface CodecKey {
  /** Up to 32 letters, digits, `-`, `_` or `.`; stands in clear before the bytes. */
  readonly id: string;
  /** At least 16 bytes. A text counts as UTF-8. */
  readonly secret: string | Uint8Array;
}

/** Secrets for signing and encryption; the first writes, all read. To rotate, put a new one first and drop the last later. */
export type CodecKeys = readonly [CodecKey, ...CodecKey[]];

const SHORTEST_SECRET = 16;

/**
 * One derived key per secret, for one purpose, by HKDF-SHA-256 (RFC 5869).
 * @throws ConfigurationError for short secrets, odd or repeated ids
 */
export const derivedKeys = (
  keys: CodecKeys,
  purpose: string,
  length: number,
): ReadonlyMap<string, Buffer> => {
  const derived = new Map<string, Buffer>();
  for (const { id, secret } of keys) {
    const bytes = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : Buffer.from(secret);
    const issue = !/^[\w.-]{1,32}$/u.test(id)
      ? 'is no id: up to 32 letters, digits, -, _ or .'
      : derived.has(id)
        ? 'is the id of two keys'
        : bytes.length < SHORTEST_SECRET
          ? `has a secret of fewer than ${String(SHORTEST_SECRET)} bytes`
          : undefined;
    if (issue !== undefined) throw new ConfigurationError([{ path: 'keys', message: `'${id}' ${issue}` }]);
    derived.set(id, Buffer.from(hkdfSync('sha256', bytes, '', `oslofjord cache ${purpose}`, length)));
  }
  return derived;
};

/** The id that bytes begin with, and what follows it. */
export const splitId = (
  bytes: Buffer,
  mark: number,
): { readonly id: string; readonly rest: Buffer } | undefined => {
  const length = bytes[1] ?? 0;
  if (bytes[0] !== mark || bytes.length < 2 + length) return undefined;
  return { id: bytes.toString('latin1', 2, 2 + length), rest: bytes.subarray(2 + length) };
};

/** The bytes that tell mark and id. */
export const headOf = (mark: number, id: string): Buffer =>
  Buffer.concat([Buffer.of(mark, id.length), Buffer.from(id, 'latin1')]);
