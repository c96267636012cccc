import type { Registry } from '../registry.ts';
import { type InstrumentationOptions, levels } from './conventions.ts';
import { databaseDurations } from './database.ts';

/** What of a client or pool of pg is used. */
export interface PgQueryable {
  query: (...values: never[]) => unknown;
  connect: (...values: never[]) => unknown;
}

/** What a pool says of its connections. */
interface PgPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** What pg is measured with. */
export interface PgOptions extends InstrumentationOptions {
  /**
   * What a pool is called on the page.
   * @default 'default'
   */
  readonly pool?: string;
}

/** Words that statements begin with. Anything else is `OTHER`: a statement is text of any kind. */
const OPERATIONS: ReadonlySet<string> = new Set(
  'SELECT INSERT UPDATE DELETE MERGE WITH BEGIN COMMIT ROLLBACK SAVEPOINT RELEASE SET SHOW CREATE ALTER DROP TRUNCATE COPY CALL DO EXPLAIN LISTEN NOTIFY VACUUM ANALYZE'.split(
    ' ',
  ),
);

const operationOf = (query: unknown): string => {
  const text = typeof query === 'string' ? query : (query as { readonly text?: unknown } | undefined)?.text;
  const word = typeof text === 'string' ? (/^\s*(\w+)/u.exec(text)?.[1] ?? '').toUpperCase() : '';
  return OPERATIONS.has(word) ? word : 'OTHER';
};

/** SQLSTATE where the server refused, the code of the system where it cannot be reached. */
const errorOf = (error: unknown): string => {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'Error';
};

type Callback = (error: unknown, ...rest: unknown[]) => void;

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value;

/**
 * Measures the queries of a pool or client of pg, by their first word, and the connections of a pool. pg has no channels,
 * and is not changed: use what is returned in place of what was given.
 */
export const instrumentPg = <Target extends PgQueryable>(
  registry: Registry,
  target: Target,
  options: PgOptions = {},
): Target => {
  const observe = databaseDurations(registry, options, 'postgresql');
  if ('totalCount' in target) {
    const pool = target as unknown as PgPool;
    const name = options.pool ?? 'default';
    const connections = levels(registry, options, {
      help: 'Connections of a pool.',
      oslo: 'oslo_db_pool_connections',
      otel: 'db_client_connection_count',
      labels: [
        ['pool', 'db_client_connection_pool_name'],
        ['state', 'db_client_connection_state'],
      ],
    });
    const waiting = levels(registry, options, {
      help: 'Requests that wait for a connection of a pool.',
      oslo: 'oslo_db_pool_waiting',
      otel: 'db_client_connection_pending_requests',
      labels: [['pool', 'db_client_connection_pool_name']],
    });
    registry.onCollect(() => {
      connections.set([name, 'idle'], pool.idleCount);
      connections.set([name, 'used'], pool.totalCount - pool.idleCount);
      waiting.set([name], pool.waitingCount);
    });
  }
  const measure = (client: PgQueryable, values: unknown[]): unknown => {
    const operation = operationOf(values[0]);
    const start = performance.now();
    const end = (error: string): void => {
      observe(operation, error, (performance.now() - start) / 1000);
    };
    const last = values.at(-1);
    const given =
      typeof last === 'function'
        ? values.with(-1, (error: unknown, ...rest: unknown[]) => {
            end(error === null || error === undefined ? '' : errorOf(error));
            (last as Callback)(error, ...rest);
          })
        : values;
    const result = client.query(...(given as never[]));
    if (isThenable(result) && typeof last !== 'function') {
      result.then(
        () => {
          end('');
        },
        (error: unknown) => {
          end(errorOf(error));
        },
      );
    }
    return result;
  };
  const wrap = <Client extends PgQueryable>(client: Client): Client =>
    new Proxy(client, {
      get: (original, property) => {
        if (property === 'query') return (...values: unknown[]) => measure(original, values);
        const value: unknown = Reflect.get(original, property, original);
        if (property === 'connect' && original === (target as PgQueryable) && 'totalCount' in original) {
          return (...values: unknown[]) => connectTo(original, values);
        }
        return typeof value === 'function' ? (value.bind(original) as unknown) : value;
      },
    });
  const connectTo = (pool: PgQueryable, values: unknown[]): unknown => {
    const [callback] = values;
    if (typeof callback === 'function') {
      return pool.connect(((error: unknown, client: PgQueryable | undefined, release: unknown) => {
        (callback as Callback)(error, client === undefined ? client : wrap(client), release);
      }) as never);
    }
    return (pool.connect() as Promise<PgQueryable>).then(wrap);
  };
  return wrap(target);
};
