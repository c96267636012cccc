import { EvaluationError } from '../errors.ts';
import { readNumber } from './number-literal.ts';
import { readString, type StringLiteral } from './string-literal.ts';

/** One token of a Python expression. */
export interface ExpressionToken {
  readonly type: 'name' | 'number' | 'string' | 'operator' | 'newline' | 'indent' | 'end';
  readonly text: string;
  /** The number, or the parts of the string. */
  readonly value?: unknown;
}

const OPERATORS = [
  ...['**=', '//=', '>>=', '<<=', '...'],
  ...['**', '//', '>>', '<<', '==', '!=', '<=', '>=', '->', ':=', '<>'],
  ...['+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '@='],
  ...Array.from('+-*/%&|^~@()[]{}<>=,.;:'),
];

const START = /[A-Za-z_\u0080-\u{10ffff}]/u;
const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
const WORD = /[A-Za-z0-9_\u0080-\u{10ffff}]+/uy;
const STRING_START = /(?:[bB][rR]?|[rR][bBfF]?|[fF][rR]?|[uU])?["']/y;
const MAX_NESTING = 200;

export const syntaxError = (message: string): EvaluationError => new EvaluationError('SyntaxError', message);

/** Skips blank lines and the indentation of the next line; a form feed starts the indentation anew. */
const skipIndentation = (source: string, start: number): { end: number; isIndented: boolean } => {
  let isIndented = false;
  for (let at = start; ; at++) {
    const character = source[at];
    if (character === ' ' || character === '\t') isIndented = true;
    else if (character === '\f') isIndented = false;
    else if (character === '\\' && source[at + 1] === '\n') at++;
    else if (character === '#' || character === '\n') {
      while (at < source.length && source[at] !== '\n') at++;
      if (at >= source.length) return { end: at, isIndented: false };
      isIndented = false;
    } else return { end: at, isIndented };
  }
};

/**
 * Splits the source of one Python expression into tokens, the last of which is `end`.
 * @throws EvaluationError (SyntaxError) where Python's tokenizer does
 * @parity CPython 3.11 tokenizer.c — same, without names for `\N{…}`
 */
export const tokenizeExpression = (text: string): ExpressionToken[] => {
  const source = text.replace(/\r\n?/g, '\n');
  const tokens: ExpressionToken[] = [];
  const brackets: string[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  let startsLine = true;
  while (at < source.length) {
    if (startsLine && brackets.length === 0) {
      const line = skipIndentation(source, at);
      at = line.end;
      if (line.isIndented) tokens.push({ type: 'indent', text: '' });
      // An indented first line fails before the rest of the source is looked at.
      if (line.isIndented && tokens.length === 1) return tokens;
      startsLine = false;
      if (at >= source.length) break;
    }
    const character = source.charAt(at);
    if (character === ' ' || character === '\t' || character === '\f') {
      at++;
    } else if (character === '\n') {
      at++;
      if (brackets.length > 0) continue;
      tokens.push({ type: 'newline', text: '' });
      startsLine = true;
    } else if (character === '#') {
      while (at < source.length && source[at] !== '\n') at++;
    } else if (character === '\\') {
      if (source[at + 1] !== '\n')
        throw syntaxError('unexpected character after line continuation character');
      at += 2;
      if (at >= source.length) throw syntaxError('unexpected EOF while parsing');
    } else if (match(STRING_START) !== undefined) {
      const literal: StringLiteral = readString(source, at);
      tokens.push({ type: 'string', text: source.slice(at, literal.end), value: literal });
      at = literal.end;
    } else if (/[0-9]/.test(character) || (character === '.' && /[0-9]/.test(source[at + 1] ?? ''))) {
      const number = readNumber(source, at);
      tokens.push({ type: 'number', text: source.slice(at, number.end), value: number.value });
      at = number.end;
    } else if (START.test(String.fromCodePoint(source.codePointAt(at) ?? 0))) {
      const word = match(WORD) ?? '';
      if (!IDENTIFIER.test(word.normalize('NFKC')) || !IDENTIFIER.test(word)) {
        throw syntaxError(`invalid character in ${JSON.stringify(word)}`);
      }
      tokens.push({ type: 'name', text: word.normalize('NFKC') });
      at += word.length;
    } else {
      const operator = OPERATORS.find((candidate) => source.startsWith(candidate, at));
      if (operator === undefined) throw syntaxError(`invalid character ${JSON.stringify(character)}`);
      if ('([{'.includes(operator)) {
        if (brackets.length >= MAX_NESTING) throw syntaxError('too many nested parentheses');
        brackets.push(operator);
      } else if (')]}'.includes(operator)) {
        const open = brackets.pop();
        if (open === undefined || '([{'.indexOf(open) !== ')]}'.indexOf(operator)) {
          throw syntaxError(`unmatched '${operator}'`);
        }
      }
      tokens.push({ type: 'operator', text: operator });
      at += operator.length;
    }
  }
  if (brackets.length > 0) throw syntaxError(`'${brackets.at(-1) ?? ''}' was never closed`);
  tokens.push({ type: 'end', text: '' });
  return tokens;
};
