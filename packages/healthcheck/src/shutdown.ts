import type { Server } from 'node:net';
import { parseDuration, type Count, type Duration, type Milliseconds } from '@oslofjord/config';
import { shutdownChannel } from './channels.ts';
import type { HealthEndpoint } from './endpoint/endpoint.ts';

/** Something to be closed when no request is under way any more. */
export interface ShutdownHook {
  readonly name: string;
  /** Closes it; the signal says that time is over. */
  readonly run: (options: { readonly signal: AbortSignal }) => unknown;
  /** @default 5 seconds */
  readonly deadline?: Duration;
}

/** How a service ends. */
export interface ShutdownOptions {
  /** How many refused polls in a row take a node out: HAProxy's `fall`, Kubernetes' `failureThreshold`. @default 3 */
  readonly seen?: Count;
  /** The longest wait for the balancer. @default 15 seconds */
  readonly drainMax?: Duration;
  /** How long requests may still come where nobody polls. @default 1 second */
  readonly drainMin?: Duration;
  /** How long requests that are under way may take. @default 10 seconds */
  readonly requests?: Duration;
  /** What is closed at the end, the last one first. */
  readonly hooks?: readonly ShutdownHook[];
}

/** How a shutdown went. */
export interface ShutdownReport {
  /** Whether the balancers have seen it; `'nobody'` where none polls, `'late'` where they did not in time. */
  readonly seen: 'all' | 'nobody' | 'late';
  /** Until the balancer had seen it. */
  readonly drained: Milliseconds;
  /** Until the last request had its answer. */
  readonly closed: Milliseconds;
  /** Whether requests were cut off, because they took too long. */
  readonly wasForced: boolean;
  readonly hooks: readonly { readonly name: string; readonly outcome: 'done' | 'failed' | 'late' }[];
}

/** The last answer must have arrived before connections are closed. */
const SETTLE: Milliseconds = 50;
const LOOK: Milliseconds = 25;

const sleep = async (milliseconds: Milliseconds): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/**
 * Ends a service so that no request is lost: it says at once that it is not ready, and serves on until every balancer that
 * polls has seen that; then it stops listening, lets requests finish, and closes what it used.
 * @example
 * const shutdown = new Shutdown(endpoint, [server], { seen: 2, hooks: [{ name: 'database', run: () => pool.end() }] });
 * shutdown.onSignals(['SIGTERM']);
 */
export class Shutdown {
  readonly #endpoint: HealthEndpoint;
  readonly #servers: readonly Server[];
  readonly #hooks: readonly ShutdownHook[];
  readonly #seen: Count;
  readonly #drainMax: Milliseconds;
  readonly #drainMin: Milliseconds;
  readonly #requests: Milliseconds;
  #running: Promise<ShutdownReport> | undefined;

  constructor(endpoint: HealthEndpoint, servers: readonly Server[], options: ShutdownOptions = {}) {
    this.#endpoint = endpoint;
    this.#servers = servers;
    this.#hooks = options.hooks ?? [];
    this.#seen = options.seen ?? 3;
    this.#drainMax = parseDuration(options.drainMax ?? 15);
    this.#drainMin = parseDuration(options.drainMin ?? 1);
    this.#requests = parseDuration(options.requests ?? 10);
  }

  /**
   * Begins it when a signal comes. A second one of the kind does what the system does with it: it ends the process.
   * @param onEnd called when all is done; a process whose timers and sockets are closed then ends by itself
   * @returns a function that gives the signals back
   */
  onSignals(
    signals: readonly NodeJS.Signals[],
    onEnd: (report: ShutdownReport) => void = () => undefined,
  ): () => void {
    const begin = (): void => {
      void this.begin().then(onEnd);
    };
    for (const signal of signals) process.once(signal, begin);
    return () => {
      for (const signal of signals) process.off(signal, begin);
    };
  }

  /** Begins it; whoever calls this again gets the same report. */
  async begin(): Promise<ShutdownReport> {
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<ShutdownReport> {
    const started = performance.now();
    const elapsed = (): Milliseconds => Math.round(performance.now() - started);
    const tell = (step: 'draining' | 'seen' | 'closing' | 'closed'): void => {
      if (shutdownChannel.hasSubscribers) shutdownChannel.publish({ step, elapsed: elapsed() });
    };
    const { health } = this.#endpoint;
    health.drain();
    tell('draining');
    const seen = await this.#untilSeen(started);
    const drained = elapsed();
    tell('seen');
    const wasForced = await this.#closeServers();
    const closed = elapsed();
    tell('closing');
    const hooks = [];
    for (const hook of [...this.#hooks].reverse()) hooks.push(await this.#runHook(hook));
    health.close();
    tell('closed');
    return { seen, drained, closed, wasForced, hooks };
  }

  async #untilSeen(started: Milliseconds): Promise<ShutdownReport['seen']> {
    const { polls, health } = this.#endpoint;
    for (;;) {
      const passed = performance.now() - started;
      const seen = polls.haveSeen(this.#seen, health.now);
      if (seen === 'all') {
        await sleep(SETTLE);
        return 'all';
      }
      if (seen === 'nobody' && passed >= this.#drainMin) return 'nobody';
      if (passed >= this.#drainMax) return 'late';
      let wake: () => void = () => undefined;
      const refused = new Promise<void>((resolve) => (wake = resolve));
      const end = polls.onRefusal(wake);
      await Promise.race([refused, sleep(LOOK)]);
      end();
    }
  }

  /** @returns whether connections had to be cut */
  async #closeServers(): Promise<boolean> {
    const state = { isClosed: false };
    const closed = Promise.all(
      this.#servers.map(
        async (server) =>
          new Promise<void>((resolve) => {
            server.close(() => {
              resolve();
            });
          }),
      ),
    ).then(() => {
      state.isClosed = true;
    });
    const each = (name: 'closeIdleConnections' | 'closeAllConnections'): void => {
      for (const server of this.#servers) (server as Partial<Record<typeof name, () => void>>)[name]?.();
    };
    const begun = performance.now();
    for (;;) {
      // Connections that were busy a moment ago may be idle now.
      each('closeIdleConnections');
      await Promise.race([closed, sleep(LOOK)]);
      if (state.isClosed) return false;
      if (performance.now() - begun < this.#requests) continue;
      each('closeAllConnections');
      await Promise.race([closed, sleep(LOOK)]);
      return true;
    }
  }

  async #runHook({ name, run, deadline = 5 }: ShutdownHook): Promise<ShutdownReport['hooks'][number]> {
    const control = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => {
        control.abort(new Error(`closing ${name} took too long`));
        resolve('late');
      }, parseDuration(deadline));
    });
    const done = (async (): Promise<'done' | 'failed'> => {
      try {
        await run({ signal: control.signal });
        return 'done';
      } catch {
        return 'failed';
      }
    })();
    const outcome = await Promise.race([done, late]);
    clearTimeout(timer);
    return { name, outcome };
  }
}
