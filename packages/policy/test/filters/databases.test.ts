// For every rule of the shared services and the awkward ones of cases.ts, for every caller: the rows a database finds are
// the rows for which enforce allows.
import { serverOrSkip } from '@oslofjord/services';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import initSqlJs from 'sql.js';
import { afterAll, describe, expect, test } from 'vitest';
import type { Dialect } from '../../src/filters.ts';
import { allowedRows, callers, cases, filterOf, rows } from './cases.ts';

/** A database with the table of rows. */
interface Database {
  readonly dialect: Dialect;
  /** The ids a query finds, in order. */
  find(condition: string, params: readonly unknown[]): Promise<number[]>;
  close(): Promise<void>;
}

const TABLE =
  'CREATE TABLE things (id integer, project_id varchar(40), user_id varchar(40), visibility varchar(40))';
const SELECT = 'SELECT id FROM things WHERE';
const values = (row: (typeof rows)[number]): (number | string | null)[] => [
  row.id,
  row.project_id,
  row.user_id,
  row.visibility,
];

const postgresql = async (url: string): Promise<Database> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(TABLE.replace('TABLE', 'TEMPORARY TABLE'));
  for (const row of rows) await client.query('INSERT INTO things VALUES ($1, $2, $3, $4)', values(row));
  return {
    dialect: 'postgresql',
    find: async (condition, params) => {
      const { rows: found } = await client.query<{ id: number }>(`${SELECT} ${condition} ORDER BY id`, [
        ...params,
      ]);
      return found.map(({ id }) => id);
    },
    close: () => client.end(),
  };
};

const mariadb = async (url: string): Promise<Database> => {
  const connection = await createConnection(url);
  await connection.query(TABLE.replace('TABLE', 'TEMPORARY TABLE'));
  for (const row of rows) await connection.query('INSERT INTO things VALUES (?, ?, ?, ?)', values(row));
  return {
    dialect: 'mariadb',
    find: async (condition, params) => {
      const [found] = await connection.query(`${SELECT} ${condition} ORDER BY id`, [...params]);
      return (found as { id: number }[]).map(({ id }) => id);
    },
    close: () => connection.end(),
  };
};

const sqlite = async (): Promise<Database> => {
  const { Database: SqliteDatabase } = await initSqlJs();
  const database = new SqliteDatabase();
  database.run(TABLE);
  for (const row of rows) database.run('INSERT INTO things VALUES (?, ?, ?, ?)', values(row));
  return {
    dialect: 'sqlite',
    find: (condition, params) => {
      const [found] = database.exec(`${SELECT} ${condition} ORDER BY id`, [...params] as (number | string)[]);
      return Promise.resolve((found?.values ?? []).map(([id]) => Number(id)));
    },
    close: () => {
      database.close();
      return Promise.resolve();
    },
  };
};

/** The cases in which a database disagrees with enforce. */
const disagreements = async (database: Database): Promise<string[]> => {
  const wrong: string[] = [];
  for (const one of cases()) {
    for (const caller of callers) {
      const { sql, params } = filterOf(one, caller).sql(database.dialect);
      const found = await database.find(sql, params);
      if (found.join() !== allowedRows(one, caller).join())
        wrong.push(`${one.rule} for ${JSON.stringify(caller)}: ${sql}`);
    }
  }
  return wrong;
};

describe('sqlite', () => {
  test('finds the rows for which enforce allows', { timeout: 120_000 }, async () => {
    const database = await sqlite();
    expect(await disagreements(database)).toEqual([]);
    await database.close();
  });
});

for (const [name, connect] of Object.entries({ postgresql, mariadb })) {
  const found = await serverOrSkip(name as 'postgresql' | 'mariadb');
  describe.skipIf(found.server === undefined)(
    `${name}${found.skipped === undefined ? '' : ` (${found.skipped})`}`,
    () => {
      afterAll(() => found.server?.stop());
      test('finds the rows for which enforce allows', { timeout: 120_000 }, async () => {
        const database = await connect(found.server?.url ?? '');
        expect(await disagreements(database)).toEqual([]);
        await database.close();
      });
    },
  );
}
