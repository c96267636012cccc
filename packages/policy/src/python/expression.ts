import { EvaluationError } from '../errors.ts';
import { syntaxError, tokenizeExpression, type ExpressionToken } from './expression-tokens.ts';
import { checkFormattedString } from './formatted-string.ts';
import type { StringLiteral } from './string-literal.ts';
import { ELLIPSIS } from './values.ts';

/**
 * A parsed Python expression, as far as literals need it: `other` is any expression that is no literal.
 * `isTarget` says that a `for` may assign to it.
 */
export type Expression =
  | { readonly type: 'constant'; readonly value: unknown }
  | {
      readonly type: 'tuple' | 'list' | 'set';
      readonly items: readonly Expression[];
      readonly isTarget?: boolean;
    }
  | { readonly type: 'empty dict' }
  | { readonly type: 'empty set call' }
  | { readonly type: 'sign'; readonly operator: '+' | '-'; readonly operand: Expression }
  | {
      readonly type: 'sum';
      readonly operator: '+' | '-';
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly type: 'name'; readonly name: string; readonly isTarget: true }
  | { readonly type: 'starred'; readonly isTarget: boolean }
  | { readonly type: 'other'; readonly isTarget: boolean };

const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);
const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['None', null],
  ['True', true],
  ['False', false],
]);

const OTHER: Expression = { type: 'other', isTarget: false };
const PLACE: Expression = { type: 'other', isTarget: true };

/** Python gives up at some depth, too. */
const MAX_DEPTH = 800;

/** Left-associative binary operators, loosest first. */
const BINARY: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '//', '%', '@'],
];
const END: ExpressionToken = { type: 'end', text: '' };
const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=']);

const isTarget = (expression: Expression): boolean => 'isTarget' in expression && expression.isTarget;

