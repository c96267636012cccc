import { createHash } from 'node:crypto';

/**
 * The UTF-8 bytes of a key. A lone surrogate, which UTF-8 cannot hold, is written as an XML character reference, as
 * Python's `xmlcharrefreplace` does.
 */
const bytesOf = (key: string): Buffer =>
  Buffer.from(
    key.replace(
      /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/gu,
      (unit) => `&#${String(unit.charCodeAt(0))};`,
    ),
    'utf8',
  );

/**
 * The SHA-1 of a key in hexadecimal: a key of fixed length that every server takes. Oslo's default.
 * @parity oslo.cache 99a7493 core.py _sha1_mangle_key — same
 */
export const sha1Mangler = (key: string): string => createHash('sha1').update(bytesOf(key)).digest('hex');

/**
 * Mangles only keys of `length` code points or more.
 * @parity dogpile.cache 1.5 util.py length_conditional_mangler — same
 */
export const lengthConditionalMangler =
  (length: number, mangler: (key: string) => string): ((key: string) => string) =>
  (key) =>
    Array.from(key).length >= length ? mangler(key) : key;

/**
 * A name for a key that a server takes: printable ASCII of at most `longest` characters. Other keys become the
 * SHA-256 of their UTF-16 units, so that lone surrogates stay apart, behind `~`; so do keys that begin with it.
 */
export const safeName = (key: string, longest: number): string => {
  if (key.length > 0 && key.length <= longest && !/[^\x21-\x7d]/u.test(key) && !key.includes('{')) return key;
  return `~${createHash('sha256').update(Buffer.from(key, 'utf16le')).digest('base64url')}`;
};
