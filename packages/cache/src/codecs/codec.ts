import type { Entry } from '../entry.ts';

/** Turns entries into the bytes a server holds, and back. */
export interface EntryCodec {
  /** The number that memcached keeps beside values of this form. @default 0 */
  readonly flags?: number;
  /**
   * Whether programs read these bytes that know nothing of this package; nothing but entries is then ever stored
   * under their keys. @default false
   */
  readonly isForeign?: boolean;
  /** @param name under which the server keeps the bytes; a signature or encryption binds them to it */
  encode(entry: Entry, name: string): Buffer;
  /**
   * @param flags what memcached kept beside the bytes, for codecs that state one of their own
   * @throws CodecError for bytes it did not write or does not accept
   */
  decode(bytes: Buffer, flags: number, name: string): Entry;
}
