import { scanAnchorName, scanDirective, scanTag, type Directive, type WrittenTag } from './properties.ts';
import { scanBlockScalar, scanPlain, scanQuoted } from './scalars.ts';
import { isBlankOrEnd, isBreak, type YamlSource } from './source.ts';

/** One token of a YAML stream; `offset` is where it starts in the text. */
export type Token = { readonly offset: number } & (
  | { readonly type: PlainTokenType }
  | { readonly type: 'directive'; readonly directive: Directive }
  | { readonly type: 'alias' | 'anchor'; readonly name: string }
  | { readonly type: 'tag'; readonly tag: WrittenTag }
  | { readonly type: 'scalar'; readonly text: string; readonly isPlain: boolean }
);

type PlainTokenType =
  | 'document start'
  | 'document end'
  | 'stream end'
  | 'block sequence start'
  | 'block mapping start'
  | 'block end'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | '-'
  | '?'
  | ':';

/** A token that becomes a mapping key if a `:` follows it on the same line. */
interface SimpleKey {
  readonly tokenNumber: number;
  readonly isRequired: boolean;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A simple key is at most this long, in characters. */
const MAX_KEY_LENGTH = 1024;

/**
 * Splits a YAML stream into tokens, one after the other.
 * @parity PyYAML 6.0 scanner.py — same tokens, same refusals
 */
export class YamlScanner {
  readonly #source: YamlSource;
  readonly #tokens: Token[] = [];
  #taken = 0;
  #isDone = false;
  #flowLevel = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #allowsSimpleKey = true;
  /** By flow level; a list, because a document of a thousand keys asks ten thousand times. */
  readonly #simpleKeys: (SimpleKey | undefined)[] = [];

  constructor(source: YamlSource) {
    this.#source = source;
  }

  /** The next token, left in place. */
  peek(): Token {
    while (this.#needsMore()) this.#fetch();
    return this.#tokens[0] ?? { type: 'stream end', offset: this.#source.offset };
  }

  /** Takes the next token. */
  take(): Token {
    const token = this.peek();
    this.#tokens.shift();
    this.#taken++;
    return token;
  }

  #needsMore(): boolean {
    if (this.#isDone) return false;
    if (this.#tokens.length === 0) return true;
    this.#dropStaleKeys();
    let next = Infinity;
    for (const key of this.#simpleKeys)
      if (key !== undefined && key.tokenNumber < next) next = key.tokenNumber;
    return next === this.#taken;
  }

  #push(type: PlainTokenType, length: number): void {
    const { offset } = this.#source;
    this.#source.forward(length);
    this.#tokens.push({ type, offset });
  }

  #fetch(): void {
    const source = this.#source;
    this.#skipToToken();
    this.#dropStaleKeys();
    this.#unwind(source.column);
    const character = source.peek();
    const startsLine = source.column === 0;
    if (character === '') this.#fetchEnd();
    else if (startsLine && character === '%') this.#fetchDirective();
    else if (startsLine && source.atDocumentMarker()) this.#fetchDocumentMarker();
    else this.#fetchToken(character);
  }

  #fetchToken(character: string): void {
    const inFlow = this.#flowLevel > 0;
    const standsAlone = isBlankOrEnd(this.#source.peek(1));
    if (character === '[' || character === '{') this.#fetchOpening(character);
    else if (character === ']' || character === '}') this.#fetchClosing(character);
    else if (character === ',') this.#fetchComma();
    else if (character === '-' && standsAlone) this.#fetchEntry();
    else if (character === '?' && (inFlow || standsAlone)) this.#fetchKey();
    else if (character === ':' && (inFlow || standsAlone)) this.#fetchValue();
    else if (character === '*' || character === '&') this.#fetchName(character);
    else if (character === '!') this.#fetchTag();
    else if (!inFlow && (character === '|' || character === '>')) this.#fetchBlockScalar();
    else if (character === "'" || character === '"') this.#fetchQuoted();
    else if (!'\t#%@`|>'.includes(character)) this.#fetchPlain();
    else throw this.#source.fail(`character ${JSON.stringify(character)} cannot start any token`);
  }

  /** Skips spaces and comments; in a block, a line break makes room for a simple key. */
  #skipToToken(): void {
    const source = this.#source;
    if (source.offset === 0 && source.peek() === '\ufeff') source.forward();
    for (;;) {
      while (source.peek() === ' ') source.forward();
      if (source.peek() === '#') source.takeWhile((character) => !isBreak(character));
      if (source.takeBreak() === '') return;
      if (this.#flowLevel === 0) this.#allowsSimpleKey = true;
    }
  }

  #dropStaleKeys(): void {
    const { line, offset } = this.#source;
    for (let level = 0; level < this.#simpleKeys.length; level++) {
      const key = this.#simpleKeys[level];
      if (key === undefined || (key.line === line && offset - key.offset <= MAX_KEY_LENGTH)) continue;
      if (key.isRequired) throw this.#source.fail("expected ':' after this key", key.offset);
      this.#simpleKeys[level] = undefined;
    }
  }

