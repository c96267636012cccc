import { backendErrorChannel, BackendError, hostChannel, type Proxy } from '@oslofjord/cache';
import { forwarding } from '@oslofjord/cache/proxies';
import type { Database } from '../../volumes.ts';

/** What a query fails with while the demo has broken its database. */
export class DatabaseDownError extends Error {
  override readonly name = 'DatabaseDownError';
  readonly code = 'ECONNREFUSED';

  constructor() {
    super('the database was broken from the console, and comes back by itself');
  }
}

/** How often a broken part is asked, in milliseconds, so that the service learns of it without any traffic. */
const ASKING = 250;
/** How long it is asked after it came back, so that the service learns of that, too. */
const AFTERWARDS = 5000;

/** A part of the demo that can be broken for a while. */
export class Outage {
  #until = 0;
  #timer: NodeJS.Timeout | undefined;

  /** How long the part stays broken, in milliseconds; 0 while it works. */
  get remaining(): number {
    return Math.max(0, this.#until - performance.now());
  }

  /** @param ask the part, as the service does it */
  begin(milliseconds: number, ask: () => Promise<unknown>): void {
    this.#until = performance.now() + milliseconds;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      if (performance.now() > this.#until + AFTERWARDS) this.close();
      ask().catch(() => undefined);
    }, ASKING);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** What the console of the demo can break. */
export class Faults {
  readonly database: Outage = new Outage();
  readonly cache: Outage = new Outage();

  /** Queries that fail while the database is broken. */
  query(query: Database['query']): Database['query'] {
    return (text, values) =>
      this.database.remaining > 0 ? Promise.reject(new DatabaseDownError()) : query(text, values);
  }

  /** A cache that fails, while it is broken, as a server that was killed, and tells of it as drivers of servers do. */
  readonly cacheProxy: Proxy = (driver) => {
    const { name } = driver;
    let isDead = false;
    const tell = (isNowDead: boolean): void => {
      if (isDead === isNowDead) return;
      isDead = isNowDead;
      hostChannel.publish({ driver: name, host: name, state: isDead ? 'dead' : 'alive' });
    };
    const unlessBroken = <Answer>(
      operation: 'read' | 'write' | 'delete',
      request: () => Promise<Answer>,
    ): Promise<Answer> => {
      tell(this.cache.remaining > 0);
      if (!isDead) return request();
      const error = new BackendError(name, 'was killed from the console, and comes back by itself');
      backendErrorChannel.publish({ driver: name, host: name, operation, code: error.code });
      return Promise.reject(error);
    };
    return forwarding(driver, {
      // Through getMany alone, so that every read can fail.
      peek: undefined,
      getMany: (keys, request) => unlessBroken('read', () => driver.getMany(keys, request)),
      setMany: (entries, request) => unlessBroken('write', () => driver.setMany(entries, request)),
      deleteMany: (keys, request) => unlessBroken('delete', () => driver.deleteMany(keys, request)),
      check: (request) => unlessBroken('read', () => driver.check(request)),
    });
  };

  close(): void {
    this.database.close();
    this.cache.close();
  }
}
