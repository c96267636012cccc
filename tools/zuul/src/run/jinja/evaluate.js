// Expressions to values.
import { FILTERS } from './filters.js';
import { TESTS } from './tests.js';
import * as values from './values.js';

/** @import { Expression } from './parse.js' */

const { JinjaError, UndefinedValue } = values;

/** Looks a name up. @typedef {(name: string) => unknown} Scope `UndefinedValue` for what it does not have */

/** @param {unknown} of @param {unknown} index @returns {unknown} */
const itemOf = (of, index) => {
  if (of instanceof UndefinedValue) return of;
  const [own, key] = [values.defined(of), values.defined(index)];
  if (Array.isArray(own) || typeof own === 'string') {
    const list = Array.isArray(own) ? own : [...own];
    const isWhole = values.isNumber(key) && !values.isFloat(key);
    const at = isWhole ? list.at(values.numberOf(key)) : undefined;
    if (at !== undefined) return /** @type {unknown} */ (at);
    return new UndefinedValue(`${values.typeName(own)} object has no element ${values.repr(key)}`);
  }
  if (values.isMapping(own) && typeof key === 'string' && Object.hasOwn(own, key)) return own[key];
  return new UndefinedValue(`'${values.typeName(own)} object' has no attribute ${values.repr(key)}`);
};

/** @param {string} operator @param {unknown} left @param {unknown} right @returns {unknown} */
const arithmetic = (operator, left, right) => {
  const [a, b] = [values.defined(left), values.defined(right)];
  if (values.isNumber(a) && values.isNumber(b)) {
    const result =
      operator === '+' ? values.numberOf(a) + values.numberOf(b) : values.numberOf(a) - values.numberOf(b);
    return values.isFloat(a) || values.isFloat(b) ? values.float(result) : result;
  }
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
  if (operator === '+' && Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  throw new JinjaError(
    `unsupported operand type(s) for ${operator}: '${values.typeName(a)}' and '${values.typeName(b)}'`,
  );
};

/** @param {string} operator @param {unknown} left @param {unknown} right @returns {boolean} */
const isSo = (operator, left, right) => {
  switch (operator) {
    case '==':
      return values.areEqual(left, right);
    case '!=':
      return !values.areEqual(left, right);
    case 'in':
      return values.isIn(left, right);
    case 'not in':
      return !values.isIn(left, right);
    default: {
      const order = values.compare(left, right, operator);
      if (operator === '<') return order < 0;
      if (operator === '>') return order > 0;
      return operator === '<=' ? order <= 0 : order >= 0;
    }
  }
};

/**
 * @param {Expression} expression
 * @param {Scope} scope
 * @returns {unknown} an `UndefinedValue` where it comes to nothing; a `NativeText` where that is what a filter made
 * @throws {JinjaError}
 */
export const evaluate = (expression, scope) => {
  /** @param {Expression} node @returns {unknown} */
  const raw = (node) => evaluate(node, scope);
  /** @param {Expression} node @returns {unknown} without the mark of a native text */
  const plain = (node) => {
    const value = raw(node);
    return value instanceof values.NativeText ? value.text : value;
  };
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'name':
      return scope(expression.name);
    case 'list':
      return expression.items.map(plain);
    case 'mapping':
      return Object.fromEntries(
        expression.entries.map(([name, value]) => [values.text(raw(name)), plain(value)]),
      );
    case 'attribute':
      return itemOf(raw(expression.of), expression.name);
    case 'index':
      return itemOf(raw(expression.of), raw(expression.index));
    case 'negative': {
      const own = values.defined(raw(expression.of));
      if (!values.isNumber(own))
        throw new JinjaError(`bad operand type for unary -: '${values.typeName(own)}'`);
      return values.isFloat(own) ? values.float(-values.numberOf(own)) : -values.numberOf(own);
    }
    case 'not':
      return !values.isTrue(raw(expression.of));
    case 'binary': {
      const { operator, left, right } = expression;
      if (operator === 'and') {
        const own = raw(left);
        return values.isTrue(own) ? raw(right) : own;
      }
      if (operator === 'or') {
        const own = raw(left);
        return values.isTrue(own) ? own : raw(right);
      }
      if (operator === '~') return values.text(raw(left)) + values.text(raw(right));
      return arithmetic(operator, raw(left), raw(right));
    }
    case 'comparison': {
      let left = raw(expression.first);
      for (const { operator, right } of expression.rest) {
        const own = raw(right);
        if (!isSo(operator, left, own)) return false;
        left = own;
      }
      return true;
    }
    case 'ternary': {
      if (values.isTrue(raw(expression.condition))) return raw(expression.then);
      if (expression.otherwise !== undefined) return raw(expression.otherwise);
      return new UndefinedValue(
        'the inline if-expression evaluated to false and no else section was defined',
        undefined,
        { isSilent: true },
      );
    }
    case 'filter': {
      const filter = FILTERS[expression.name];
      if (filter === undefined) throw new JinjaError(`no filter named '${expression.name}'`);
      const named = Object.fromEntries(
        Object.entries(expression.named).map(([name, value]) => [name, plain(value)]),
      );
      return filter(plain(expression.of), { args: expression.args.map(plain), named });
    }
    case 'test': {
      const test = TESTS[expression.name];
      if (test === undefined) throw new JinjaError(`no test named '${expression.name}'`);
      return test(plain(expression.of), expression.args.map(plain)) !== expression.isNegated;
    }
  }
};
