import { randomUUID } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';

/** A block device of a project. */
export interface Volume {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  /** GiB. */
  readonly size: number;
}

/** What this store needs of a PostgreSQL client; PGlite and `pg` both have it. */
export interface Database {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  close(): Promise<void>;
}

const COLUMNS = 'id, project_id AS "projectId", name, size';
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS volumes (
    id uuid PRIMARY KEY,
    project_id text NOT NULL,
    name text NOT NULL,
    size integer NOT NULL CHECK (size > 0)
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

  /** Volumes by name, of one project or of all. */
  async list(projectId?: string): Promise<Volume[]> {
    const { rows } =
      projectId === undefined
        ? await this.#database.query(`SELECT ${COLUMNS} FROM volumes ORDER BY project_id, name`)
        : await this.#database.query(`SELECT ${COLUMNS} FROM volumes WHERE project_id = $1 ORDER BY name`, [
            projectId,
          ]);
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

  async find(id: string): Promise<Volume | undefined> {
    const { rows } = await this.#database.query(`SELECT ${COLUMNS} FROM volumes WHERE id::text = $1`, [id]);
    return rows[0] as Volume | undefined;
  }

  async create(projectId: string, name: string, size: number): Promise<Volume> {
    const volume = { id: randomUUID(), projectId, name, size };
    await this.#database.query('INSERT INTO volumes (id, project_id, name, size) VALUES ($1, $2, $3, $4)', [
      volume.id,
      projectId,
      name,
      size,
    ]);
    return volume;
  }

  /** Sets a larger size; undefined where the volume is gone or is that large already. */
  async resize(id: string, size: number): Promise<Volume | undefined> {
    const { rows } = await this.#database.query(
      `UPDATE volumes SET size = $2 WHERE id::text = $1 AND size < $2 RETURNING ${COLUMNS}`,
      [id, size],
    );
    return rows[0] as Volume | undefined;
  }

  async delete(id: string): Promise<boolean> {
    const { rows } = await this.#database.query('DELETE FROM volumes WHERE id::text = $1 RETURNING id', [id]);
    return rows.length > 0;
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}
