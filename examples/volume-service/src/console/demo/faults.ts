import type { Database } from '../../volumes.ts';

/** What a query fails with while the demo has broken its database. */
export class DatabaseDownError extends Error {
  override readonly name = 'DatabaseDownError';
  readonly code = 'ECONNREFUSED';

  constructor() {
    super('the database was broken from the console, and comes back by itself');
  }
}

/** How often the broken database is asked, in milliseconds, so that health learns of it without any traffic. */
const ASKING = 250;
/** How long it is asked after it came back, so that health learns of that, too. */
const AFTERWARDS = 5000;

/** Breaks the database of the demo for a while: every query fails, and then works again. */
export class Faults {
  #until = 0;
  #timer: NodeJS.Timeout | undefined;

  /** How long the database stays broken, in milliseconds; 0 while it works. */
  get remaining(): number {
    return Math.max(0, this.#until - performance.now());
  }

  /** Queries that fail while the database is broken. */
  wrap(query: Database['query']): Database['query'] {
    return (text, values) =>
      this.remaining > 0 ? Promise.reject(new DatabaseDownError()) : query(text, values);
  }

  /** @param ask a query as the service makes it, so that its health hears how it ends */
  breakFor(milliseconds: number, ask: () => Promise<unknown>): void {
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
