// The grammar of expressions: what of Jinja the subset has. Anything else is refused, and named.
import { unescape } from './literal.js';
import { float } from './values.js';

/**
 * @typedef {{ kind: 'literal', value: unknown }
 *   | { kind: 'name', name: string }
 *   | { kind: 'list', items: Expression[] }
 *   | { kind: 'mapping', entries: [Expression, Expression][] }
 *   | { kind: 'attribute', of: Expression, name: string }
 *   | { kind: 'index', of: Expression, index: Expression }
 *   | { kind: 'negative', of: Expression }
 *   | { kind: 'not', of: Expression }
 *   | { kind: 'binary', operator: string, left: Expression, right: Expression }
 *   | { kind: 'comparison', first: Expression, rest: { operator: string, right: Expression }[] }
 *   | { kind: 'ternary', then: Expression, condition: Expression, otherwise: Expression | undefined }
 *   | { kind: 'filter', name: string, of: Expression, args: Expression[], named: Record<string, Expression> }
 *   | { kind: 'test', name: string, of: Expression, args: Expression[], isNegated: boolean }} Expression
 */

/** Something that is no expression, or none of the subset. */
export class JinjaSyntaxError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'JinjaSyntaxError';
  }
}

/** Methods of Python's mappings, which a point finds before a key. */
const METHODS = new Set([
  ...[
    'clear',
    'copy',
    'fromkeys',
    'get',
    'items',
    'keys',
    'pop',
    'popitem',
    'setdefault',
    'update',
    'values',
  ],
]);
const WORDS = new Map(
  /** @type {[string, unknown][]} */ ([
    ['true', true],
    ['True', true],
    ['false', false],
    ['False', false],
    ['none', null],
    ['None', null],
  ]),
);
const RESERVED = new Set(['if', 'else', 'and', 'or', 'not', 'in', 'is']);

const TOKEN =
  /\s*(?:(\d[\d_]*\.\d[\d_]*(?:[eE][-+]?\d+)?|\d[\d_]*(?:[eE][-+]?\d+)?)|'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|([A-Za-z_][A-Za-z0-9_]*)|(==|!=|<=|>=|\/\/|\*\*|[-+~|.,:()[\]{}<>*/%=])|(\S))/uy;

/** @typedef {{ kind: 'number' | 'text' | 'word' | 'mark' | 'end', value: unknown, written: string }} Token */

/** @param {string} source @param {boolean} isCondition @returns {Token[]} */
const tokensOf = (source, isCondition) => {
  /** @type {Token[]} */
  const tokens = [];
  const written = source.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < written.length) {
    const found = TOKEN.exec(written);
    if (found === null) break;
    const [whole, number, single, double, word, mark, other] = found;
    const string = single ?? double;
    if (number !== undefined) {
      const digits = number.replaceAll('_', '');
      if (/^0+[1-9]\d*$/u.test(digits))
        throw new JinjaSyntaxError(`"${number}" begins with a zero, as no number does`);
      const value = /^\d+$/u.test(digits) ? Number(digits) : float(Number(digits));
      tokens.push({ kind: 'number', value, written: number });
    } else if (string !== undefined) {
      tokens.push({ kind: 'text', value: isCondition ? unescape(string) : string, written: whole.trim() });
    } else if (word !== undefined) tokens.push({ kind: 'word', value: word, written: word });
    else if (mark !== undefined) tokens.push({ kind: 'mark', value: mark, written: mark });
    else throw new JinjaSyntaxError(`"${other ?? ''}" means nothing here`);
  }
  tokens.push({ kind: 'end', value: undefined, written: 'the end' });
  return tokens;
};

/**
 * @param {string} source
 * @param {{ isCondition?: boolean }} [options] `isCondition`: in a condition backslashes mean something in texts,
 *   which they do not between `{{` and `}}`, and a ternary stands in brackets
 * @returns {Expression}
 * @throws {JinjaSyntaxError}
 */
