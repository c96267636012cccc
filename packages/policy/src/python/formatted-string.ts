import { EvaluationError } from '../errors.ts';
import { unescape, type StringLiteral } from './string-literal.ts';

const fail = (message: string): EvaluationError => new EvaluationError('SyntaxError', `f-string: ${message}`);

/** Where the expression that starts at a place of a formatted string ends: at `!`, `=`, `:` or `}`. */
const findEnd = (text: string, start: number): number => {
  const open: string[] = [];
  let quotes = '';
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') throw fail('expression part cannot include a backslash');
    if (quotes) {
      if (text.startsWith(quotes, at)) {
        at += quotes.length - 1;
        quotes = '';
      }
    } else if (character === '"' || character === "'") {
      quotes = text.startsWith(character.repeat(3), at) ? character.repeat(3) : character;
      at += quotes.length - 1;
    } else if ('([{'.includes(character)) {
      open.push(character);
    } else if (character === '#') {
      throw fail("expression part cannot include '#'");
    } else if (open.length === 0 && '!:}=<>'.includes(character)) {
      if ('!=<>'.includes(character) && text[at + 1] === '=') {
        at++;
      } else if (character !== '<' && character !== '>') {
        return at;
      }
    } else if (')]}'.includes(character)) {
      const opened = open.pop();
      if (opened === undefined || '([{'.indexOf(opened) !== ')]}'.indexOf(character)) {
        throw fail(`unmatched '${character}'`);
      }
    }
  }
  throw fail(quotes ? 'unterminated string' : "expecting '}'");
};

/** Checks `expression[=][!conversion]}` and returns the place after it. */
const checkField = (text: string, start: number, parse: (source: string) => unknown): number => {
  let at = findEnd(text, start);
  const source = text.slice(start, at);
  if (/^[ \t\n\f\r]*$/.test(source)) throw fail('empty expression not allowed');
  parse(`(${source})`);
  if (text[at] === '=') {
    at++;
    while (/\s/.test(text[at] ?? '')) at++;
  }
  if (text[at] === '!') {
    if (!/[sra]/.test(text[at + 1] ?? '')) throw fail('invalid conversion character');
    at += 2;
  }
  if (text[at] !== '}') throw fail("expecting '}'");
  return at + 1;
};

/**
 * Checks the syntax of a formatted string; its value is never needed.
 * @param parse parses one expression, or throws
 * @throws EvaluationError (SyntaxError) where Python does
 */
export const checkFormattedString = (literal: StringLiteral, parse: (source: string) => unknown): void => {
  const { text, isRaw } = literal;
  let constant = '';
  for (let at = 0; at < text.length;) {
    const character = text.charAt(at);
    if (!isRaw && character === '\\' && text[at + 1] !== '{' && text[at + 1] !== '}') {
      constant += text.slice(at, at + 2);
      at += 2;
    } else if (character !== '{' && character !== '}') {
      constant += character;
      at++;
    } else if (text[at + 1] === character) {
      at += 2;
    } else {
      if (character === '}') throw fail("single '}' is not allowed");
      at = checkField(text, at + 1, parse);
    }
  }
  if (!isRaw) unescape(constant, false);
};
