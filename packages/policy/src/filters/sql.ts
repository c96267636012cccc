import { FilterColumnError } from '../errors.ts';
import type { Residual } from './residual.ts';

/** The databases whose SQL is written. */
export type Dialect = 'postgresql' | 'mariadb' | 'sqlite';

/** How a column holds its values; decides what text a value has, and how it is compared. */
export type ColumnType = 'text' | 'integer' | 'boolean' | 'uuid';

/** A column: its name, as `project_id` or `v.project_id`, and its type where it is not text. */
export type Column = string | { readonly column: string; readonly type: ColumnType };

/** A condition for a WHERE clause. */
export interface SqlFilter {
  /** Whether all rows pass, none, or some; a query for none need not be sent. */
  readonly matches: 'all' | 'none' | 'some';
  /** The condition, with placeholders; also for all and none. */
  readonly sql: string;
  /** The values of the placeholders, in order. */
  readonly params: readonly (string | number | boolean)[];
}

const NAME = /^[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*){0,2}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const INTEGER = /^(?:0|-?[1-9]\d{0,15})$/;
/** No database stores these in a text, so that no row can have it. */
const UNSTORABLE = /[\0\p{Cs}]/u;

const quoteName = (name: string, dialect: Dialect): string => {
  if (!NAME.test(name)) throw new FilterColumnError(name);
  const quote = dialect === 'mariadb' ? '`' : '"';
  return name
    .split('.')
    .map((part) => `${quote}${part}${quote}`)
    .join('.');
};

/** The value a column must have for its text to be this one; undefined where no value has it. */
const valueFor = (type: ColumnType, text: string): string | number | boolean | undefined => {
  switch (type) {
    case 'text':
      return UNSTORABLE.test(text) ? undefined : text;
    case 'integer':
      return INTEGER.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return text === 'True' ? true : text === 'False' ? false : undefined;
    case 'uuid':
      return UUID.test(text) ? text : undefined;
  }
};

/** Writes conditions of one query. */
class SqlWriter {
  readonly params: (string | number | boolean)[] = [];
  readonly #dialect: Dialect;
  readonly #columns: Readonly<Record<string, Column>>;
  readonly #firstParameter: number;

  constructor(dialect: Dialect, columns: Readonly<Record<string, Column>>, firstParameter: number) {
    this.#dialect = dialect;
    this.#columns = columns;
    this.#firstParameter = firstParameter;
  }

  write(residual: Residual): string {
    switch (residual.type) {
      case 'all':
        return '1=1';
      case 'none':
        return '1=0';
      case 'and':
      case 'or': {
        const parts = residual.operands.map((operand) => this.write(operand));
        return `(${parts.join(residual.type === 'and' ? ' AND ' : ' OR ')})`;
      }
      case 'equals':
        return this.#compare(residual.key, residual.text, residual.negated);
    }
  }

  #compare(key: string, text: string, negated: boolean): string {
    const column = this.#columns[key] ?? key;
    const { column: name, type } = typeof column === 'string' ? { column, type: 'text' as const } : column;
    const quoted = quoteName(name, this.#dialect);
    const value = valueFor(type, text);
    const isNull = text === 'None';
    if (negated) {
      const differs = value === undefined ? undefined : this.#differs(quoted, type, value);
      if (isNull)
        return differs === undefined ? `${quoted} IS NOT NULL` : `(${quoted} IS NOT NULL AND ${differs})`;
      return differs === undefined ? '1=1' : `(${quoted} IS NULL OR ${differs})`;
    }
    const equals = value === undefined ? undefined : this.#equals(quoted, type, value);
    if (isNull) return equals === undefined ? `${quoted} IS NULL` : `(${quoted} IS NULL OR ${equals})`;
    return equals ?? '1=0';
  }

  #equals(column: string, type: ColumnType, value: string | number | boolean): string {
    if (this.#dialect === 'mariadb' && type === 'text') {
      // The first comparison may use an index but ignores letter case and trailing spaces; the second does not.
      return `(${column} = ${this.#bind(value)} AND ${exact(column)} = ${exact(this.#bind(value))})`;
    }
    return `${column} = ${this.#typed(type, value)}`;
  }

  #differs(column: string, type: ColumnType, value: string | number | boolean): string {
    if (this.#dialect === 'mariadb' && type === 'text')
      return `${exact(column)} <> ${exact(this.#bind(value))}`;
    return `${column} <> ${this.#typed(type, value)}`;
  }

  #typed(type: ColumnType, value: string | number | boolean): string {
    if (this.#dialect === 'sqlite') {
      const bound = this.#bind(typeof value === 'boolean' ? Number(value) : value);
      return type === 'text' || type === 'uuid' ? `${bound} COLLATE BINARY` : bound;
    }
    const bound = this.#bind(value);
    return this.#dialect === 'postgresql' && type === 'uuid' ? `${bound}::uuid` : bound;
  }

  #bind(value: string | number | boolean): string {
    this.params.push(value);
    return this.#dialect === 'postgresql' ? `$${this.#firstParameter + this.params.length - 1}` : '?';
  }
}

const exact = (expression: string): string => `BINARY CONVERT(${expression} USING utf8mb4)`;

/**
 * A residual as a condition in SQL. Names of columns are checked and quoted; every value is a parameter.
 * @param firstParameter number of the first placeholder, for `$n`
 * @throws FilterColumnError (ERR_POLICY_FILTER_COLUMN) for a name that is no plain, optionally qualified name
 */
export const toSql = (
  residual: Residual,
  dialect: Dialect,
  columns: Readonly<Record<string, Column>>,
  firstParameter = 1,
): SqlFilter => {
  const writer = new SqlWriter(dialect, columns, firstParameter);
  const sql = writer.write(residual);
  const matches = residual.type === 'all' || residual.type === 'none' ? residual.type : 'some';
  return { matches, sql, params: writer.params };
};
