import { isBlankOrEnd, isBreak, isBreakOrEnd, isSpaceOrEnd, type YamlSource } from './source.ts';

/** A tag as written: the handle (`!`, `!!`, `!name!`) or null for a verbatim or bare one, and the rest. */
export interface WrittenTag {
  readonly handle: string | null;
  readonly suffix: string;
}

/** A `%YAML` or `%TAG` line; other directives are ignored. */
export type Directive =
  | { readonly name: 'YAML'; readonly major: number }
  | { readonly name: 'TAG'; readonly handle: string; readonly prefix: string }
  | { readonly name: 'ignored' };

const isWord = (character: string): boolean => /^[0-9A-Za-z_-]$/.test(character);
const isUri = (character: string): boolean => /^[0-9A-Za-z\-;/?:@&=+$,_.!~*'()[\]%]$/.test(character);

/** Reads the name after `&` or `*`. */
export const scanAnchorName = (source: YamlSource): string => {
  source.forward();
  const name = source.takeWhile(isWord);
  const next = source.peek();
  if (name === '' || !(isBlankOrEnd(next) || '?:,]}%@`'.includes(next))) {
    throw source.fail('an anchor or alias holds letters, digits, - and _ only');
  }
  return name;
};

const scanTagHandle = (source: YamlSource): string => {
  if (source.peek() !== '!') throw source.fail("expected '!'");
  source.forward();
  if (source.peek() === ' ') return '!';
  const name = source.takeWhile(isWord);
  if (source.peek() !== '!') throw source.fail("expected '!'");
  source.forward();
  return `!${name}!`;
};

const decodeEscapes = (source: YamlSource, escapes: string): string => {
  try {
    return decodeURIComponent(escapes);
  } catch {
    throw source.fail('the escapes of a tag are not UTF-8');
  }
};

const scanTagUri = (source: YamlSource): string => {
  let uri = '';
  let escapes = '';
  const flush = (): void => {
    uri += decodeEscapes(source, escapes);
    escapes = '';
  };
  while (isUri(source.peek())) {
    if (source.peek() === '%') {
      if (!/^%[0-9A-Fa-f]{2}$/.test(source.prefix(3)))
        throw source.fail('% in a tag needs two hexadecimal digits');
      escapes += source.prefix(3);
      source.forward(3);
    } else {
      flush();
      uri += source.peek();
      source.forward();
    }
  }
  flush();
  if (uri === '') throw source.fail('expected a tag');
  return uri;
};

const hasHandle = (source: YamlSource): boolean => {
  for (let length = 1; ; length++) {
    const character = source.peek(length);
    if (isSpaceOrEnd(character)) return false;
    if (character === '!') return true;
  }
};

/** Reads a tag: `!`, `!name`, `!!name`, `!handle!name` or `!<uri>`. */
export const scanTag = (source: YamlSource): WrittenTag => {
  let tag: WrittenTag;
  if (source.peek(1) === '<') {
    source.forward(2);
    tag = { handle: null, suffix: scanTagUri(source) };
    if (source.peek() !== '>') throw source.fail("expected '>'");
    source.forward();
  } else if (isBlankOrEnd(source.peek(1))) {
    tag = { handle: null, suffix: '!' };
    source.forward();
  } else if (hasHandle(source)) {
    tag = { handle: scanTagHandle(source), suffix: scanTagUri(source) };
  } else {
    source.forward();
    tag = { handle: '!', suffix: scanTagUri(source) };
  }
  if (!isSpaceOrEnd(source.peek())) throw source.fail('a space must follow a tag');
  return tag;
};

const skipSpaces = (source: YamlSource): void => {
  source.takeWhile((character) => character === ' ');
};

const scanNumber = (source: YamlSource): number => {
  const digits = source.takeWhile((character) => /^[0-9]$/.test(character));
  if (digits === '') throw source.fail('expected a digit');
  return Number(digits);
};

const scanVersion = (source: YamlSource): Directive => {
  skipSpaces(source);
  const major = scanNumber(source);
  if (source.peek() !== '.') throw source.fail("expected '.' in the version");
  source.forward();
  scanNumber(source);
  if (!isSpaceOrEnd(source.peek())) throw source.fail('expected the end of the version');
  return { name: 'YAML', major };
};

const scanTagDirective = (source: YamlSource): Directive => {
  skipSpaces(source);
  const handle = scanTagHandle(source);
  if (source.peek() !== ' ') throw source.fail('expected a space');
  skipSpaces(source);
  const prefix = scanTagUri(source);
  if (!isSpaceOrEnd(source.peek())) throw source.fail('expected a space');
  return { name: 'TAG', handle, prefix };
};

/** Reads a line that starts with `%`. */
export const scanDirective = (source: YamlSource): Directive => {
  source.forward();
  const name = source.takeWhile(isWord);
  if (name === '' || !isSpaceOrEnd(source.peek())) throw source.fail('expected the name of a directive');
  let directive: Directive = { name: 'ignored' };
  if (name === 'YAML') directive = scanVersion(source);
  else if (name === 'TAG') directive = scanTagDirective(source);
  else source.takeWhile((character) => !isBreak(character));
  skipSpaces(source);
  if (source.peek() === '#') source.takeWhile((character) => !isBreak(character));
  if (!isBreakOrEnd(source.peek())) throw source.fail('expected a comment or a line break');
  source.takeBreak();
  return directive;
};
