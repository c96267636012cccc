import { parseSize, type Size } from '@oslofjord/config';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { CodecError } from '../errors.ts';
import type { EntryCodec } from './codec.ts';

/** Options of compression. */
export interface CompressionOptions {
  /** Shorter entries stay as they are. @default 1024 */
  readonly threshold?: Size;
  /** 1, fast, to 9, small. @default 1 */
  readonly level?: number;
  /** What larger entries are refused at, so that a small forgery cannot fill the memory. @default '64MiB' */
  readonly largest?: Size;
}

const PLAIN = 0x70;
const DEFLATED = 0x7a;

/** Compresses what another codec writes, with deflate. Bytes written before compression was switched on are read. */
export const compressed = (inner: EntryCodec, options: CompressionOptions = {}): EntryCodec => {
  const threshold = parseSize(options.threshold ?? 1024);
  const maxOutputLength = parseSize(options.largest ?? '64MiB');
  const level = options.level ?? constants.Z_BEST_SPEED;
  return {
    ...(inner.flags === undefined ? {} : { flags: inner.flags }),
    encode: (entry, name) => {
      const bytes = inner.encode(entry, name);
      if (bytes.length < threshold) return Buffer.concat([Buffer.of(PLAIN), bytes]);
      const packed = deflateRawSync(bytes, { level });
      const isWorth = packed.length < bytes.length;
      return Buffer.concat([Buffer.of(isWorth ? DEFLATED : PLAIN), isWorth ? packed : bytes]);
    },
    decode: (bytes, flags, name) => {
      if (bytes[0] === PLAIN) return inner.decode(bytes.subarray(1), flags, name);
      if (bytes[0] !== DEFLATED) return inner.decode(bytes, flags, name);
      let unpacked: Buffer;
      try {
        unpacked = inflateRawSync(bytes.subarray(1), { maxOutputLength });
      } catch (cause) {
        throw new CodecError('The bytes are not deflated, or too large', { cause });
      }
      return inner.decode(unpacked, flags, name);
    },
  };
};
