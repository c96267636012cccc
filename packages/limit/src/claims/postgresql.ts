import { ClaimStoreError } from '../errors.ts';
import type { ClaimLine, ClaimRecord, ClaimStore } from './store.ts';

/** What is used of a pool of `pg`. */
export interface PostgresqlPool {
  query(
    text: string,
    values?: unknown[],
  ): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
}

/** How claims are kept in PostgreSQL. */
export interface PostgresqlClaimOptions {
  /** Where table and functions are made. @default 'oslofjord_limit' */
  readonly schema?: string;
}

/**
 * The table and the functions of the store. A function takes the lock of its root first; each statement after it sees what
 * was committed meanwhile, so of two claims the later one sees the earlier.
 */
const definition = (schema: string): string => `
create schema if not exists ${schema};
create table if not exists ${schema}.claims (
  root_id text not null, claim_id text not null, node_id text not null, resource_name text not null,
  amount bigint not null, expires_at timestamptz not null,
  primary key (root_id, claim_id, node_id, resource_name)
);
create or replace function ${schema}.lock_root(root text) returns void language sql volatile as $$
  select pg_advisory_xact_lock(hashtextextended('${schema}:' || root, 0));
$$;
create or replace function ${schema}.reserve(root text, claim text, nodes text[], resources text[], amounts bigint[], ttl interval)
returns setof bigint language plpgsql volatile as $$
begin
  perform ${schema}.lock_root(root);
  delete from ${schema}.claims c where c.root_id = root and (c.claim_id = claim or c.expires_at <= clock_timestamp());
  return query
    select coalesce((select sum(c.amount) from ${schema}.claims c
      where c.root_id = root and c.node_id = l.node and c.resource_name = l.resource), 0)::bigint
    from unnest(nodes, resources) with ordinality as l(node, resource, place) order by l.place;
  insert into ${schema}.claims
    select root, claim, l.node, l.resource, l.amount, clock_timestamp() + ttl from unnest(nodes, resources, amounts) as l(node, resource, amount);
end $$;
create or replace function ${schema}.renew(root text, claim text, ttl interval) returns boolean language plpgsql volatile as $$
begin
  perform ${schema}.lock_root(root);
  update ${schema}.claims c set expires_at = clock_timestamp() + ttl
    where c.root_id = root and c.claim_id = claim and c.expires_at > clock_timestamp();
  return found;
end $$;
create or replace function ${schema}.release(root text, claim text) returns boolean language plpgsql volatile as $$
declare was_held boolean;
begin
  perform ${schema}.lock_root(root);
  select coalesce(bool_and(c.expires_at > clock_timestamp()), false) into was_held
    from ${schema}.claims c where c.root_id = root and c.claim_id = claim;
  delete from ${schema}.claims c where c.root_id = root and c.claim_id = claim;
  return was_held;
end $$;
`;

const interval = (milliseconds: number): string => `${String(Math.ceil(milliseconds))} milliseconds`;

class PostgresqlClaims implements ClaimStore {
  readonly name = 'postgresql';
  readonly #pool: PostgresqlPool;
  readonly #schema: string;
  #ready: Promise<void> | undefined;

  constructor(pool: PostgresqlPool, schema: string) {
    this.#pool = pool;
    this.#schema = schema;
  }

  async reserve({ claimId, rootId, lines, ttl }: ClaimRecord): Promise<readonly number[]> {
    const rows = await this.#query(
      `select others from ${this.#schema}.reserve($1, $2, $3, $4, $5, $6) others`,
      [
        rootId,
        claimId,
        lines.map(({ nodeId }) => nodeId),
        lines.map(({ resourceName }) => resourceName),
        lines.map(({ amount }) => amount),
        interval(ttl),
      ],
    );
    return rows.map(({ others }) => Number(others));
  }

  async renew({ claimId, rootId, ttl }: ClaimRecord): Promise<boolean> {
    const [row] = await this.#query(`select ${this.#schema}.renew($1, $2, $3) held`, [
      rootId,
      claimId,
      interval(ttl),
    ]);
    return row?.held === true;
  }

  async release({ claimId, rootId }: ClaimRecord): Promise<boolean> {
    const [row] = await this.#query(`select ${this.#schema}.release($1, $2) held`, [rootId, claimId]);
    return row?.held === true;
  }

  async held(rootId: string, lines: readonly Omit<ClaimLine, 'amount'>[]): Promise<readonly number[]> {
    const rows = await this.#query(
      `select coalesce((select sum(c.amount) from ${this.#schema}.claims c where c.root_id = $1 and c.node_id = l.node
         and c.resource_name = l.resource and c.expires_at > clock_timestamp()), 0) held
       from unnest($2::text[], $3::text[]) with ordinality as l(node, resource, place) order by l.place`,
      [rootId, lines.map(({ nodeId }) => nodeId), lines.map(({ resourceName }) => resourceName)],
    );
    return rows.map(({ held }) => Number(held));
  }

  /** Makes table and functions on first use; processes that start together wait for each other. */
  async #prepare(): Promise<void> {
    const lock = `select pg_advisory_xact_lock(hashtextextended('${this.#schema}', 1))`;
    await this.#pool.query(`begin; ${lock}; ${definition(this.#schema)} commit;`);
  }

  async #query(text: string, values: unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
    try {
      this.#ready ??= this.#prepare();
      await this.#ready;
      return (await this.#pool.query(text, values)).rows;
    } catch (error) {
      // A definition that failed is tried again with the next claim.
      await this.#ready?.catch(() => {
        this.#ready = undefined;
      });
      throw new ClaimStoreError(`PostgreSQL refused a claim: ${(error as Error).message}`, { cause: error });
    }
  }
}

/**
 * Claims in PostgreSQL 11 or later, one round trip each. The schema is made on first use; where the service may not make
 * one, let `postgresqlClaimSchema()` be run by who may.
 * @throws ClaimStoreError when the name of the schema is no plain identifier
 * @example
 * const enforcer = await createEnforcer({ limits, usage, claims: postgresqlClaims(new Pool({ connectionString })) });
 */
export const postgresqlClaims = (pool: PostgresqlPool, options: PostgresqlClaimOptions = {}): ClaimStore =>
  new PostgresqlClaims(pool, requireIdentifier(options.schema ?? 'oslofjord_limit'));

/** The SQL that makes table and functions, for a migration. */
export const postgresqlClaimSchema = (options: PostgresqlClaimOptions = {}): string =>
  definition(requireIdentifier(options.schema ?? 'oslofjord_limit'));

const requireIdentifier = (schema: string): string => {
  if (/^[a-z_][a-z0-9_]{0,62}$/u.test(schema)) return schema;
  throw new ClaimStoreError(`'${schema}' is no plain name of a schema: a to z, 0 to 9 and _, at most 63`);
};
