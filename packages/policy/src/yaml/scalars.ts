import { EvaluationError } from '../errors.ts';
import { isBlankOrEnd, isBreak, isBreakOrEnd, type YamlSource } from './source.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '\\': '\\',
  '/': '/',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const ESCAPE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const isSpaceOrTab = (character: string): boolean => character === ' ' || character === '\t';

/** Python's `chr` of an escape. */
const characterOf = (code: number): string => {
  if (code > 0x7fffffff) throw new EvaluationError('OverflowError', 'signed integer is greater than maximum');
  if (code > 0x10ffff) throw new EvaluationError('ValueError', 'chr() arg not in range(0x110000)');
  return String.fromCodePoint(code);
};

/** Line breaks and the white space around them inside quotes. */
const scanQuotedBreaks = (source: YamlSource): string => {
  let breaks = '';
  for (;;) {
    if (source.atDocumentMarker()) throw source.fail('found unexpected document separator');
    source.takeWhile(isSpaceOrTab);
    if (!isBreak(source.peek())) return breaks;
    breaks += source.takeBreak();
  }
};

const scanEscape = (source: YamlSource): string => {
  source.forward();
  const character = source.peek();
  if (Object.hasOwn(ESCAPES, character)) {
    source.forward();
    return ESCAPES[character] ?? '';
  }
  if (Object.hasOwn(ESCAPE_LENGTHS, character)) {
    source.forward();
    const digits = source.prefix(ESCAPE_LENGTHS[character] ?? 2);
    if (digits.length !== ESCAPE_LENGTHS[character] || !/^[0-9a-fA-F]+$/.test(digits)) {
      throw source.fail(
        `escape \\${character} needs ${String(ESCAPE_LENGTHS[character])} hexadecimal digits`,
      );
    }
    const text = characterOf(Number.parseInt(digits, 16));
    source.forward(digits.length);
    return text;
  }
  if (!isBreak(character)) throw source.fail(`unknown escape character ${JSON.stringify(character)}`);
  source.takeBreak();
  return scanQuotedBreaks(source);
};

const scanQuotedText = (source: YamlSource, isDouble: boolean): string => {
  let text = '';
  for (;;) {
    text += source.takeWhile((character) => !`'"\\`.includes(character) && !isBlankOrEnd(character));
    const character = source.peek();
    if (!isDouble && character === "'" && source.peek(1) === "'") {
      text += "'";
      source.forward(2);
    } else if (isDouble ? character === "'" : character === '"' || character === '\\') {
      text += character;
      source.forward();
    } else if (isDouble && character === '\\') {
      text += scanEscape(source);
    } else {
      return text;
    }
  }
};

const scanQuotedSpaces = (source: YamlSource): string => {
  const spaces = source.takeWhile(isSpaceOrTab);
  if (source.peek() === '') throw source.fail('quoted text is not closed');
  if (!isBreak(source.peek())) return spaces;
  const first = source.takeBreak();
  const breaks = scanQuotedBreaks(source);
  return (first === '\n' ? (breaks === '' ? ' ' : '') : first) + breaks;
};

/** Reads a scalar in single or double quotes. */
export const scanQuoted = (source: YamlSource): string => {
  const quote = source.peek();
  source.forward();
  let text = scanQuotedText(source, quote === '"');
  while (source.peek() !== quote) {
    text += scanQuotedSpaces(source);
    text += scanQuotedText(source, quote === '"');
  }
  source.forward();
  return text;
};

interface BlockHeader {
  readonly chomping: '' | '+' | '-';
  readonly increment: number | undefined;
}

const scanBlockHeader = (source: YamlSource): BlockHeader => {
  let chomping: BlockHeader['chomping'] = '';
  let increment: number | undefined;
  const takeChomping = (): void => {
    const character = source.peek();
    if (chomping !== '' || (character !== '+' && character !== '-')) return;
    chomping = character;
    source.forward();
  };
  takeChomping();
  if (/^[0-9]$/.test(source.peek())) {
    increment = Number(source.peek());
    if (increment === 0) throw source.fail('indentation indicator must be 1 to 9');
    source.forward();
  }
  takeChomping();
  const next = source.peek();
  if (next !== ' ' && !isBreakOrEnd(next)) throw source.fail('expected an indentation or chomping indicator');
  source.takeWhile((character) => character === ' ');
  if (source.peek() === '#') source.takeWhile((character) => !isBreak(character));
  if (!isBreakOrEnd(source.peek())) throw source.fail('expected a comment or a line break');
  source.takeBreak();
  return { chomping, increment };
};

