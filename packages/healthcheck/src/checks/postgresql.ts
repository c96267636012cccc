import type { Check } from '../components/component-options.ts';
import { classifyAny, type Verdict } from '../components/failure.ts';

/** What of a pool of pg, or of anything like it, is used. */
export interface PostgresqlLike {
  /** Runs a statement. */
  query(text: string): PromiseLike<unknown>;
}

/** Classes of SQLSTATE by which the server says that it cannot serve: connection, resources, operator, system, internal. */
const SERVER = /^(?:08|53|57P|58|XX)/;

/** An error with a SQLSTATE came from the server: it answered, unless it says that it cannot. */
export const classifyPostgresql = (error: unknown): Verdict => {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code) || /^E[A-Z]/.test(code))
    return classifyAny(error);
  return SERVER.test(code) ? 'failure' : 'answer';
};

/** A PostgreSQL database, through the pool that the service uses. */
export const postgresql = (pool: PostgresqlLike): Check => ({
  kind: 'datastore',
  probe: () => pool.query('SELECT 1'),
  classify: classifyPostgresql,
});
