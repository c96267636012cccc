import type { Check } from '../components/component-options.ts';
import { classifyAny, type Verdict } from '../components/failure.ts';

/** What of a pool of mysql2/promise, or of anything like it, is used. */
export interface MysqlLike {
  /** Runs a statement. */
  query(text: string): PromiseLike<unknown>;
}

/** Errors of the server by which it says that it cannot serve: full, starting or ending, out of memory, disk full. */
const SERVER: ReadonlySet<number> = new Set([
  1021, 1037, 1038, 1040, 1041, 1053, 1077, 1152, 1158, 1159, 1160, 1161, 1203, 1226, 3169,
]);

/** An error with a number of the server came from it: it answered, unless it says that it cannot. */
export const classifyMysql = (error: unknown): Verdict => {
  const { errno, fatal, sqlState } = (error ?? {}) as {
    errno?: unknown;
    fatal?: unknown;
    sqlState?: unknown;
  };
  if (typeof errno !== 'number' || errno < 1000 || typeof sqlState !== 'string') return classifyAny(error);
  return SERVER.has(errno) || fatal === true ? 'failure' : 'answer';
};

/** A MySQL or MariaDB database, through the pool that the service uses. */
export const mysql = (pool: MysqlLike): Check => ({
  kind: 'datastore',
  probe: () => pool.query('SELECT 1'),
  classify: classifyMysql,
});
