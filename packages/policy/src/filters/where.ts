import { viewOf } from '../analysis/enforcer-view.ts';
import type { PolicyView } from '../analysis/policy-view.ts';
import { toCredentials, type Credentials, type PolicyContext } from '../checks/credentials.ts';
import { Enforcer } from '../enforcer.ts';
import { toMongo, type MongoFilter } from './mongo.ts';
import { toPredicate, type Predicate } from './predicate.ts';
import { residualOf } from './residual.ts';
import { toSql, type Column, type Dialect, type SqlFilter } from './sql.ts';

/** What the rows are to a policy. */
export interface WhereOptions {
  /** The target's keys that are columns, with the column's name, and its type where that is not text. */
  readonly columns: Readonly<Record<string, Column>>;
  /** The target's keys that have one value for all rows. @default none */
  readonly values?: Readonly<Record<string, unknown>>;
}

/** The rows a caller may see, as a condition in several languages. */
export interface RowFilter {
  /** Whether all rows pass, none, or some. */
  readonly matches: 'all' | 'none' | 'some';
  /** A condition for a WHERE clause; `firstParameter` numbers the first `$n`. */
  sql(dialect: Dialect, firstParameter?: number): SqlFilter;
  /** A filter document for MongoDB. */
  mongo(): MongoFilter;
  /** A function of rows, which have the columns as properties. */
  predicate<Row extends object>(): Predicate<Row>;
}

const nameOf = (column: Column): string => (typeof column === 'string' ? column : column.column);

/**
 * The rows for which a rule allows, for one caller: what is left of the rule once the caller is known. For every row the
 * condition decides what `enforce` would, with the columns as target and null for a value that is not there.
 * @throws UnsupportedFilterError (ERR_POLICY_UNSUPPORTED_FILTER) for checks on rows that are no plain comparisons
 * @throws FilterColumnError (ERR_POLICY_FILTER_COLUMN), when written, for names of columns that are no plain names
 * @example
 * where(enforcer, 'volume:show', credentials, { columns: { project_id: 'v.project_id' } }).sql('postgresql');
 */
export const where = (
  policy: Enforcer | PolicyView,
  rule: string,
  requester: Credentials | PolicyContext,
  { columns, values = {} }: WhereOptions,
): RowFilter => {
  const view = policy instanceof Enforcer ? viewOf(policy) : policy;
  const shape = { keys: new Set(Object.keys(columns)), values };
  const residual = residualOf(view, rule, toCredentials(requester), shape);
  const names = Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, nameOf(column)]));
  const { type } = residual;
  return {
    matches: type === 'all' || type === 'none' ? type : 'some',
    sql: (dialect, firstParameter) => toSql(residual, dialect, columns, firstParameter),
    mongo: () => toMongo(residual, names),
    predicate: () => toPredicate(residual, names),
  };
};
