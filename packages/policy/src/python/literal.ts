import { EvaluationError } from '../errors.ts';
import { Complex } from './complex.ts';
import { parseExpression, type Expression } from './expression.ts';
import { orderedSet } from './set-order.ts';
import { Float, Tuple, typeName } from './values.ts';

/** What Python's `ast.literal_eval` makes of a text: a value, an error, or nothing (its ValueError). */
export type LiteralResult =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'error'; readonly error: EvaluationError }
  | { readonly type: 'none' };

/** Thrown where `ast.literal_eval` raises ValueError: the expression is no literal. */
class NoLiteral extends Error {}

type Numeric = number | bigint | Float | Complex;

const numberOf = (expression: Expression): Numeric => {
  if (expression.type !== 'constant') throw new NoLiteral();
  const { value } = expression;
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (value instanceof Float || value instanceof Complex) return value;
  throw new NoLiteral();
};

const negate = (value: Numeric): Numeric => {
  if (value instanceof Float) return new Float(-value.value);
  if (value instanceof Complex) return new Complex(-value.real, -value.imaginary);
  return typeof value === 'number' && value !== 0 ? -value : typeof value === 'bigint' ? -value : 0;
};

const signedNumberOf = (expression: Expression): Numeric => {
  if (expression.type !== 'sign') return numberOf(expression);
  const operand = numberOf(expression.operand);
  return expression.operator === '-' ? negate(operand) : operand;
};

const sumOf = ({ operator, left, right }: Extract<Expression, { type: 'sum' }>): Complex => {
  const real = signedNumberOf(left);
  const imaginary = numberOf(right);
  if (real instanceof Complex || !(imaginary instanceof Complex)) throw new NoLiteral();
  const size = real instanceof Float ? real.value : Number(real);
  if (!(real instanceof Float) && !Number.isFinite(size)) {
    throw new EvaluationError('OverflowError', 'int too large to convert to float');
  }
  return operator === '+'
    ? new Complex(size + 0, 0 + imaginary.imaginary)
    : new Complex(size - 0, 0 - imaginary.imaginary);
};

const requireHashable = (value: unknown): void => {
  const type = typeName(value);
  if (type === 'list' || type === 'set' || type === 'dict') {
    throw new EvaluationError('TypeError', `unhashable type: '${type}'`);
  }
  if (value instanceof Tuple) value.items.forEach(requireHashable);
};

const valueOf = (expression: Expression): unknown => {
  switch (expression.type) {
    case 'constant':
      return expression.value;
    case 'tuple':
      return new Tuple(expression.items.map(valueOf));
    case 'list':
      return expression.items.map(valueOf);
    case 'set':
      return orderedSet(
        expression.items.map((item) => {
          const value = valueOf(item);
          requireHashable(value);
          return value;
        }),
      );
    case 'empty dict':
      return {};
    case 'empty set call':
      return new Set();
    case 'sign':
      return signedNumberOf(expression);
    case 'sum':
      return sumOf(expression);
    default:
      throw new NoLiteral();
  }
};

/**
 * What Python's `ast.literal_eval` does with a text.
 * @parity CPython 3.11 ast.literal_eval, for text without colons — same, but `\N{…}` names are unknown and a
 * set of texts keeps its order
 */
export const evaluateLiteral = (text: string): LiteralResult => {
  // Python cannot even encode such a source, which is a ValueError.
  if (/[\0\p{Cs}]/u.test(text)) return { type: 'none' };
  try {
    return { type: 'value', value: valueOf(parseExpression(text.replace(/^[ \t]+/, ''))) };
  } catch (error) {
    if (error instanceof NoLiteral) return { type: 'none' };
    if (error instanceof EvaluationError) return { type: 'error', error };
    throw error;
  }
};
