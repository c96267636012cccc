import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import type { Milliseconds } from '@oslofjord/config';
import { deadline } from '../../creation/waiting.ts';
import { BackendError, BackendRefusedError, BackendTimeoutError } from '../../errors.ts';

/** Where etcd listens, and how to reach it. */
export interface GatewayOptions {
  readonly host: string;
  readonly port: number;
  readonly timeout: Milliseconds;
  readonly tls: ConnectionOptions | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

const LARGEST_ANSWER = 64 * 1024 * 1024;
const MOST_SOCKETS = 16;

/** How long a login may take at least. */
const LOGIN: Milliseconds = 1000;

/** etcd's JSON gateway over kept connections. @see https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/ */
export class Gateway {
  readonly name: string;
  readonly #options: GatewayOptions;
  readonly #agent: HttpAgent;
  #token: Promise<string> | undefined;
  #isLoggedIn = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.name = `${options.host}:${String(options.port)}`;
    const agentOptions = { keepAlive: true, maxSockets: MOST_SOCKETS };
    this.#agent =
      options.tls === undefined
        ? new HttpAgent(agentOptions)
        : new HttpsAgent({ ...agentOptions, ...options.tls });
  }

  /** Asks one question; once more with a new token where the server does not know ours any more. */
  async ask(path: string, body: unknown): Promise<Record<string, unknown>> {
    const { timeout } = this.#options;
    const token = await this.#authenticated();
    try {
      return await this.#post(path, body, token, timeout);
    } catch (error) {
      const isUnknown = error instanceof BackendError && /\btoken\b/iu.test(error.message);
      if (token === undefined || !isUnknown) throw error;
      this.#token = undefined;
      this.#isLoggedIn = false;
      return this.#post(path, body, await this.#authenticated(), timeout);
    }
  }

  /** A token. The server takes its time to check a password: who waits for it gives up in time, the question goes on. */
  async #authenticated(): Promise<string | undefined> {
    const { username, password, timeout } = this.#options;
    if (username === undefined) return undefined;
    const login = { name: username, password };
    this.#token ??= this.#post('/v3/auth/authenticate', login, undefined, Math.max(timeout, LOGIN)).then(
      ({ token }) => {
        this.#isLoggedIn = true;
        return String(token);
      },
      (error: unknown) => {
        this.#token = undefined;
        this.#isLoggedIn = false;
        throw error;
      },
    );
    if (this.#isLoggedIn) return this.#token;
    const limit = deadline(timeout);
    try {
      const late = limit.promise.then(() => {
        throw new BackendTimeoutError(this.name, timeout);
      });
      return await Promise.race([this.#token, late]);
    } finally {
      limit.clear();
    }
  }

  #post(
    path: string,
    body: unknown,
    token: string | undefined,
    timeout: Milliseconds,
  ): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        clearTimeout(timer);
        reject(
          error instanceof BackendError
            ? error
            : new BackendError(this.name, error.message, { cause: error }),
        );
      };
      const request = this.#open(path, token, (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > LARGEST_ANSWER) request.destroy(new Error('answers too much'));
          else chunks.push(chunk);
        });
        response.on('error', fail);
        response.on('aborted', () => {
          fail(new BackendError(this.name, 'closed the connection within an answer'));
        });
        response.on('end', () => {
          clearTimeout(timer);
          try {
            resolve(this.#read(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8')));
          } catch (error) {
            fail(error as Error);
          }
        });
      });
      const timer = setTimeout(() => {
        request.destroy(new BackendTimeoutError(this.name, timeout));
      }, timeout);
      request.on('error', fail);
      request.end(JSON.stringify(body));
    });
  }

  #open(
    path: string,
    token: string | undefined,
    onResponse: (response: IncomingMessage) => void,
  ): ReturnType<typeof httpRequest> {
    const { host, port, tls } = this.#options;
    const options = {
      host,
      port,
      path,
      method: 'POST',
      agent: this.#agent,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: token }),
      },
    };
    return tls === undefined
      ? httpRequest(options, onResponse)
      : httpsRequest({ ...tls, ...options } as RequestOptions, onResponse);
  }

  #read(status: number, text: string): Record<string, unknown> {
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch (cause) {
      throw new BackendError(this.name, `answered status ${String(status)} without JSON`, { cause });
    }
    if (status === 200 && typeof answer === 'object' && answer !== null)
      return answer as Record<string, unknown>;
    const { message, error } = (answer ?? {}) as { message?: unknown; error?: unknown };
    const said =
      typeof message === 'string' ? message : typeof error === 'string' ? error : `status ${String(status)}`;
    if (status === 401 || /authentication failed|permission denied/u.test(said)) {
      throw new BackendError(this.name, said, { isRetryable: false });
    }
    // What the server lacks just now, a leader say, is no refusal of the request.
    if (status === 503 || /leader|timed out|unavailable/iu.test(said))
      throw new BackendError(this.name, said);
    throw new BackendRefusedError(this.name, said);
  }

  /** Opens a stream of JSON lines. @returns what ends it */
  stream(
    path: string,
    body: unknown,
    on: { readonly line: (line: Record<string, unknown>) => void; readonly end: () => void },
  ): () => void {
    let isOver = false;
    let request: ReturnType<typeof httpRequest> | undefined;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      request?.destroy();
      on.end();
    };
    this.#authenticated().then((token) => {
      if (isOver) return;
      request = this.#open(path, token, (response) => {
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          try {
            for (const line of lines) if (line !== '') on.line(JSON.parse(line) as Record<string, unknown>);
          } catch {
            end();
          }
        });
        response.on('close', end);
      });
      request.on('socket', (socket) => {
        socket.unref();
      });
      request.on('error', end);
      request.end(JSON.stringify(body));
    }, end);
    return end;
  }

  close(): void {
    this.#agent.destroy();
  }
}