  #saveSimpleKey(): void {
    if (!this.#allowsSimpleKey) return;
    this.#removeSimpleKey();
    const { offset, line, column } = this.#source;
    this.#simpleKeys[this.#flowLevel] = {
      tokenNumber: this.#taken + this.#tokens.length,
      isRequired: this.#flowLevel === 0 && this.#indent === column,
      offset,
      line,
      column,
    };
  }

  #removeSimpleKey(): void {
    const key = this.#simpleKeys[this.#flowLevel];
    if (key?.isRequired === true) throw this.#source.fail("expected ':' after this key", key.offset);
    this.#simpleKeys[this.#flowLevel] = undefined;
  }

  /** Ends the blocks that are indented further than the column. */
  #unwind(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#indent = this.#indents.pop() ?? -1;
      this.#push('block end', 0);
    }
  }

  #addIndent(column: number): boolean {
    if (this.#indent >= column) return false;
    this.#indents.push(this.#indent);
    this.#indent = column;
    return true;
  }

  #fetchEnd(): void {
    this.#unwind(-1);
    this.#removeSimpleKey();
    this.#allowsSimpleKey = false;
    this.#simpleKeys.length = 0;
    this.#push('stream end', 0);
    this.#isDone = true;
  }

  #fetchDirective(): void {
    this.#unwind(-1);
    this.#removeSimpleKey();
    this.#allowsSimpleKey = false;
    const { offset } = this.#source;
    this.#tokens.push({ type: 'directive', offset, directive: scanDirective(this.#source) });
  }

  #fetchDocumentMarker(): void {
    this.#unwind(-1);
    this.#removeSimpleKey();
    this.#allowsSimpleKey = false;
    this.#push(this.#source.peek() === '-' ? 'document start' : 'document end', 3);
  }

  #fetchOpening(bracket: '[' | '{'): void {
    this.#saveSimpleKey();
    this.#flowLevel++;
    this.#allowsSimpleKey = true;
    this.#push(bracket, 1);
  }

  #fetchClosing(bracket: ']' | '}'): void {
    this.#removeSimpleKey();
    this.#flowLevel--;
    this.#allowsSimpleKey = false;
    this.#push(bracket, 1);
  }

  #fetchComma(): void {
    this.#allowsSimpleKey = true;
    this.#removeSimpleKey();
    this.#push(',', 1);
  }

  #fetchEntry(): void {
    if (this.#flowLevel === 0) {
      if (!this.#allowsSimpleKey) throw this.#source.fail('a list entry cannot start here');
      if (this.#addIndent(this.#source.column)) this.#push('block sequence start', 0);
    }
    this.#allowsSimpleKey = true;
    this.#removeSimpleKey();
    this.#push('-', 1);
  }

  #fetchKey(): void {
    if (this.#flowLevel === 0) {
      if (!this.#allowsSimpleKey) throw this.#source.fail('a mapping key cannot start here');
      if (this.#addIndent(this.#source.column)) this.#push('block mapping start', 0);
    }
    this.#allowsSimpleKey = this.#flowLevel === 0;
    this.#removeSimpleKey();
    this.#push('?', 1);
  }

  #fetchValue(): void {
    const key = this.#simpleKeys[this.#flowLevel];
    if (key !== undefined) {
      this.#simpleKeys[this.#flowLevel] = undefined;
      const at = key.tokenNumber - this.#taken;
      const { offset } = key;
      const added: Token[] = [{ type: '?', offset }];
      if (this.#flowLevel === 0 && this.#addIndent(key.column))
        added.unshift({ type: 'block mapping start', offset });
      this.#tokens.splice(at, 0, ...added);
      this.#allowsSimpleKey = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#allowsSimpleKey) throw this.#source.fail('a mapping value cannot stand here');
        if (this.#addIndent(this.#source.column)) this.#push('block mapping start', 0);
      }
      this.#allowsSimpleKey = this.#flowLevel === 0;
      this.#removeSimpleKey();
    }
    this.#push(':', 1);
  }

  #fetchName(sign: '*' | '&'): void {
    this.#startScalar();
    const { offset } = this.#source;
    const name = scanAnchorName(this.#source);
    this.#tokens.push({ type: sign === '*' ? 'alias' : 'anchor', offset, name });
  }

  #fetchTag(): void {
    this.#startScalar();
    const { offset } = this.#source;
    this.#tokens.push({ type: 'tag', offset, tag: scanTag(this.#source) });
  }

  #fetchQuoted(): void {
    this.#startScalar();
    const { offset } = this.#source;
    this.#tokens.push({ type: 'scalar', offset, text: scanQuoted(this.#source), isPlain: false });
  }

  #fetchPlain(): void {
    this.#startScalar();
    const { offset } = this.#source;
    const { text, endsLine } = scanPlain(this.#source, this.#indent + 1, this.#flowLevel > 0);
    this.#allowsSimpleKey = endsLine;
    this.#tokens.push({ type: 'scalar', offset, text, isPlain: true });
  }

  #startScalar(): void {
    this.#saveSimpleKey();
    this.#allowsSimpleKey = false;
  }

  #fetchBlockScalar(): void {
    this.#allowsSimpleKey = true;
    this.#removeSimpleKey();
    const { offset } = this.#source;
    this.#tokens.push({
      type: 'scalar',
      offset,
      text: scanBlockScalar(this.#source, this.#indent),
      isPlain: false,
    });
  }
}
