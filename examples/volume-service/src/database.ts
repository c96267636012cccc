import pg from 'pg';
import type { Component } from '@oslofjord/healthcheck';
import type { Registry } from '@oslofjord/metrics';
import { instrumentPg } from '@oslofjord/metrics/instrumentation';
import { UnavailableError } from './problems.ts';
import { SCHEMA, VolumeStore, type Database } from './volumes.ts';

/** A PostgreSQL that answers to nobody must not keep requests waiting: they end before their clients give up. */
const PATIENCE = { connectionTimeoutMillis: 2000, query_timeout: 4000 } as const;

/** Processes that start at once make the table one after the other. */
const MAKE_TABLE = `BEGIN; SELECT pg_advisory_xact_lock(7736); ${SCHEMA}; COMMIT`;

/** A pool whose queries are measured. */
export const openPool = (connection: string, metrics: Registry): pg.Pool => {
  const pool = new pg.Pool({ connectionString: connection, max: 8, ...PATIENCE });
  // A connection that breaks while nobody uses it is replaced; whoever uses one hears of it by the query.
  pool.on('error', () => undefined);
  return instrumentPg(metrics, pool);
};

/** An error with a SQLSTATE came from a server that answers, unless it says that it cannot. */
const isAnswer = (error: unknown): boolean => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^(?:E|08|53|57P|58|XX)/.test(code);
};

/** Queries that tell a database which does not answer from one that refuses. */
export const answering =
  (query: Database['query']): Database['query'] =>
  async (text, values) => {
    try {
      return await query(text, values);
    } catch (error) {
      throw isAnswer(error) ? error : new UnavailableError('database', error);
    }
  };

/** The store on a pool. How its queries end is evidence of the database's health. */
export const openStore = async (pool: pg.Pool, database: Component): Promise<VolumeStore> => {
  try {
    await pool.query(MAKE_TABLE);
  } catch (error) {
    await pool.end();
    throw isAnswer(error) ? error : new UnavailableError('database', error);
  }
  const query = database.wrap((text: string, values?: unknown[]) => pool.query<object>(text, values));
  return new VolumeStore({ query: answering(query), close: () => pool.end() });
};
