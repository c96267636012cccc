import { CodecError } from '../../errors.ts';

/** One response of the meta protocol. */
export interface MetaFrame {
  /** `VA` with a value; `HD EN NS EX NF MN`, or another first word of a line. */
  readonly code: string;
  /** What follows the code, and for `VA` the size. */
  readonly rest: string;
  readonly value: Buffer | undefined;
}

const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
const BLANK = 32;
const ZERO = 48;
const NINE = 57;
const LETTER_V = 86;
const LETTER_A = 65;
const LETTER_F = 102;
const LONGEST_LINE = 8192;
const LARGEST_VALUE = 2 ** 30;

const NOTHING = Buffer.alloc(0);

/** The flags behind a size. Those of nearly all values are `f0`, and need not be made a text each time. */
const restOf = (bytes: Buffer, from: number, to: number): string => {
  if (to - from === 2 && bytes[from] === LETTER_F && bytes[from + 1] === ZERO) return 'f0';
  return from > to ? '' : bytes.toString('latin1', from, to);
};

/** Splits the bytes of a connection into responses, however they are cut into chunks. */
export class MetaParser {
  readonly #onFrame: (frame: MetaFrame) => void;
  #kept: Buffer = NOTHING;
  /** Chunks of a value that is not complete yet; joined once, when it is. */
  #chunks: Buffer[] = [];
  #missing = 0;

  constructor(onFrame: (frame: MetaFrame) => void) {
    this.#onFrame = onFrame;
  }

  /**
   * Takes the next bytes.
   * @throws CodecError for what no memcached answers; the connection is then of no use any more
   */
  push(chunk: Buffer): void {
    if (this.#missing > 0) {
      this.#chunks.push(chunk);
      this.#missing -= chunk.length;
      if (this.#missing > 0) return;
      const joined = Buffer.concat(this.#chunks);
      this.#chunks = [];
      this.#missing = 0;
      this.#parse(joined);
      return;
    }
    const joined = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    this.#kept = NOTHING;
    this.#parse(joined);
  }

  #parse(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      const lineEnd = bytes.indexOf(LINE_FEED, at);
      if (lineEnd < 0) {
        if (bytes.length - at > LONGEST_LINE) throw new CodecError('A line of memcached does not end');
        this.#kept = bytes.subarray(at);
        return;
      }
      if (bytes[lineEnd - 1] !== CARRIAGE_RETURN || lineEnd - 1 < at) {
        throw new CodecError('A line of memcached does not end with CR LF');
      }
      const isValue = bytes[at] === LETTER_V && bytes[at + 1] === LETTER_A && bytes[at + 2] === BLANK;
      const next = isValue ? this.#value(bytes, at, lineEnd) : this.#line(bytes, at, lineEnd);
      if (next < 0) return;
      at = next;
    }
  }

  #line(bytes: Buffer, at: number, lineEnd: number): number {
    const line = bytes.toString('latin1', at, lineEnd - 1);
    const blank = line.indexOf(' ');
    const code = blank < 0 ? line : line.slice(0, blank);
    this.#onFrame({ code, rest: blank < 0 ? '' : line.slice(blank + 1), value: undefined });
    return lineEnd + 1;
  }

  /** Where the next response starts; -1 when the value is not complete. */
  #value(bytes: Buffer, at: number, lineEnd: number): number {
    let digit = at + 3;
    let size = 0;
    for (let unit = bytes[digit] ?? 0; unit >= ZERO && unit <= NINE; unit = bytes[digit] ?? 0) {
      size = size * 10 + unit - ZERO;
      if (size > LARGEST_VALUE) throw new CodecError('memcached announces a value beyond 1 GiB');
      digit += 1;
    }
    if (digit === at + 3 || (bytes[digit] !== BLANK && digit !== lineEnd - 1)) {
      throw new CodecError('memcached announces a value without a size');
    }
    const from = lineEnd + 1;
    const end = from + size + 2;
    if (end > bytes.length) {
      this.#missing = end - bytes.length;
      this.#chunks.push(bytes.subarray(at));
      return -1;
    }
    if (bytes[end - 2] !== CARRIAGE_RETURN || bytes[end - 1] !== LINE_FEED) {
      throw new CodecError('A value of memcached is longer than announced');
    }
    const rest = restOf(bytes, digit + 1, lineEnd - 1);
    this.#onFrame({ code: 'VA', rest, value: bytes.subarray(from, from + size) });
    return end;
  }
}

/** The value of one flag of a response, such as `c` of `f0 c12 W`; undefined when it is not there. */
export const flagOf = (rest: string, letter: string): string | undefined => {
  for (const flag of rest.split(' ')) if (flag.startsWith(letter)) return flag.slice(1);
  return undefined;
};