export const parseExpression = (source, { isCondition = false } = {}) => {
  const tokens = tokensOf(source, isCondition);
  let at = 0;
  const peek = () => /** @type {Token} */ (tokens[Math.min(at, tokens.length - 1)]);
  const next = () => {
    const token = peek();
    at += 1;
    return token;
  };
  /** @param {'word' | 'mark'} kind @param {string} value */
  const is = (kind, value) => peek().kind === kind && peek().value === value;
  /** @param {'word' | 'mark'} kind @param {string} value */
  const skip = (kind, value) => {
    if (!is(kind, value)) return false;
    at += 1;
    return true;
  };
  /** @param {string} what @returns {never} */
  const refuse = (what) => {
    throw new JinjaSyntaxError(what);
  };
  /** @param {string} mark @param {string} where */
  const need = (mark, where) => {
    if (!skip('mark', mark)) refuse(`"${mark}" expected ${where}, not "${peek().written}"`);
  };

  /** @returns {Expression} */
  const ternary = () => {
    let then = or();
    while (skip('word', 'if')) {
      const condition = or();
      then = { kind: 'ternary', then, condition, otherwise: skip('word', 'else') ? ternary() : undefined };
    }
    return then;
  };
  /** @returns {Expression} */
  const or = () => {
    let left = and();
    while (skip('word', 'or')) left = { kind: 'binary', operator: 'or', left, right: and() };
    return left;
  };
  /** @returns {Expression} */
  const and = () => {
    let left = not();
    while (skip('word', 'and')) left = { kind: 'binary', operator: 'and', left, right: not() };
    return left;
  };
  /** @returns {Expression} */
  const not = () => (skip('word', 'not') ? { kind: 'not', of: not() } : comparison());
  const comparisonOperator = () => {
    for (const mark of ['==', '!=', '<=', '>=', '<', '>']) if (skip('mark', mark)) return mark;
    if (skip('word', 'in')) return 'in';
    const second = tokens[at + 1];
    if (is('word', 'not') && second?.kind === 'word' && second.value === 'in') {
      at += 2;
      return 'not in';
    }
    return undefined;
  };
  /** @returns {Expression} */
  const comparison = () => {
    const first = sum();
    /** @type {{ operator: string, right: Expression }[]} */
    const rest = [];
    for (let operator = comparisonOperator(); operator !== undefined; operator = comparisonOperator()) {
      rest.push({ operator, right: sum() });
    }
    return rest.length === 0 ? first : { kind: 'comparison', first, rest };
  };
  /** @returns {Expression} */
  const sum = () => {
    let left = concatenation();
    for (;;) {
      const operator = ['+', '-'].find((each) => is('mark', each));
      if (operator === undefined) return left;
      at += 1;
      left = { kind: 'binary', operator, left, right: concatenation() };
    }
  };
  /** @returns {Expression} */
  const concatenation = () => {
    let left = signed(true);
    while (skip('mark', '~')) left = { kind: 'binary', operator: '~', left, right: signed(true) };
    const other = ['*', '/', '//', '%', '**'].find((each) => is('mark', each));
    if (other !== undefined) refuse(`the operator "${other}" is not in the subset`);
    return left;
  };
  /** @param {boolean} withFilters @returns {Expression} */
  const signed = (withFilters) => {
    /** @type {Expression} */
    const node = skip('mark', '-')
      ? { kind: 'negative', of: signed(false) }
      : skip('mark', '+')
        ? signed(false)
        : postfix(primary());
    return withFilters ? filtered(node) : node;
  };
  /** @returns {Expression} */
  const primary = () => {
    const token = next();
    if (token.kind === 'number') return { kind: 'literal', value: token.value };
    if (token.kind === 'text') {
      let value = String(token.value);
      while (peek().kind === 'text') value += String(next().value);
      return { kind: 'literal', value };
    }
    if (token.kind === 'word') {
      const name = String(token.value);
      if (WORDS.has(name)) return { kind: 'literal', value: WORDS.get(name) };
      if (RESERVED.has(name)) refuse(`"${name}" stands where a value is expected`);
      return { kind: 'name', name };
    }
    if (token.value === '(') {
      const inner = ternary();
      if (is('mark', ',')) refuse('tuples are not in the subset: write a list');
      need(')', 'at the end of what is in brackets');
      return inner;
    }
    if (token.value === '[') {
      /** @type {Expression[]} */
      const items = [];
      while (!skip('mark', ']')) {
        items.push(ternary());
        if (!skip('mark', ',') && !is('mark', ']')) need(']', 'at the end of a list');
      }
      return { kind: 'list', items };
    }
    if (token.value === '{') {
      /** @type {[Expression, Expression][]} */
      const entries = [];
      while (!skip('mark', '}')) {
        const name = ternary();
        need(':', 'after a key');
        entries.push([name, ternary()]);
        if (!skip('mark', ',') && !is('mark', '}')) need('}', 'at the end of a mapping');
      }
      return { kind: 'mapping', entries };
    }
    return refuse(`a value is expected, not "${token.written}"`);
  };
  /** @param {Expression} start @returns {Expression} */
  const postfix = (start) => {
    let of = start;
    for (;;) {
      if (skip('mark', '.')) {
        const token = next();
        if (token.kind === 'number' && typeof token.value === 'number') {
          of = { kind: 'index', of, index: { kind: 'literal', value: token.value } };
          continue;
        }
        if (token.kind !== 'word') refuse(`a name is expected after a point, not "${token.written}"`);
        const name = String(token.value);
        if (METHODS.has(name))
          refuse(`".${name}" is a method of Python's mappings, not a key: write ['${name}']`);
        of = { kind: 'attribute', of, name };
      } else if (skip('mark', '[')) {
        if (is('mark', ':')) refuse('slices are not in the subset');
        const index = ternary();
        if (is('mark', ':')) refuse('slices are not in the subset');
        need(']', 'after an index');
        of = { kind: 'index', of, index };
      } else if (is('mark', '(')) {
        refuse(
          of.kind === 'name'
            ? `the function "${of.name}" is not in the subset`
            : of.kind === 'attribute'
              ? `the method "${of.name}" is not in the subset`
              : 'calls are not in the subset',
        );
      } else return of;
    }
  };
  const argumentsOf = () => {
    /** @type {Expression[]} */
    const args = [];
    /** @type {Record<string, Expression>} */
    const named = {};
    if (!skip('mark', '(')) return { args, named };
    while (!skip('mark', ')')) {
      const second = tokens[at + 1];
      if (peek().kind === 'word' && second?.kind === 'mark' && second.value === '=') {
        const name = String(next().value);
        at += 1;
        named[name] = ternary();
      } else args.push(ternary());
      if (!skip('mark', ',') && !is('mark', ')')) need(')', 'at the end of arguments');
    }
    return { args, named };
  };
  const dotted = () => {
    const token = next();
    if (token.kind !== 'word') refuse(`a name is expected, not "${token.written}"`);
    let name = String(token.value);
    while (skip('mark', '.')) name += `.${next().written}`;
    return name.replace(/^ansible\.builtin\./u, '');
  };
  /** @param {Expression} start @returns {Expression} */
  const filtered = (start) => {
    let of = start;
    for (;;) {
      if (skip('mark', '|')) {
        const name = dotted();
        of = { kind: 'filter', name, of, ...argumentsOf() };
      } else if (skip('word', 'is')) {
        const isNegated = skip('word', 'not');
        const name = dotted();
        const { args, named } = argumentsOf();
        if (Object.keys(named).length > 0) refuse(`the test "${name}" has no named arguments in the subset`);
        const following = peek();
        const isArgument =
          following.kind === 'number' ||
          following.kind === 'text' ||
          (following.kind === 'word' && !RESERVED.has(String(following.value)));
        if (isArgument) refuse(`the argument of the test "${name}" stands in brackets in the subset`);
        of = { kind: 'test', name, of, args, isNegated };
      } else return of;
    }
  };

  if (peek().kind === 'end') refuse('the expression is empty');
  const expression = isCondition ? or() : ternary();
  if (isCondition && is('word', 'if')) refuse('a ternary in a condition stands in brackets');
  if (peek().kind !== 'end') refuse(`"${peek().written}" is not expected here`);
  return expression;
};

