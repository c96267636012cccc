import { randomUUID } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import type { RowFilter } from '@oslofjord/policy/filters';
import { UnavailableError } from './problems.ts';

/** What became of a volume: a worker makes it, and reports. */
export type VolumeStatus = 'creating' | 'available';

/** A block device of a project. */
export interface Volume {
  readonly id: string;
  readonly projectId: string;
  /** Who created it. */
  readonly userId: string;
  readonly name: string;
  /** GiB. */
  readonly size: number;
  readonly status: VolumeStatus;
}

/** What of a new volume may be said otherwise. */
export interface NewVolumeOptions {
  /** @default '' */
  readonly userId?: string;
  /** @default 'available' */
  readonly status?: VolumeStatus;
}

/**
 * How long after it was asked for a write may happen. A database that stood still does what waits in its sockets when it
 * goes on, also what nobody waits for any more; by then the claim on the quota may be gone. So every write that makes a
 * project larger carries the time after which it does nothing. Whoever waits for it, waits longer than that.
 */
const WRITE_WITHIN_MILLISECONDS = 3000;

const deadline = (): Date => new Date(Date.now() + WRITE_WITHIN_MILLISECONDS);

/** What this store needs of a PostgreSQL client; PGlite and `pg` both have it. */
export interface Database {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  close(): Promise<void>;
}

/** The keys of a policy's target that are columns here, for rules that choose rows. */
export const VOLUME_COLUMNS = { project_id: 'project_id', user_id: 'user_id' } as const;

const COLUMNS = 'id, project_id AS "projectId", user_id AS "userId", name, size, status';

const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/iu;

/** The table; it can be made again at any time. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS volumes (
    id uuid PRIMARY KEY,
    project_id text NOT NULL,
    user_id text NOT NULL,
    name text NOT NULL,
    size integer NOT NULL CHECK (size > 0),
    status text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`;

/** The volumes of all projects, in a PostgreSQL database. */
export class VolumeStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Opens a store in a PostgreSQL that runs inside this process and forgets everything at its end.
   * @param recorded wraps the queries, so that somebody learns from how they end
   */
  static async embedded(recorded: (query: Database['query']) => Database['query']): Promise<VolumeStore> {
    const database = await PGlite.create();
    await database.query(SCHEMA);
    return new VolumeStore({
      query: recorded((text, values) => database.query(text, values)),
      close: () => database.close(),
    });
  }

  /** What a project has, for its quota: volumes, and GiB of all of them. */
  async usageOf(projectId: string): Promise<{ volumes: number; gigabytes: number }> {
    const { rows } = await this.#database.query(
      `SELECT count(*)::int AS volumes, coalesce(sum(size), 0)::int AS gigabytes FROM volumes WHERE project_id = $1`,
      [projectId],
    );
    return rows[0] as { volumes: number; gigabytes: number };
  }

  /**
   * Volumes by name, of one project or of all.
   * @param visible what a policy leaves of them; the database does the choosing
   */
  async list(projectId?: string, visible?: RowFilter): Promise<Volume[]> {
    const values: unknown[] = projectId === undefined ? [] : [projectId];
    const conditions = projectId === undefined ? [] : ['project_id = $1'];
    if (visible !== undefined) {
      if (visible.matches === 'none') return [];
      const { sql, params } = visible.sql('postgresql', values.length + 1);
      conditions.push(sql);
      values.push(...params);
    }
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const { rows } = await this.#database.query(
      `SELECT ${COLUMNS} FROM volumes ${where} ORDER BY project_id, name`,
      values,
    );
    return rows as Volume[];
  }

  /** The projects that have volumes, with how many and of which size in GiB. */
  async projects(): Promise<{ id: string; volumes: number; size: number }[]> {
    const { rows } = await this.#database.query(
      `SELECT project_id AS id, count(*)::int AS volumes, sum(size)::int AS size
       FROM volumes GROUP BY project_id ORDER BY project_id`,
    );
    return rows as { id: string; volumes: number; size: number }[];
  }

  /** The volume of this id, or undefined; of any text that is no id, too. */
  async find(id: string): Promise<Volume | undefined> {
    if (!UUID.test(id)) return undefined;
    const { rows } = await this.#database.query(`SELECT ${COLUMNS} FROM volumes WHERE id = $1`, [id]);
    return rows[0] as Volume | undefined;
  }

  async create(
    projectId: string,
    name: string,
    size: number,
    { userId = '', status = 'available' }: NewVolumeOptions = {},
  ): Promise<Volume> {
    const volume = { id: randomUUID(), projectId, userId, name, size, status };
    const { rows } = await this.#database.query(
      `INSERT INTO volumes (id, project_id, user_id, name, size, status)
       SELECT $1::uuid, $2::text, $3::text, $4::text, $5::int, $6::text
       WHERE clock_timestamp() < $7::timestamptz RETURNING id`,
      [volume.id, projectId, userId, name, size, status, deadline()],
    );
    if (rows.length === 0) throw new UnavailableError('database', 'the write came too late');
    return volume;
  }

  /** Says that a volume is there; undefined where it was deleted meanwhile. */
  async finish(id: string): Promise<Volume | undefined> {
    const { rows } = await this.#database.query(
      `UPDATE volumes SET status = 'available' WHERE id = $1 RETURNING ${COLUMNS}`,
      [id],
    );
    return rows[0] as Volume | undefined;
  }

  /** Volumes that have been in the making for longer than this, the oldest first: whoever made them was lost. */
  async unfinished(seconds: number): Promise<Volume[]> {
    const { rows } = await this.#database.query(
      `SELECT ${COLUMNS} FROM volumes
       WHERE status = 'creating' AND created_at < now() - make_interval(secs => $1)
       ORDER BY created_at LIMIT 100`,
      [seconds],
    );
    return rows as Volume[];
  }

  /**
   * Sets a larger size; undefined where the volume is gone or is that large already.
   * @throws UnavailableError when the database came to it too late
   */
  async resize(id: string, size: number): Promise<Volume | undefined> {
    const { rows } = await this.#database.query(
      `WITH moment AS (SELECT clock_timestamp() < $3::timestamptz AS "isInTime"),
       resized AS (
         UPDATE volumes SET size = $2 FROM moment
         WHERE id = $1 AND size < $2 AND "isInTime" RETURNING ${COLUMNS}
       )
       SELECT "isInTime", resized.* FROM moment LEFT JOIN resized ON true`,
      [id, size, deadline()],
    );
    const [{ isInTime, ...volume }] = rows as [Volume & { isInTime: boolean }];
    if (!isInTime) throw new UnavailableError('database', 'the write came too late');
    return (volume as { id: string | null }).id === null ? undefined : volume;
  }

  async delete(id: string): Promise<boolean> {
    const { rows } = await this.#database.query('DELETE FROM volumes WHERE id = $1 RETURNING id', [id]);
    return rows.length > 0;
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}
