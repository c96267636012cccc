import { expect, test } from 'vitest';
import { FilterColumnError, UnsupportedFilterError } from '../../src/errors.ts';
import { where, type MongoFilter } from '../../src/filters.ts';
import { Enforcer } from '../../src/index.ts';
import { python } from '../../src/python.ts';
import { allowedRows, callers, cases, filterOf, rows, targetOf, type Row } from './cases.ts';

/** What MongoDB does with the few operators that filters use. */
const matches = (filter: MongoFilter, row: Row): boolean =>
  Object.entries(filter).every(([key, condition]) => {
    const parts = condition as MongoFilter[];
    if (key === '$and') return parts.every((part) => matches(part, row));
    if (key === '$or') return parts.some((part) => matches(part, row));
    if (key === '$nor') return !parts.some((part) => matches(part, row));
    const value = (row as unknown as Record<string, unknown>)[key] ?? null;
    const { $in: among, $nin: notAmong } = condition as { $in?: unknown[]; $nin?: unknown[] };
    return among === undefined ? !notAmong?.includes(value) : among.includes(value);
  });

test('the predicate and the Mongo filter let through what enforce allows', () => {
  for (const one of cases()) {
    for (const caller of callers) {
      const filter = filterOf(one, caller);
      const expected = allowedRows(one, caller);
      const passes = filter.predicate<Row>();
      const mongo = filter.mongo();
      expect(rows.filter(passes).map(({ id }) => id)).toEqual(expected);
      expect(rows.filter((row) => matches(mongo, row)).map(({ id }) => id)).toEqual(expected);
    }
  }
});

const enforcer = new Enforcer({ useConf: false, compat: 'oslo', python });
enforcer.setRules({
  own: 'project_id:%(project_id)s',
  role: 'role:%(visibility)s',
  format: 'user_id:%(user_id)10s',
  remote: 'http://pdp.example/',
  admin: 'role:admin',
});
const caller = { roles: ['admin'], project_id: 'p1', user_id: 'u1' };

test('a filter that lets through all or nothing says so', () => {
  const options = { columns: { project_id: 'project_id' } };
  expect(where(enforcer, 'admin', caller, options).matches).toBe('all');
  expect(where(enforcer, 'admin', { roles: [] }, options).matches).toBe('none');
  expect(where(enforcer, 'nothing', caller, options).sql('sqlite')).toEqual({
    matches: 'none',
    sql: '1=0',
    params: [],
  });
  expect(where(enforcer, 'own', caller, options).matches).toBe('some');
});

test.each(['role', 'format', 'remote'])('what cannot be a comparison is refused by name: %s', (rule) => {
  const columns = { visibility: 'visibility', user_id: 'user_id' };
  expect(() => where(enforcer, rule, caller, { columns })).toThrow(UnsupportedFilterError);
});

test.each(['project_id; DROP TABLE things', 'a"b', '1=1 --', ''])(
  'no name of a column is more than a name: %s',
  (column) => {
    const filter = where(enforcer, 'own', caller, { columns: { project_id: column } });
    expect(() => filter.sql('postgresql')).toThrow(FilterColumnError);
  },
);

test('values are parameters, never text of the query', () => {
  const hostile = { ...caller, project_id: "'; DROP TABLE things; --" };
  const { sql, params } = where(enforcer, 'own', hostile, { columns: { project_id: 't.project_id' } }).sql(
    'postgresql',
    3,
  );
  expect(sql).toBe('"t"."project_id" = $3');
  expect(params).toEqual([hostile.project_id]);
});

test('a column that is no text is compared as what it is', () => {
  const columns = { project_id: { column: 'project_id', type: 'integer' } } as const;
  const numbered = (project: unknown): unknown =>
    where(enforcer, 'own', { ...caller, project_id: project }, { columns }).sql('postgresql');
  expect(numbered('7')).toEqual({ matches: 'some', sql: '"project_id" = $1', params: [7] });
  expect(numbered('07')).toEqual({ matches: 'some', sql: '1=0', params: [] });
});

test('targets of rows carry every column', () => {
  expect(targetOf(rows[0]!)).toEqual({ fixed: 'p1', project_id: 'p1', user_id: 'u1', visibility: 'public' });
});