/** @typedef {{ kind: 'text', text: string } | { kind: 'expression', source: string }} Part */

/** The end of an expression that starts at an index: `}}` outside of texts. @param {string} source @param {number} start */
const endOf = (source, start) => {
  const scan = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|\{|\}\}|\}|[^'"{}]+|['"]/uy;
  scan.lastIndex = start;
  let depth = 0;
  for (let found = scan.exec(source); found !== null; found = scan.exec(source)) {
    const [mark] = found;
    if (mark === '{') depth += 1;
    if (mark === '}' && depth > 0) depth -= 1;
    if (mark === '}}') {
      if (depth === 0) return found.index;
      depth -= 1;
      scan.lastIndex = found.index + 1;
    }
  }
  return undefined;
};

/** Whether a text holds anything that Jinja reads. @param {string} source */
export const isTemplate = (source) => /\{[{%#]/u.test(source);

/**
 * The parts of a text with `{{ }}`.
 * @param {string} source
 * @returns {Part[]}
 * @throws {JinjaSyntaxError}
 */
export const partsOf = (source) => {
  /** @type {Part[]} */
  const parts = [];
  let at = 0;
  let isTrimmed = false;
  for (;;) {
    const found = /\{([{%#])/gu;
    found.lastIndex = at;
    const start = found.exec(source);
    const text = source.slice(at, start?.index);
    const isTrimmedAfter = start !== null && source[start.index + 2] === '-';
    const kept = isTrimmed ? text.trimStart() : text;
    const own = isTrimmedAfter ? kept.trimEnd() : kept;
    if (own !== '') parts.push({ kind: 'text', text: own });
    if (start === null) return parts;
    if (start[1] === '%') throw new JinjaSyntaxError('statements ({% %}) are not in the subset');
    if (start[1] === '#') {
      const end = source.indexOf('#}', start.index);
      if (end === -1) throw new JinjaSyntaxError('a comment without its end ("#}")');
      isTrimmed = source[end - 1] === '-';
      at = end + 2;
      continue;
    }
    const end = endOf(source, start.index + 2);
    if (end === undefined) throw new JinjaSyntaxError('an expression without its end ("}}")');
    isTrimmed = source[end - 1] === '-';
    const inner = source.slice(start.index + (isTrimmedAfter ? 3 : 2), isTrimmed ? end - 1 : end);
    parts.push({ kind: 'expression', source: inner });
    at = end + 2;
  }
};