const scanIndentation = (source: YamlSource): { breaks: string; indent: number } => {
  let [breaks, indent] = ['', 0];
  while (source.peek() === ' ' || isBreak(source.peek())) {
    if (source.peek() === ' ') source.forward();
    else breaks += source.takeBreak();
    indent = Math.max(indent, source.column);
  }
  return { breaks, indent };
};

const scanBlockBreaks = (source: YamlSource, indent: number): string => {
  let breaks = '';
  const skipIndent = (): void => {
    while (source.column < indent && source.peek() === ' ') source.forward();
  };
  skipIndent();
  while (isBreak(source.peek())) {
    breaks += source.takeBreak();
    skipIndent();
  }
  return breaks;
};

/** Reads a `|` or `>` scalar inside a block that is indented by `parentIndent`. */
export const scanBlockScalar = (source: YamlSource, parentIndent: number): string => {
  const isFolded = source.peek() === '>';
  source.forward();
  const { chomping, increment } = scanBlockHeader(source);
  const least = Math.max(1, parentIndent + 1);
  let indent: number;
  let breaks: string;
  if (increment === undefined) {
    const found = scanIndentation(source);
    indent = Math.max(least, found.indent);
    breaks = found.breaks;
  } else {
    indent = least + increment - 1;
    breaks = scanBlockBreaks(source, indent);
  }
  let [text, lineBreak] = ['', ''];
  while (source.column === indent && source.peek() !== '') {
    text += breaks;
    const startsWithText = !isSpaceOrTab(source.peek());
    text += source.takeWhile((character) => !isBreak(character));
    lineBreak = source.takeBreak();
    breaks = scanBlockBreaks(source, indent);
    if (source.column !== indent || source.peek() === '') break;
    if (isFolded && lineBreak === '\n' && startsWithText && !isSpaceOrTab(source.peek())) {
      if (breaks === '') text += ' ';
    } else {
      text += lineBreak;
    }
  }
  if (chomping !== '-') text += lineBreak;
  if (chomping === '+') text += breaks;
  return text;
};

/** What {@link scanPlain} found. */
export interface PlainScalar {
  readonly text: string;
  /** Whether a line ended after the first word: a simple key may start again. */
  readonly endsLine: boolean;
}

/** White space between the words of a plain scalar; undefined where the scalar ends for good. */
const scanPlainSpaces = (source: YamlSource): { text: string | undefined; hasBreak: boolean } => {
  const spaces = source.takeWhile((character) => character === ' ');
  if (!isBreak(source.peek())) return { text: spaces === '' ? undefined : spaces, hasBreak: false };
  const first = source.takeBreak();
  if (source.atDocumentMarker()) return { text: undefined, hasBreak: true };
  let breaks = '';
  while (source.peek() === ' ' || isBreak(source.peek())) {
    if (source.peek() === ' ') {
      source.forward();
      continue;
    }
    breaks += source.takeBreak();
    if (source.atDocumentMarker()) return { text: undefined, hasBreak: true };
  }
  return { text: (first === '\n' ? (breaks === '' ? ' ' : '') : first) + breaks, hasBreak: true };
};

const plainLength = (source: YamlSource, inFlow: boolean): number => {
  let length = 0;
  for (;;) {
    const character = source.peek(length);
    if (isBlankOrEnd(character)) return length;
    if (inFlow && ',?[]{}'.includes(character)) return length;
    if (character === ':') {
      const next = source.peek(length + 1);
      if (isBlankOrEnd(next) || (inFlow && ',[]{}'.includes(next))) return length;
    }
    length++;
  }
};

/** Reads a scalar without quotes, over several lines if they are indented by at least `indent`. */
export const scanPlain = (source: YamlSource, indent: number, inFlow: boolean): PlainScalar => {
  let [text, spaces, endsLine] = ['', '', false];
  while (source.peek() !== '#') {
    const length = plainLength(source, inFlow);
    if (length === 0) break;
    text += spaces + source.prefix(length);
    source.forward(length);
    const found = scanPlainSpaces(source);
    endsLine = found.hasBreak;
    if (found.text === undefined || (!inFlow && source.column < indent)) break;
    spaces = found.text;
  }
  return { text, endsLine };
};
