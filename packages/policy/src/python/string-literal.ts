import { EvaluationError } from '../errors.ts';

/** A string token of a Python expression. */
export interface StringLiteral {
  readonly type: 'str' | 'bytes' | 'formatted';
  /** The text; of bytes, one character per byte; of a formatted string, its source between the quotes. */
  readonly text: string;
  readonly isRaw: boolean;
  readonly end: number;
}

const fail = (message: string): EvaluationError => new EvaluationError('SyntaxError', message);

const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const HEX_WIDTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const ESCAPE = /\\(?:([0-7]{1,3})|([xuU])([0-9a-fA-F]*)|N(\{[^}]*\})?|([^]))/gu;

const readHex = (type: string, digits: string): string => {
  const width = HEX_WIDTH[type] ?? 2;
  if (digits.length < width) throw fail(`truncated \\${type} escape`);
  const code = Number.parseInt(digits.slice(0, width), 16);
  if (code > 0x10ffff) throw fail('illegal Unicode character');
  return String.fromCodePoint(code) + digits.slice(width);
};

/** Text with its backslash escapes replaced. Unknown escapes stay as they are. */
export const unescape = (text: string, isBytes: boolean): string =>
  text.replace(
    ESCAPE,
    (whole, octal?: string, hexType?: string, digits?: string, name?: string, other?: string): string => {
      if (octal !== undefined) {
        const code = Number.parseInt(octal, 8);
        return String.fromCharCode(isBytes ? code & 0xff : code);
      }
      if (hexType !== undefined) {
        return isBytes && hexType !== 'x' ? whole : readHex(hexType, digits ?? '');
      }
      if (other !== undefined) return Object.hasOwn(SIMPLE, other) ? (SIMPLE[other] ?? whole) : whole;
      if (isBytes) return whole;
      throw fail(name === undefined ? 'malformed \\N character escape' : 'unknown Unicode character name');
    },
  );

/** Where the string that opens at `start` closes: the place of its closing quotes. */
const findClosing = (source: string, start: number, quotes: string): number => {
  for (let at = start; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '\n' && quotes.length === 1) break;
    else if (source.startsWith(quotes, at)) return at;
  }
  throw fail(
    quotes.length === 1 ? 'unterminated string literal' : 'unterminated triple-quoted string literal',
  );
};

/**
 * Reads the string at a place of a Python expression.
 * @throws EvaluationError (SyntaxError) when it is not closed or has a malformed escape
 */
export const readString = (source: string, start: number): StringLiteral => {
  let open = start;
  while (source[open] !== '"' && source[open] !== "'") open++;
  const prefix = source.slice(start, open).toLowerCase();
  const quote = source.charAt(open);
  const quotes = source.startsWith(quote.repeat(3), open) ? quote.repeat(3) : quote;
  const close = findClosing(source, open + quotes.length, quotes);
  const body = source.slice(open + quotes.length, close);
  const end = close + quotes.length;
  const isRaw = prefix.includes('r');
  if (prefix.includes('f')) return { type: 'formatted', text: body, isRaw, end };
  if (!prefix.includes('b')) return { type: 'str', text: isRaw ? body : unescape(body, false), isRaw, end };
  if (/[^\0-\x7f]/.test(body)) throw fail('bytes can only contain ASCII literal characters');
  return { type: 'bytes', text: isRaw ? body : unescape(body, true), isRaw, end };
};
