import { str } from '../python/text.ts';
import { getKey } from '../python/values.ts';
import type { Residual } from './residual.ts';

/** Whether a row passes. */
export type Predicate<Row extends object> = (row: Row) => boolean;

/** A residual as a function of rows; a column that a row lacks counts as null. */
export const toPredicate = <Row extends object>(
  residual: Residual,
  columns: Readonly<Record<string, string>>,
): Predicate<Row> => {
  switch (residual.type) {
    case 'all':
      return () => true;
    case 'none':
      return () => false;
    case 'and': {
      const tests = residual.operands.map((operand) => toPredicate<Row>(operand, columns));
      return (row) => tests.every((test) => test(row));
    }
    case 'or': {
      const tests = residual.operands.map((operand) => toPredicate<Row>(operand, columns));
      return (row) => tests.some((test) => test(row));
    }
    case 'equals': {
      const column = columns[residual.key] ?? residual.key;
      const { text, negated } = residual;
      return (row) => (str(getKey(row, column) ?? null) === text) !== negated;
    }
  }
};
