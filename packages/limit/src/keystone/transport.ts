import { readFileSync } from 'node:fs';
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { parseDuration, type Duration } from '@oslofjord/config';

/** A request as a transport is given it. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** An answer, whatever its status. */
export interface TransportResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one request and rejects when no answer comes. Any HTTP client can be one. */
export interface Transport {
  (request: TransportRequest): Promise<TransportResponse>;
  /** Ends kept connections. */
  close?(): void;
}

/** How to reach a server. Paths are of PEM files. */
export interface HttpTransportOptions {
  /** Authorities to trust besides the system's. */
  readonly cafile?: string;
  readonly certfile?: string;
  readonly keyfile?: string;
  /** Does not verify certificates; for tests only. @default false */
  readonly insecure?: boolean;
  /** How long to wait for the whole answer. @default 30 s */
  readonly timeout?: Duration;
}

const headersOf = (message: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
};

/** A kept connection that the server closed meanwhile: the request did not reach it. */
const isReset = (error: unknown, sent: ClientRequest | undefined): boolean => {
  const { code } = error as { code?: string };
  return sent?.reusedSocket === true && (code === 'ECONNRESET' || code === 'EPIPE');
};

/**
 * Requests by `node:http` and `node:https` over kept connections. A request that meets a connection which the server has
 * just closed is sent once more on a new one; Debian's uwsgi closes connections without saying so.
 */
export const httpTransport = (options: HttpTransportOptions = {}): Transport => {
  const timeout = parseDuration(options.timeout ?? 30);
  const read = (path: string | undefined): Buffer | undefined =>
    path === undefined ? undefined : readFileSync(path);
  const tls = {
    ca: read(options.cafile),
    cert: read(options.certfile),
    key: read(options.keyfile ?? options.certfile),
    rejectUnauthorized: options.insecure !== true,
  };
  const agents = {
    http: new HttpAgent({ keepAlive: true }),
    https: new HttpsAgent({ keepAlive: true, ...tls }),
  };

  const attempt = (request: TransportRequest, isNew: boolean): Promise<TransportResponse> =>
    new Promise((resolve, reject) => {
      const { method, url, body, signal } = request;
      const isSecure = url.startsWith('https:');
      const agent = isSecure ? agents.https : agents.http;
      const headers =
        body === undefined
          ? request.headers
          : { ...request.headers, 'content-length': String(Buffer.byteLength(body)) };
      const send = isSecure ? httpsRequest : httpRequest;
      const sent = send(url, {
        method,
        headers,
        agent: isNew ? false : agent,
        ...(isSecure ? tls : {}),
        ...(signal === undefined ? {} : { signal }),
      });
      const timer = setTimeout(() => {
        sent.destroy(new Error(`no answer within ${String(timeout)} ms`));
      }, timeout);
      timer.unref();
      const fail = (error: Error): void => {
        clearTimeout(timer);
        if (signal?.aborted === true) reject(signal.reason as Error);
        else if (!isNew && isReset(error, sent)) resolve(attempt(request, true));
        else reject(error);
      };
      sent.on('error', fail);
      sent.on('response', (message) => {
        const chunks: Buffer[] = [];
        message.on('data', (chunk: Buffer) => chunks.push(chunk));
        message.on('error', fail);
        message.on('end', () => {
          clearTimeout(timer);
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: message.statusCode ?? 0, headers: headersOf(message), body: text });
        });
      });
      sent.end(body);
    });

  // What must not be done twice is not tried on a connection that may be closed already.
  const isRepeatable = ({ method, url }: TransportRequest): boolean =>
    method !== 'POST' || url.endsWith('/auth/tokens');
  const transport: Transport = (request) => attempt(request, !isRepeatable(request));
  transport.close = (): void => {
    agents.http.destroy();
    agents.https.destroy();
  };
  return transport;
};
