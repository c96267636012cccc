import { FilterColumnError } from '../errors.ts';
import type { Residual } from './residual.ts';

/** A filter document of MongoDB. */
export type MongoFilter = Readonly<Record<string, unknown>>;

/** The values whose text in Python is this one, as documents hold them. */
const valuesWithText = (text: string): unknown[] => {
  if (text === 'None') return [text, null];
  if (text === 'True') return [text, true];
  if (text === 'False') return [text, false];
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text ? [text, number] : [text];
};

/**
 * A residual as a filter of MongoDB. A field that a document lacks counts as null; fields hold single values.
 * @throws FilterColumnError (ERR_POLICY_FILTER_COLUMN) for a field whose name MongoDB would take for an operator
 */
export const toMongo = (residual: Residual, fields: Readonly<Record<string, string>>): MongoFilter => {
  switch (residual.type) {
    case 'all':
      return {};
    case 'none':
      return { $nor: [{}] };
    case 'and':
    case 'or':
      return { [`$${residual.type}`]: residual.operands.map((operand) => toMongo(operand, fields)) };
    case 'equals': {
      const field = fields[residual.key] ?? residual.key;
      if (field === '' || field.startsWith('$') || field.includes('\0')) throw new FilterColumnError(field);
      return { [field]: { [residual.negated ? '$nin' : '$in']: valuesWithText(residual.text) } };
    }
  }
};
