import type { Duration } from '@oslofjord/config';
import { ConfigurationError, type MetricsIssue, PushError } from '../errors.ts';
import type { PageSource } from '../exposition/pages.ts';
import { readDuration } from '../options.ts';
import type { Registry } from '../registry.ts';

/** Where and how metrics are sent. */
export interface PushOptions {
  /** The address that takes them. Credentials belong into `headers`. */
  readonly url: string;
  /** Sent with each request. They appear in no error. */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default '60s' */
  readonly interval?: Duration;
  /**
   * How long one request may take.
   * @default '10s'
   */
  readonly timeout?: Duration;
  /**
   * How often a request is made anew that the other side was too busy for.
   * @default 2
   */
  readonly retries?: number;
  /** Told of each push that failed; what is cumulative comes with the next one. */
  readonly onError?: (error: PushError) => void;
  /** @default the global one */
  readonly fetch?: typeof fetch;
}

/** Sends metrics now and then until it is closed. */
export interface Pusher extends AsyncDisposable {
  /** Sends now. @throws PushError */
  flush(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Sends a last time, and stops. A failure of that is told to `onError`. */
  close(): Promise<void>;
}

/** What a protocol makes of a registry: the bodies of its requests. */
export interface PushProtocol {
  readonly headers: Readonly<Record<string, string>>;
  /** @param isLast whether nothing comes after it */
  encode(registry: Registry, isLast: boolean): Buffer[] | Promise<Buffer[]>;
}

/** Answers after which the same request may succeed. */
const BUSY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

interface Resolved {
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly url: URL;
}

const resolvePush = (options: PushOptions): Resolved => {
  const issues: MetricsIssue[] = [];
  const interval = readDuration(options.interval ?? '60s', 'interval', issues) ?? 60_000;
  const timeout = readDuration(options.timeout ?? '10s', 'timeout', issues) ?? 10_000;
  const { retries = 2 } = options;
  if (!Number.isInteger(retries) || retries < 0)
    issues.push({ path: 'retries', message: 'is not 0 or more' });
  const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol)) {
    issues.push({ path: 'url', message: 'is no http or https address' });
  } else if (url.username !== '' || url.password !== '') {
    issues.push({ path: 'url', message: 'holds credentials; send them with headers' });
  }
  if (issues.length > 0 || url === undefined) throw new ConfigurationError(issues);
  return { interval, timeout, retries, url };
};

const pause = async (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
  });

/** How long to wait before the next attempt, at most half a minute. */
const delayOf = (response: Response | undefined, attempt: number): number => {
  const asked = Number(response?.headers.get('retry-after')) * 1000;
  return Math.min(asked > 0 ? asked : 500 * 2 ** attempt, 30_000);
};

/**
 * Sends a source's metrics in a protocol. One push at a time; a failure neither throws into the service nor stops later
 * ones.
 * @throws ConfigurationError
 */
export const startPush = (source: PageSource, protocol: PushProtocol, options: PushOptions): Pusher => {
  const { interval, timeout, retries, url } = resolvePush(options);
  const send = options.fetch ?? fetch;
  const shown = `${url.origin}${url.pathname}`;
  let isClosed = false;
  let current: Promise<void> = Promise.resolve();

  const request = async (body: Buffer, signal: AbortSignal | undefined): Promise<void> => {
    for (let attempt = 0; ; attempt += 1) {
      const limit = AbortSignal.timeout(timeout);
      let response: Response | undefined;
      let cause: unknown;
      try {
        response = await send(url, {
          method: 'POST',
          body: new Uint8Array(body),
          headers: { ...protocol.headers, ...options.headers },
          redirect: 'error',
          signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
        });
        await response.arrayBuffer();
        if (response.ok) return;
      } catch (error) {
        signal?.throwIfAborted();
        cause = error;
      }
      const isBusy = response === undefined || BUSY.has(response.status);
      if (!isBusy || attempt >= retries) throw new PushError(shown, response?.status, { cause });
      await pause(delayOf(response, attempt), signal ?? new AbortController().signal);
    }
  };

  const push = async (signal: AbortSignal | undefined, isLast: boolean): Promise<void> => {
    const registry = await source.collect();
    for (const body of await protocol.encode(registry, isLast)) await request(body, signal);
  };
  const next = async (signal: AbortSignal | undefined, isLast: boolean): Promise<void> => {
    const run = current.then(async () => push(signal, isLast));
    current = run.catch(() => undefined);
    return run;
  };
  const tell = (error: unknown): void => {
    options.onError?.(error instanceof PushError ? error : new PushError(shown, undefined, { cause: error }));
  };
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    next(undefined, false)
      .catch(tell)
      .finally(() => {
        isBusy = false;
      });
  }, interval);
  timer.unref();
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    clearInterval(timer);
    await next(undefined, true).catch(tell);
  };
  return {
    flush: async ({ signal } = {}) => next(signal, false),
    close,
    [Symbol.asyncDispose]: close,
  };
};
