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

/** One or more of the printable characters of ASCII but `{` and `~`. */
const PRINTABLE = /^[!-z|}]+$/u;

/** The SHA-256 of a key's UTF-16 units, so that lone surrogates stay apart, behind `~`. */
export const hashedName = (key: string): string =>
  `~${createHash('sha256').update(Buffer.from(key, 'utf16le')).digest('base64url')}`;

/**
 * A name for a key that every server takes: printable ASCII of at most `longest` characters. Other keys are hashed; so
 * are those that look like a hash.
 */
export const safeName = (key: string, longest: number): string =>
  key.length <= longest && PRINTABLE.test(key) ? key : hashedName(key);
