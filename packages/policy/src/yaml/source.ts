import { YamlError, type Position } from '../errors.ts';

/** The line breaks of YAML 1.1. */
const BREAKS = '\r\n\x85\u2028\u2029';
const NEXT_LINE = /\r\n|[\r\n\x85\u2028\u2029]/g;
const UNPRINTABLE = /[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Whether a character ends a line; the end of the text does not. */
export const isBreak = (character: string): boolean => character !== '' && BREAKS.includes(character);

/** Whether a character is a break or the end of the text. */
export const isBreakOrEnd = (character: string): boolean => BREAKS.includes(character);

/** Whether a character is a space, a break or the end of the text. */
export const isSpaceOrEnd = (character: string): boolean => character === ' ' || BREAKS.includes(character);

/** Whether a character is a space, a tab, a break or the end of the text. */
export const isBlankOrEnd = (character: string): boolean => character === '\t' || isSpaceOrEnd(character);

/**
 * Finds the line and column of offsets in a text, counted in UTF-16 units. The text is looked through once, when the
 * first offset is asked for.
 */
export const positionsOf = (text: string): ((offset: number) => Position) => {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= [0, ...Array.from(text.matchAll(NEXT_LINE), ({ index, 0: end }) => index + end.length)];
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
};

/** The error that says what is wrong at an offset of a text. */
export const yamlError = (text: string, offset: number, reason: string): YamlError =>
  new YamlError(reason, positionsOf(text)(offset));

/** A text being read character by character, with the line and column of the place. */
export class YamlSource {
  readonly text: string;
  offset = 0;
  line = 0;
  column = 0;

  constructor(text: string) {
    this.text = text;
    const bad = UNPRINTABLE.exec(text);
    if (bad !== null) throw yamlError(text, bad.index, `unacceptable character ${JSON.stringify(bad[0])}`);
  }

  /** The character `ahead` places further; empty at the end. */
  peek(ahead = 0): string {
    return this.text[this.offset + ahead] ?? '';
  }

  /** The next characters. */
  prefix(length: number): string {
    return this.text.slice(this.offset, this.offset + length);
  }

  /** Goes on by a number of characters. */
  forward(length = 1): void {
    for (let left = length; left > 0; left--) {
      const character = this.text[this.offset++] ?? '';
      if (isBreak(character) && !(character === '\r' && this.peek() === '\n')) {
        this.line++;
        this.column = 0;
      } else if (character !== '\ufeff') {
        this.column++;
      }
    }
  }

  /** Takes characters while they pass a test. */
  takeWhile(accepts: (character: string) => boolean): string {
    let length = 0;
    while (this.peek(length) !== '' && accepts(this.peek(length))) length++;
    const taken = this.prefix(length);
    this.forward(length);
    return taken;
  }

  /** Takes a line break, as the character it stands for; nothing when there is none. */
  takeBreak(): string {
    const character = this.peek();
    if (!isBreak(character)) return '';
    this.forward(character === '\r' && this.peek(1) === '\n' ? 2 : 1);
    return character === '\u2028' || character === '\u2029' ? character : '\n';
  }

  /** Whether `---` or `...` stands here, alone. */
  atDocumentMarker(): boolean {
    const prefix = this.prefix(3);
    return (prefix === '---' || prefix === '...') && isBlankOrEnd(this.peek(3));
  }

  fail(reason: string, offset: number = this.offset): YamlError {
    return yamlError(this.text, offset, reason);
  }
}