/** Recursive descent over Python's expression grammar without colons, which no kind can hold. */
class ExpressionParser {
  readonly #tokens: readonly ExpressionToken[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly ExpressionToken[]) {
    this.#tokens = tokens;
  }

  /** `eval: expressions NEWLINE* END` */
  parseAll(): Expression {
    this.#refuseIndent();
    const first = this.#expression();
    let whole = first;
    if (this.#is(',')) {
      const items = [first];
      while (this.#take(',') && this.#startsExpression()) items.push(this.#expression());
      whole = { type: 'tuple', items };
    }
    while (this.#token.type === 'newline') this.#at++;
    this.#refuseIndent();
    if (this.#token.type !== 'end') throw this.#unexpected();
    return whole;
  }

  #refuseIndent(): void {
    if (this.#token.type === 'indent') throw new EvaluationError('IndentationError', 'unexpected indent');
  }

  get #token(): ExpressionToken {
    return this.#tokens[this.#at] ?? END;
  }

  #unexpected(): EvaluationError {
    return syntaxError(`invalid syntax at ${JSON.stringify(this.#token.text)}`);
  }

  #is(text: string): boolean {
    const { type, text: own } = this.#token;
    return own === text && (type === 'operator' || (type === 'name' && KEYWORDS.has(text)));
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected();
  }

  #startsExpression(): boolean {
    const { type, text } = this.#token;
    if (type === 'newline' || type === 'end' || type === 'indent') return false;
    if (type === 'operator') return ['(', '[', '{', '+', '-', '~', '...'].includes(text);
    return (
      type !== 'name' || !KEYWORDS.has(text) || CONSTANTS.has(text) || text === 'not' || text === 'await'
    );
  }

  #nested<T>(parse: () => T): T {
    if (++this.#depth > MAX_DEPTH)
      throw new EvaluationError('RecursionError', 'expression is nested too deeply');
    try {
      return parse();
    } finally {
      this.#depth--;
    }
  }

  #expression(): Expression {
    return this.#nested(() => {
      const value = this.#disjunction();
      if (!this.#take('if')) return value;
      this.#disjunction();
      this.#expect('else');
      this.#expression();
      return OTHER;
    });
  }

  #disjunction(): Expression {
    let left = this.#conjunction();
    while (this.#take('or')) {
      this.#conjunction();
      left = OTHER;
    }
    return left;
  }

  #conjunction(): Expression {
    let left = this.#inversion();
    while (this.#take('and')) {
      this.#inversion();
      left = OTHER;
    }
    return left;
  }

  #inversion(): Expression {
    if (!this.#take('not')) return this.#comparison();
    this.#nested(() => this.#inversion());
    return OTHER;
  }

  #comparison(): Expression {
    let left = this.#binary(0);
    while (this.#takeComparison()) {
      this.#binary(0);
      left = OTHER;
    }
    return left;
  }

  #takeComparison(): boolean {
    if (this.#token.type === 'operator' && COMPARISONS.has(this.#token.text)) {
      this.#at++;
      return true;
    }
    if (this.#take('in')) return true;
    if (this.#take('is')) {
      this.#take('not');
      return true;
    }
    if (!this.#take('not')) return false;
    this.#expect('in');
    return true;
  }

  #binary(level: number): Expression {
    const operators = BINARY[level];
    if (operators === undefined) return this.#factor();
    let left = this.#binary(level + 1);
    while (this.#token.type === 'operator' && operators.includes(this.#token.text)) {
      const operator = this.#token.text;
      this.#at++;
      const right = this.#binary(level + 1);
      left = operator === '+' || operator === '-' ? { type: 'sum', operator, left, right } : OTHER;
    }
    return left;
  }

  #factor(): Expression {
    const operator = this.#token.text;
    if (this.#take('+') || this.#take('-') || this.#take('~')) {
      const operand = this.#nested(() => this.#factor());
      return operator === '~' ? OTHER : { type: 'sign', operator: operator as '+' | '-', operand };
    }
    const base = this.#awaited();
    if (!this.#take('**')) return base;
    this.#nested(() => this.#factor());
    return OTHER;
  }

  #awaited(): Expression {
    if (!this.#take('await')) return this.#primary();
    this.#primary();
    return OTHER;
  }

  #primary(): Expression {
    let value = this.#atom();
    for (;;) {
      if (this.#take('.')) {
        if (this.#token.type !== 'name' || KEYWORDS.has(this.#token.text)) throw this.#unexpected();
        this.#at++;
        value = PLACE;
      } else if (this.#take('[')) {
        this.#nested(() => {
          this.#items(']');
        });
        value = PLACE;
      } else if (this.#take('(')) {
        const isEmpty = this.#is(')');
        this.#nested(() => {
          this.#callArguments();
        });
        const isSet = isEmpty && value.type === 'name' && value.name === 'set';
        value = isSet ? { type: 'empty set call' } : OTHER;
      } else {
        return value;
      }
    }
  }

  #atom(): Expression {
    const { type, text, value } = this.#token;
    if (type === 'name') {
      if (!KEYWORDS.has(text)) {
        this.#at++;
        return { type: 'name', name: text, isTarget: true };
      }
      if (!CONSTANTS.has(text)) throw this.#unexpected();
      this.#at++;
      return { type: 'constant', value: CONSTANTS.get(text) };
    }
    if (type === 'number') {
      this.#at++;
      return { type: 'constant', value };
    }
    if (type === 'string') return this.#strings();
    if (this.#take('...')) return { type: 'constant', value: ELLIPSIS };
    if (this.#take('(')) return this.#nested(() => this.#parenthesised());
    if (this.#take('[')) return this.#nested(() => this.#list());
    if (this.#take('{')) return this.#nested(() => this.#braces());
    throw this.#unexpected();
  }

  /** Strings side by side are one string. */
  #strings(): Expression {
    const literals: StringLiteral[] = [];
    while (this.#token.type === 'string') {
      literals.push(this.#token.value as StringLiteral);
      this.#at++;
    }
    const isBytes = literals.some(({ type }) => type === 'bytes');
    if (isBytes && literals.some(({ type }) => type !== 'bytes')) {
      throw syntaxError('cannot mix bytes and nonbytes literals');
    }
    const formatted = literals.filter(({ type }) => type === 'formatted');
    for (const literal of formatted) checkFormattedString(literal, parseExpression);
    if (formatted.length > 0) return OTHER;
    const text = literals.map((literal) => literal.text).join('');
    return { type: 'constant', value: isBytes ? Uint8Array.from(text, (byte) => byte.charCodeAt(0)) : text };
  }

  #parenthesised(): Expression {
    if (this.#take(')')) return { type: 'tuple', items: [], isTarget: true };
    if (this.#take('yield')) {
      if (this.#take('from')) this.#expression();
      else if (!this.#is(')')) this.#starredList(')');
      this.#expect(')');
      return OTHER;
    }
    const first = this.#starOrExpression();
    if (this.#is(',')) {
      const items = [first, ...this.#rest(')')];
      return { type: 'tuple', items, isTarget: items.every(isTarget) };
    }
    if (first.type === 'starred') throw syntaxError('cannot use starred expression here');
    if (this.#comprehension()) {
      this.#expect(')');
      return OTHER;
    }
    this.#expect(')');
    return first;
  }

  #list(): Expression {
    if (this.#take(']')) return { type: 'list', items: [], isTarget: true };
    const first = this.#starOrExpression();
    if (first.type !== 'starred' && this.#comprehension()) {
      this.#expect(']');
      return OTHER;
    }
    const items = [first, ...this.#rest(']')];
    return { type: 'list', items, isTarget: items.every(isTarget) };
  }

  #braces(): Expression {
    if (this.#take('}')) return { type: 'empty dict' };
    if (this.#is('**')) {
      do {
        if (this.#is('}')) break;
        this.#expect('**');
        this.#binary(0);
      } while (this.#take(','));
      this.#expect('}');
      return OTHER;
    }
    const first = this.#starOrExpression();
    if (first.type !== 'starred' && this.#comprehension()) {
      this.#expect('}');
      return OTHER;
    }
    return { type: 'set', items: [first, ...this.#rest('}')] };
  }

  /** `, item, item … CLOSE` after the first item. */
  #rest(close: string): Expression[] {
    const items: Expression[] = [];
    while (this.#take(',')) {
      if (this.#is(close)) break;
      items.push(this.#starOrExpression());
    }
    this.#expect(close);
    return items;
  }

  /** At least one item, then CLOSE: what stands in a subscript. */
  #items(close: string): void {
    this.#starOrExpression();
    this.#rest(close);
  }

  #starredList(close: string): void {
    this.#starOrExpression();
    while (this.#take(',') && !this.#is(close)) this.#starOrExpression();
  }

  #starOrExpression(): Expression {
    if (!this.#take('*')) return this.#expression();
    return { type: 'starred', isTarget: isTarget(this.#binary(0)) };
  }

  /** `for targets in disjunction [if disjunction]…`, as often as it comes; false when there is none. */
  #comprehension(): boolean {
    let found = false;
    while (this.#is('for') || this.#is('async')) {
      found = true;
      this.#take('async');
      this.#expect('for');
      this.#targets();
      this.#expect('in');
      this.#disjunction();
      while (this.#take('if')) this.#disjunction();
    }
    return found;
  }

  #targets(): void {
    do {
      if (this.#is('in')) break;
      this.#take('*');
      if (!isTarget(this.#primary())) throw syntaxError('cannot assign to this expression');
    } while (this.#take(','));
  }

  #callArguments(): void {
    let stage: 'positional' | 'keyword' | 'mapping' = 'positional';
    let count = 0;
    let hasGenerator = false;
    while (!this.#take(')')) {
      count++;
      if (this.#take('**')) {
        this.#expression();
        stage = 'mapping';
      } else if (this.#take('*')) {
        if (stage === 'mapping')
          throw syntaxError('iterable argument unpacking follows keyword argument unpacking');
        this.#expression();
      } else if (this.#startsKeyword()) {
        this.#at += 2;
        this.#expression();
        if (stage === 'positional') stage = 'keyword';
      } else {
        if (stage !== 'positional') throw syntaxError('positional argument follows keyword argument');
        this.#expression();
        hasGenerator ||= this.#comprehension();
        if (hasGenerator && (count > 1 || !this.#is(')'))) {
          throw syntaxError('Generator expression must be parenthesized');
        }
      }
      if (!this.#take(',') && !this.#is(')')) throw this.#unexpected();
    }
  }

  #startsKeyword(): boolean {
    const next = this.#tokens[this.#at + 1];
    return (
      this.#token.type === 'name' &&
      !KEYWORDS.has(this.#token.text) &&
      next?.type === 'operator' &&
      next.text === '='
    );
  }
}

/**
 * Parses one Python expression.
 * @throws EvaluationError (SyntaxError, IndentationError) where `ast.parse(…, mode='eval')` does
 * @parity CPython 3.11 python.gram `eval`, for text without colons — same
 */
export const parseExpression = (source: string): Expression =>
  new ExpressionParser(tokenizeExpression(source)).parseAll();
